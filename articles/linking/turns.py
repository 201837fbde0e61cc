"""The worker's side: a link that is due is asked, and what came of it is written down.

Nothing is locked while a site is asked. Who asks holds a lease on the link and on its host; when it
dies, both are due again when the lease has run out.
"""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Min
from django.utils import timezone

from articles import events
from articles.intake.fetching import Fetched, FetchError, Validators, fetch
from articles.intake.pages import Page, page_read
from articles.linking.hosts import check_robots, host_hold, host_let_go
from articles.linking.models import Link
from articles.linking.outlets import outlet_of
from articles.models import Article, Feed
from articles.revising import article_revise
from articles.services import Submission, article_store

log = logging.getLogger(__name__)

State = Link.State
TYPES = ("text/html", "application/xhtml+xml")
GONE, GUARDED = (404, 410), (401, 402, 403, 451)
#: A site that asks for more time gets no more than this at once.
LONGEST_WAIT = timedelta(days=1)
LOST = "The worker was lost while fetching it, again and again."


@dataclass(frozen=True)
class Trouble:
    """Why there is no article: a stable code, a sentence, and whether to try again and when."""

    code: str
    message: str
    passing: bool = False
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Found:
    """A page, or none where it has not changed; and by what to ask whether it has."""

    page: Page | None
    validators: Validators


def links_fetch(*, seconds: float) -> float | None:
    """Ask what is due, for about so long; in how many seconds to go on, None when nothing is left.

    Hosts that were asked just now are not waited for. None, too, when there was nothing to do here:
    another worker did it, and goes on.
    """
    ends, asked = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (link := link_take()):
        link_written(link, tried(link))
        asked += 1
    return until_next() if asked else None


def until_next() -> float | None:
    """Seconds until a host of what is due now may be asked."""
    first = Link.objects.due().aggregate(at=Min("host__next_at"))["at"]
    return max(0.1, (first - timezone.now()).total_seconds()) if first else None


# --- Taking -----------------------------------------------------------------------------------


@transaction.atomic
def link_take() -> Link | None:
    """Lease the link that is due longest, and its host; None when no host may be asked now."""
    ready = Link.objects.ready().select_related("host", "feed__outlet", "submitted_by")
    link = ready.select_for_update(skip_locked=True, of=("self", "host")).first()
    if link is None:
        return None
    now = timezone.now()
    link.state, link.lease, link.next_at = State.FETCHING, uuid.uuid4(), now + settings.FETCH_LEASE
    link.attempts += 1
    link.save(update_fields=["state", "lease", "next_at", "attempts"])
    host_hold(link.host_id, link.next_at)
    return link


# --- Asking -----------------------------------------------------------------------------------


def tried(link: Link) -> Found | Trouble:
    if link.attempts > tries():
        return Trouble("worker_lost", LOST)
    known = Validators(link.etag, link.last_modified) if link.article_id else None
    try:
        answer = fetch(link.url, types=TYPES, known=known, before=check_robots)
    except FetchError as error:
        return Trouble(error.code.value, f"{sentence(error.message)}.", error.passing)
    return judged(answer)


def tries() -> int:
    return len(settings.LINK_RETRIES) + 1


def judged(answer: Fetched) -> Found | Trouble:
    if answer.unchanged:
        return Found(None, answer.validators)
    if answer.status == 200:
        return read(answer)
    note = f"It answered {answer.status} {answer.reason}".strip()[:200] + "."
    if answer.status in GONE:
        return Trouble("not_found", note)
    if answer.status in GUARDED:
        return Trouble("forbidden", note)
    busy = answer.status == 429 or answer.status >= 500
    return Trouble("http_error", note, busy, asked_wait(answer.headers.get("Retry-After", "")))


def read(answer: Fetched) -> Found | Trouble:
    try:
        page = page_read(answer.body, url=answer.url, charset=answer.charset)
    except ValidationError as error:
        return Trouble(error.error_list[0].code or "invalid", " ".join(error.messages))
    except (SoftTimeLimitExceeded, DatabaseError, MemoryError):
        raise
    except Exception as error:
        # The page's fault or the parser's: another try would meet it again.
        log.exception("%s cannot be read", answer.url)
        return Trouble("unreadable", f"The page cannot be read: {type(error).__name__}.")
    return Found(page, answer.validators)


