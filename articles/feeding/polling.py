"""The worker's side: a feed that is due is asked, and what is new in it becomes links."""

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles import events
from articles.feeding.models import Feed
from articles.intake.feeds import Reading, feed_read
from articles.intake.fetching import FetchError, Limits, Validators, fetch
from articles.intake.sitemaps import Entry
from articles.intake.urls import normalised_url
from articles.linking.hosts import check_robots, host_hold, host_let_go
from articles.linking.models import Link
from articles.linking.services import links_submit
from articles.linking.turns import Trouble, asked_wait, sentence

log = logging.getLogger(__name__)

LIMITS = Limits(body=20 * 1024 * 1024, longest=60)
#: Sitemaps that one which names others is followed to, the newest of them.
MOST_SITEMAPS = 5
#: One that fails is asked ever more rarely, and no more rarely than this.
LONGEST_REST = timedelta(days=1)


@dataclass(frozen=True)
class Polled:
    """What a feed answered; without a reading it has not changed."""

    reading: Reading | None
    validators: Validators


def feeds_poll(*, seconds: float) -> int:
    """Ask the feeds that are due, for about so long; how many were asked."""
    ends, asked = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (feed := feed_take()):
        feed_written(feed, polled(feed))
        asked += 1
    return asked


@transaction.atomic
def feed_take() -> Feed | None:
    """Lease the feed that is due longest, and its host; None when none may be asked now."""
    ready = Feed.objects.ready().select_related("host", "outlet")
    feed = ready.select_for_update(skip_locked=True, of=("self", "host")).first()
    if feed is None:
        return None
    feed.lease, feed.next_at = uuid.uuid4(), timezone.now() + settings.FETCH_LEASE
    feed.save(update_fields=["lease", "next_at"])
    host_hold(feed.host_id, feed.next_at)
    return feed


# --- Asking -----------------------------------------------------------------------------------


def polled(feed: Feed) -> Polled | Trouble:
    known = Validators(feed.etag, feed.last_modified)
    try:
        answer = fetch(feed.url, known=known, limits=LIMITS, before=check_robots)
        if answer.unchanged:
            return Polled(None, known)
        if answer.status != 200:
            note = f"It answered {answer.status} {answer.reason}".strip()[:200] + "."
            wait = asked_wait(answer.headers.get("Retry-After", ""))
            return Trouble("http_error", note, True, wait)
        return Polled(followed(feed_read(answer.body, answer.url), answer.url), answer.validators)
    except FetchError as error:
        return Trouble(error.code.value, f"{sentence(error.message)}.", True)
    except ValidationError as error:
        return Trouble(error.error_list[0].code or "invalid", " ".join(error.messages), True)
    except (SoftTimeLimitExceeded, DatabaseError, MemoryError):
        raise
    except Exception as error:
        log.exception("feed %s cannot be read", feed.pk)
        told = f"The feed cannot be read: {type(error).__name__}."
        return Trouble("broken_feed", told, True)


def followed(reading: Reading, url: str) -> Reading:
    """`reading` with the pages of the newest sitemaps that it names, of its own host."""
    at = urlsplit(url).netloc
    newest = sorted(
        (one for one in reading.more if urlsplit(one.url).netloc == at),
        key=lambda one: one.published_at.timestamp() if one.published_at else 0,
        reverse=True,
    )
    pages = [*reading.entries]
    for one in newest[:MOST_SITEMAPS]:
        answer = fetch(one.url, limits=LIMITS, before=check_robots)
        if answer.status == 200:
            pages += feed_read(answer.body, answer.url).entries
    return Reading(reading.kind, pages, [])


# --- Writing down -----------------------------------------------------------------------------


def feed_written(feed: Feed, outcome: Polled | Trouble) -> None:
    """Keep what came of it, in one transaction with the links; nothing if the lease was lost."""
    wait = outcome.wait if isinstance(outcome, Trouble) else timedelta(0)
    host_let_go(feed.host_id, feed.next_at, wait)
    with transaction.atomic():
        if not Feed.objects.select_for_update().filter(pk=feed.pk, lease=feed.lease).exists():
            log.warning("feed %s: the lease was lost, nothing written", feed.pk)
            return
        feed.lease, feed.polled_at = None, timezone.now()
        if isinstance(outcome, Trouble):
            failed(feed, outcome)
        else:
            answered(feed, outcome)
        feed.save()


def answered(feed: Feed, outcome: Polled) -> None:
    feed.failures, feed.code, feed.message = 0, "", ""
    feed.next_at = timezone.now() + settings.FEED_INTERVAL
    feed.etag, feed.last_modified = outcome.validators.etag, outcome.validators.last_modified
    if outcome.reading is None:
        return
    wanted = fresh(outcome.reading.entries)
    links_submit([entry.url for entry in wanted], by=None, feed=feed)
    feed.kind, feed.named, feed.fresh = (
        outcome.reading.kind, len(outcome.reading.entries), len(wanted),
    )  # fmt: skip


def fresh(entries: list[Entry]) -> list[Entry]:
    """What nobody has given yet and is not too old, newest first, no more than are read at once."""
    oldest = timezone.now() - settings.FEED_OLDEST
    young = [one for one in entries if one.published_at is None or one.published_at >= oldest]
    named = {key: one for one in young if (key := key_of(one.url))}
    known = Link.objects.filter(normalised_url__in=named).values_list("normalised_url", flat=True)
    new = [named[key] for key in named.keys() - set(known)]
    new.sort(key=lambda one: one.published_at.timestamp() if one.published_at else 0, reverse=True)
    return new[: settings.FEED_AT_ONCE]


def key_of(url: str) -> str:
    try:
        return normalised_url(url)
    except ValueError:
        return ""


def failed(feed: Feed, trouble: Trouble) -> None:
    """Ask again later, each time twice as late; the Event is of the first failure in a row."""
    feed.failures += 1
    feed.code, feed.message = trouble.code, trouble.message[:500]
    rest = min(settings.FEED_INTERVAL * 2 ** min(feed.failures, 20), LONGEST_REST)
    feed.next_at = timezone.now() + max(rest, trouble.wait)
    if feed.failures == 1:
        events.record("feed.failed", feed, after={"code": feed.code}, note=feed.message)
