"""Giving URLs to be fetched: what admin, API, command and feeds call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.feeding.models import Feed
from articles.intake.urls import normalised_url
from articles.linking.hosts import host_of
from articles.linking.models import Link
from articles.linking.waking import wake_for_links
from articles.models import Article
from articles.services import Submission, require, submitted_url

State = Link.State
ADD = "articles.add_article"


@dataclass(frozen=True)
class Given:
    """What became of one URL that was given: a link, or what is wrong with it.

    `created`: nobody had given it before.
    """

    url: str
    link: Link | None = None
    created: bool = False
    error: ValidationError | None = None


def links_submit(urls: Iterable[str], *, by: Any, feed: Feed | None = None) -> list[Given]:
    """Have each URL fetched by the worker and stored as an article, in their order.

    One that was given before keeps its link, and is tried again if it had failed; of an article
    that is here the link is known at once. Blank ones are passed over. `by` None is the command
    line, or `feed`. Raises PermissionDenied.
    """
    require(by, ADD)
    given = [one_submit(url.strip(), by, feed) for url in urls if url.strip()]
    if any(one.link and one.link.state == State.QUEUED for one in given):
        wake_on_commit()
    return given


def one_submit(url: str, by: Any, feed: Feed | None) -> Given:
    try:
        url = submitted_url(Submission(url=url))
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ValidationError("Give it without a login before the host.", code="invalid")
    except ValidationError as error:
        return Given(url, error=error)
    with transaction.atomic():
        link, created = Link.objects.get_or_create(
            normalised_url=normalised_url(url), defaults={**begun(url, by), "feed": feed}
        )
        if created:
            after = {"url": url, **({"feed": feed.url} if feed else {})}
            events.record("link.submitted", link, actor=by, after=after)
        elif link.state == State.FAILED:
            queued_again(link, by)
    return Given(url, link=link, created=created)


def begun(url: str, by: Any) -> dict[str, Any]:
    """The columns of a new link."""
    article = Article.objects.at(url).first()
    known = {"state": State.KNOWN, "article": article, "next_at": None} if article else {}
    return {"url": url, "host": host_of(url), "submitted_by": by, **known}


def link_retry(link: Link, *, by: Any) -> Link:
    """Fetch it now, whatever came of it before; one that waits or is being fetched just waits."""
    require(by, ADD)
    with transaction.atomic():
        locked = Link.objects.select_for_update().get(pk=link.pk)
        if locked.state not in (State.QUEUED, State.FETCHING):
            queued_again(locked, by)
            wake_on_commit()
    link.refresh_from_db()
    return link


def queued_again(link: Link, by: Any) -> None:
    """Who asks for it is who its article comes from, as who gave it may be gone."""
    before = {"state": link.state, "code": link.code}
    link.state, link.code, link.message = State.QUEUED, "", ""
    link.attempts, link.next_at, link.submitted_by = 0, timezone.now(), by
    link.save()
    events.record("link.retried", link, actor=by, before=before)


def wake_on_commit() -> None:
    transaction.on_commit(wake_for_links, robust=True)


def urls_in(text: str, *, most: int) -> Sequence[str]:
    """The lines of `text` that are not blank, each once.

    Raises ValidationError for `urls`: `urls_required`, `too_many_urls`.
    """
    urls = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not urls:
        refuse("Give a URL, or several with one on each line.", "urls_required")
    if len(urls) > most:
        refuse(f"{len(urls):,} URLs at once; {most:,} at most.", "too_many_urls")
    return urls


def refuse(message: str, code: str) -> None:
    raise ValidationError({"urls": ValidationError(message, code=code)})