def asked_wait(value: str) -> timedelta:
    """How long `Retry-After` asks us to stay away; none for what cannot be read."""
    try:
        wait = (
            timedelta(seconds=int(value))
            if value.isdigit()
            else parsedate_to_datetime(value) - timezone.now()
        )
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), min(wait, LONGEST_WAIT))


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- Writing down -----------------------------------------------------------------------------


def link_written(link: Link, outcome: Found | Trouble) -> None:
    """Keep what came of it, in one transaction with the article; nothing if the lease was lost."""
    wait = outcome.wait if isinstance(outcome, Trouble) else timedelta(0)
    host_let_go(link.host_id, link.next_at, wait)
    with transaction.atomic():
        if not Link.objects.select_for_update().filter(pk=link.pk, lease=link.lease).exists():
            log.warning("link %s: the lease was lost, nothing written", link.pk)
            return
        trouble = found(link, outcome) if isinstance(outcome, Found) else outcome
        if trouble:
            failed(link, trouble)


def found(link: Link, got: Found) -> Trouble | None:
    """Store or look again at the article; what is wrong with it is returned."""
    try:
        with transaction.atomic():
            article, state = link.article, State.STORED
            if article is None and got.page is not None:
                stored = article_store(
                    submission(got.page, link.feed), by=link.submitted_by, intake=intake(link)
                )
                article, state = stored.article, State.STORED if stored.created else State.KNOWN
            elif article is not None and got.page is not None:
                article_revise(article, title=got.page.title, text=got.page.text)
    except ValidationError as error:
        return refused(error)
    except PermissionDenied:
        return Trouble("not_allowed", "Who gave it may not add articles any more.")
    assert article is not None
    now = timezone.now()
    Link.objects.filter(pk=link.pk).update(
        state=state, code="", message="", attempts=0, lease=None, article=article, fetched_at=now,
        etag=got.validators.etag, last_modified=got.validators.last_modified,
        next_at=next_look(article, now) if state == State.STORED else None,
    )  # fmt: skip
    return None


def submission(page: Page, feed: Feed | None) -> Submission:
    return Submission(
        text=page.text,
        title=page.title,
        url=page.url,
        outlet=outlet_of(page, feed),
        authors=page.authors,
        published_at=page.published_at,
        language=page.language,
    )


def intake(link: Link) -> Article.Intake:
    return Article.Intake.FEED if link.feed_id else Article.Intake.LINK


def refused(error: ValidationError) -> Trouble:
    errors = [one for many in error.error_dict.values() for one in many] if hasattr(
        error, "error_dict"
    ) else error.error_list  # fmt: skip
    return Trouble(errors[0].code or "invalid", " ".join(error.messages)[:500])


def next_look(article: Article, now: datetime) -> datetime | None:
    """When the article is looked at again: at the next of LINK_REFETCHES after it came."""
    looks = (article.received_at + timedelta(hours=hours) for hours in settings.LINK_REFETCHES)
    return next((look for look in looks if look > now), None)


def failed(link: Link, trouble: Trouble) -> None:
    """Try again later, or leave it. An article that we have stays as we have it."""
    again = trouble.passing and link.attempts < tries()
    now = timezone.now()
    fields: dict[str, Any] = {"code": trouble.code, "message": trouble.message[:500], "lease": None}
    if again:
        pause = timedelta(seconds=settings.LINK_RETRIES[link.attempts - 1])
        fields["next_at"] = now + max(pause, trouble.wait)
        fields["state"] = State.QUEUED if link.article_id is None else State.STORED
    elif link.article is not None:
        fields |= {"state": State.STORED, "attempts": 0, "next_at": next_look(link.article, now)}
    else:
        fields |= {"state": State.FAILED, "next_at": None}
    Link.objects.filter(pk=link.pk).update(**fields)
    if not again:
        told = {"code": trouble.code, "url": link.url}
        events.record("link.failed", link, after=told, note=trouble.message)
