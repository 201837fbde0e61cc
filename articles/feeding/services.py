"""Keeping the feeds of an outlet: what admin and commands call."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.feeding.models import Feed
from articles.feeding.waking import wake_for_feeds
from articles.linking.hosts import host_of
from articles.models import Outlet
from articles.services import Submission, require, submitted_url

ADD, CHANGE = "articles.add_feed", "articles.change_feed"


def feed_add(*, outlet: Outlet, url: str, by: Any, active: bool = True) -> Feed:
    """A feed of `outlet`, asked at once and then by the clock.

    Raises PermissionDenied, and ValidationError: `url_required`, `invalid`, `feed_known`.
    """
    require(by, ADD)
    url = checked(url)
    with transaction.atomic():
        feed = Feed.objects.create(
            outlet=outlet, url=url, host=host_of(url), active=active, added_by=by
        )
        events.record("feed.added", feed, actor=by, after=told(feed))
        wake_on_commit()
    return feed


def feed_change(feed: Feed, *, outlet: Outlet, url: str, active: bool, by: Any) -> Feed:
    """Another address or outlet, or switch it off or on. What it failed at before is forgotten."""
    require(by, CHANGE)
    with transaction.atomic():
        current = Feed.objects.select_for_update().get(pk=feed.pk)
        before = told(current)
        if url.strip() != current.url:
            current.url = checked(url)
            current.host, current.etag, current.last_modified = host_of(url.strip()), "", ""
        current.outlet, current.active = outlet, active
        rested(current)
        old, new = events.changes(before, told(current))
        events.record("feed.changed", current, actor=by, before=old, after=new)
        wake_on_commit()
    return current


def feed_poll_now(feed: Feed, *, by: Any) -> None:
    """Ask it now rather than when it is due; one that is switched off stays so."""
    require(by, CHANGE)
    with transaction.atomic():
        current = Feed.objects.select_for_update().get(pk=feed.pk)
        rested(current)
        events.record("feed.asked", current, actor=by)
        wake_on_commit()


def rested(feed: Feed) -> None:
    feed.failures, feed.code, feed.message = 0, "", ""
    feed.next_at, feed.lease, feed.losses = timezone.now(), None, 0
    feed.save()


def checked(url: str) -> str:
    """`url`, if it can be that of a new feed; errors are keyed by `url`."""
    try:
        url = submitted_url(Submission(url=url))
        if not url:
            raise ValidationError("Give the address of the feed.", code="url_required")
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ValidationError("Give it without a login before the host.", code="invalid")
        if known := Feed.objects.select_related("outlet").filter(url=url).first():
            raise ValidationError(f"{known.outlet} has this feed already.", code="feed_known")
    except ValidationError as error:
        raise ValidationError({"url": error}) from error
    return url


def told(feed: Feed) -> dict[str, Any]:
    return {"outlet": str(feed.outlet), "url": feed.url, "active": feed.active}


def wake_on_commit() -> None:
    transaction.on_commit(wake_for_feeds, robust=True)
