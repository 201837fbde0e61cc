"""The only writers of articles. Admin, API, commands and tasks call these functions."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Now
from django.utils import timezone

from articles import events
from articles.intake.html import main_text
from articles.intake.text import check_characters, check_text, cleaned, text_hash
from articles.intake.urls import normalised_url, site
from articles.models import Article, Outlet
from articles.signals import article_stored

State = Article.State
#: A page of HTML may be this much longer than the text in it.
HTML_MAX_FACTOR = 3

#: Taken from files at once, since they are read and written faster together: so many articles at
#: most, or fewer that fill these bytes as they are stored.
MOST_AT_ONCE, BYTES_AT_ONCE = 16, 128_000

#: Made once: making it takes longer than asking it.
check_http = URLValidator(schemes=["http", "https"], message="This is no http(s) address.")

#: A language code with its script or region, as “en” or “zh-hant”.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Submission:
    """An article as it arrives; `text` or `html`, and an outlet by object, name or URL."""

    text: str = ""
    html: str = ""
    title: str = ""
    url: str = ""
    outlet: Outlet | str | None = None
    authors: Sequence[str] = ()
    published_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True)
class Stored:
    """What became of a submission: the article, and whether it is new."""

    article: Article
    created: bool


def article_store(submission: Submission, *, by: Any, intake: Article.Intake) -> Stored:
    """Store an article as pending, or find the one with its URL or its text.

    One transaction; the worker is woken when it commits. Raises ValidationError, keyed by field
    with stable codes, and PermissionDenied; nothing is stored then. `by` None is the command line.
    """
    require(by, "articles.add_article")
    fields = validated(submission)
    if known := article_known(fields):
        return Stored(known, created=False)
    try:
        with transaction.atomic():
            article = Article.objects.create(
                **fields, intake=intake, submitted_by=by, wake_at=next_wake()
            )
            events.record(
                "article.stored",
                article,
                actor=by,
                after={
                    "title": article.title,
                    "outlet": article.outlet.name,
                    "url": article.url,
                },
            )
            announce(article.pk)
    except IntegrityError:
        # Someone stored it between our look and our insert.
        if known := article_known(fields):
            return Stored(known, created=False)
        raise
    return Stored(article, created=True)


def article_retry(article: Article, *, by: Any) -> None:
    """Extract again: a failed, set-aside or unsupported article, or an extracted one anew."""
    require(by, "articles.retry_article")
    with transaction.atomic():
        done = (
            Article.objects.filter(pk=article.pk)
            .exclude(state__in=[State.PENDING, State.EXTRACTING])
            .update(state=State.PENDING, attempts=0, last_error="", wake_at=next_wake())
        )
        if done:
            events.record("article.retried", article, actor=by, before={"state": article.state})
            announce(article.pk)
    article.refresh_from_db()


# --- Extraction: how a worker takes an article, and what becomes of it ------------------------


def articles_take_next() -> list[Article]:
    """As `article_take`, of the articles of files those that wait longest, a few at once.

    One that was tried before is taken alone: should it be what ends workers, it takes no others
    along.
    """
    with transaction.atomic():
        due = Article.objects.in_bulk_due().order_by("wake_at").select_for_update(skip_locked=True)
        waiting = due.annotate(
            stored=Func("text", function="pg_column_size", output_field=IntegerField())
        )
        taken: list[int] = []
        filled = 0
        for pk, attempts, size in waiting.values_list("pk", "attempts", "stored")[:MOST_AT_ONCE]:
            filled += size
            if taken and (attempts or filled > BYTES_AT_ONCE):
                break
            taken.append(pk)
            if attempts:
                break
        return articles_take(taken)


def article_take(article_id: int) -> Article | None:
    """Lease a pending article to this worker; None when there is nothing to take."""
    return next(iter(articles_take([article_id])), None)


def articles_take(ids: Collection[int]) -> list[Article]:
    """Lease those that are pending, all under one lease; by id."""
    lease = uuid.uuid4()
    taken = (
        Article.objects.waiting()
        .filter(pk__in=ids)
        .update(
            state=State.EXTRACTING,
            attempts=F("attempts") + 1,
            lease=lease,
            lease_until=Now() + settings.EXTRACTION_LEASE,
        )
    )
    rows = Article.objects.select_related("outlet").order_by("pk")
    return list(rows.filter(pk__in=ids, lease=lease)) if taken else []


def articles_finish(
    articles: Sequence[Article], state: Article.State, **fields: Any
) -> list[Article]:
    """End their lease in `state`; returns those whose lease was not lost: write for these alone.

    Call it first in the transaction that writes the results: it locks the rows.
    """
    held = Article.objects.filter(state=State.EXTRACTING, lease__in={a.lease for a in articles})
    rows = held.filter(pk__in=[article.pk for article in articles]).order_by("pk")
    with transaction.atomic():
        ids = set(rows.select_for_update(no_key=True).values_list("pk", flat=True))
        Article.objects.filter(pk__in=ids).update(
            state=state, lease=None, lease_until=None, **fields
        )
    ended = [article for article in articles if article.pk in ids]
    for article in ended:
        article.state = state
    return ended


def article_finish(article: Article, state: Article.State, **fields: Any) -> bool:
    """As `articles_finish`, of one: false when the lease was lost."""
    return bool(articles_finish([article], state, **fields))


def article_fail(article: Article, error: str) -> None:
    """The extraction failed for a reason that another try would meet again."""
    with transaction.atomic():
        if article_finish(article, State.FAILED, last_error=error):
            events.record("article.failed", article, note=error)


def article_postpone(article: Article, error: str) -> None:
    """The extraction met a passing trouble: try again later, with back-off, or set aside."""
    if article.attempts >= settings.EXTRACTION_MAX_ATTEMPTS:
        return article_set_aside(article, error)
    later = Now() + settings.EXTRACTION_WAKE * 2**article.attempts
    article_finish(article, State.PENDING, last_error=error, wake_at=later)
    return None


def article_wait(article: Article) -> None:
    """It is a copy of one that is not extracted yet: its turn comes after that, and is no try."""
    later = Now() + settings.EXTRACTION_WAKE / 4
    article_finish(article, State.PENDING, attempts=F("attempts") - 1, wake_at=later)


def article_set_aside(article: Article, error: str) -> None:
    """Too many attempts: a person decides."""
    with transaction.atomic():
        if article_finish(article, State.SET_ASIDE, last_error=error):
            events.record("article.set_aside", article, note=error)


def articles_sweep(*, most: int = 500) -> list[int]:
    """Free what dead workers held, and return the ids of at most `most` articles due now.

    Those of files are not among them: workers take them one after the other. Due, too, are
    articles in a language that had no pipeline when they came and has one now.
    """
    Article.objects.supported_since().update(state=State.PENDING, attempts=0, wake_at=Now())
    for article in Article.objects.abandoned().defer("text")[:most]:
        article_release(article)
    with transaction.atomic():
        due = list(
            Article.objects.due()
            .exclude(intake=Article.Intake.FILE)
            .order_by("wake_at")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:most]
        )
        Article.objects.filter(pk__in=due).update(wake_at=next_wake())
    return due


def article_release(article: Article) -> None:
    """A worker died holding this article: pending again, or set aside after too many."""
    error = (
        f"The worker was lost during extraction, {article.attempts} of "
        f"{settings.EXTRACTION_MAX_ATTEMPTS} attempts."
    )
    if article.attempts >= settings.EXTRACTION_MAX_ATTEMPTS:
        article_set_aside(article, error)
    else:
        article_finish(article, State.PENDING, last_error=error, wake_at=Now())


# --- What the above share ---------------------------------------------------------------------


def require(by: Any, permission: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(f"This needs the permission {permission}.")


def next_wake() -> Any:
    return timezone.now() + settings.EXTRACTION_WAKE


def announce(article_id: int) -> None:
    # Robust: the article is stored by then, and whatever a listener meets, the sweep finds it.
    transaction.on_commit(
        lambda: article_stored.send(sender=Article, article_id=article_id), robust=True
    )


def validated(submission: Submission) -> dict[str, Any]:
    """The columns of the article to be, or one ValidationError that names every bad field."""
    errors: dict[str, list[ValidationError]] = {}
    fields: dict[str, Any] = {}
    for name, check in (
        ("text", submitted_text),
        ("title", submitted_title),
        ("url", submitted_url),
        ("outlet", submitted_outlet),
        ("authors", submitted_authors),
        ("published_at", submitted_date),
        ("language", submitted_language),
    ):
        try:
            fields[name] = check(submission)
        except ValidationError as error:
            errors[name] = error.error_list
    if errors:
        raise ValidationError(errors)
    fields["text_hash"] = text_hash(fields["text"])
    fields["normalised_url"] = normalised_url(fields["url"])
    return fields


def submitted_text(submission: Submission) -> str:
    if submission.text.strip() or not submission.html.strip():
        text = cleaned(submission.text)
    else:
        if len(submission.html) > HTML_MAX_FACTOR * settings.ARTICLE_MAX_CHARACTERS:
            raise ValidationError(
                "The page has %(length)d characters. Send its text as `text`.",
                code="text_too_long",
                params={"length": len(submission.html)},
            )
        check_characters(submission.html.replace("\r", ""))
        text = cleaned(main_text(submission.html))
    check_text(text)
    return text


def submitted_title(submission: Submission) -> str:
    title = " ".join(submission.title.split())
    check_characters(submission.title.replace("\n", " ").replace("\r", " "))
    if len(title) > 500:
        raise ValidationError("The title may have 500 characters.", code="title_too_long")
    return title


def submitted_url(submission: Submission) -> str:
    url = submission.url.strip()
    if not url:
        return ""
    check_characters(url)
    check_http(url)
    try:
        normalised = normalised_url(url)
    except ValueError as error:  # A port past 65535.
        raise ValidationError(check_http.message, code="invalid") from error
    # Quoting makes the normalised form the longer one.
    if max(len(url), len(normalised)) > 2000:
        raise ValidationError("A URL may have 2,000 characters.", code="url_too_long")
    return url


def submitted_date(submission: Submission) -> datetime | None:
    """In UTC, since PostgreSQL takes fewer offsets than Python."""
    try:
        return submission.published_at and submission.published_at.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError("This date is out of range.", code="invalid_date") from error


def submitted_authors(submission: Submission) -> list[str]:
    authors = [" ".join(name.split()) for name in submission.authors]
    for name in authors:
        check_characters(name)
        if len(name) > 200:
            raise ValidationError("A name may have 200 characters.", code="author_too_long")
    return [name for name in authors if name]


def submitted_language(submission: Submission) -> str:
    language = submission.language.strip().lower()
    if language and not (LANGUAGE.fullmatch(language) and len(language) <= 12):
        raise ValidationError("Send an ISO 639-1 code, as “en”.", code="invalid_language")
    return language


def submitted_outlet(submission: Submission) -> Outlet:
    """The outlet named, or the one whose domain the URL is on."""
    given = submission.outlet
    if isinstance(given, Outlet):
        return given
    if given:
        check_characters(given)
        found = Outlet.objects.filter(Q(name__iexact=given) | Q(domain=given.lower()))
    else:
        domain = site(submission.url)
        if not domain:
            raise ValidationError("Name the outlet, or give the URL.", code="outlet_required")
        found = Outlet.objects.filter(domain=domain)
    outlet = found.first()
    if outlet is None:
        raise ValidationError(
            "No outlet is called or found at “%(given)s”. Add it in the admin under Outlets.",
            code="unknown_outlet",
            params={"given": given or site(submission.url)},
        )
    return outlet


def article_known(fields: dict[str, Any]) -> Article | None:
    """The article stored before with this URL, or with this text from this outlet."""
    same = Q(outlet=fields["outlet"], text_hash=fields["text_hash"])
    if fields["normalised_url"]:
        same |= Q(normalised_url=fields["normalised_url"])
    return Article.objects.filter(same).order_by("id").first()
