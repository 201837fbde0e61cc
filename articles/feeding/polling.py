"""The worker's side: a feed that is due is asked, and what is new in it becomes links."""

import logging
import time
import uuid
from dataclasses import dataclass, replace
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
from articles.intake.fetching import Fetched, FetchError, Limits, Validators, fetch
from articles.intake.sitemaps import Entry
from articles.intake.urls import normalised_url
from articles.linking.hosts import check_robots, host_hold, host_let_go
from articles.linking.models import Link
from articles.linking.services import links_submit
from articles.linking.turns import Trouble, asked_wait, sentence

log = logging.getLogger(__name__)

LIMITS = Limits(body=20 * 1024 * 1024, longest=60)
#: Seconds that one poll may ask for, the sitemaps that its feed names included.
LONGEST_POLL = 60
#: Sitemaps that one which names others is followed to, the newest of them.
MOST_SITEMAPS = 5
#: One that fails is asked ever more rarely, and no more rarely than this.
LONGEST_REST = timedelta(days=1)
#: Workers that one poll may lose: any may be killed once, but by the second the feed is why.
MOST_LOSSES = 1
LOST = Trouble("worker_lost", "The worker was lost while reading it, more than once.", True)


@dataclass(frozen=True)
class Polled:
    """What a feed answered; without a reading it has not changed.

    `note` is for who looks at its outlet: what could not be read, though something could.
    """

    reading: Reading | None
    validators: Validators
    note: str = ""


def feeds_poll(*, seconds: float) -> int:
    """Ask the feeds that are due, for about so long; how many were asked."""
    ends, asked = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (feed := feed_take()):
        feed_poll(feed)
        asked += 1
    return asked


@transaction.atomic
def feed_take() -> Feed | None:
    """Lease the feed that is due longest, and its host; None when none may be asked now."""
    ready = Feed.objects.ready().select_related("host", "outlet")
    feed = ready.select_for_update(skip_locked=True, of=("self", "host")).first()
    if feed is None:
        return None
    if feed.lease is not None:
        feed.losses += 1
    feed.lease, feed.next_at = uuid.uuid4(), timezone.now() + settings.FETCH_LEASE
    feed.save(update_fields=["lease", "losses", "next_at"])
    host_hold(feed.host_id, feed.next_at)
    return feed


def feed_poll(feed: Feed) -> None:
    feed_written(feed, LOST if feed.losses > MOST_LOSSES else polled(feed))


# --- Asking -----------------------------------------------------------------------------------


def polled(feed: Feed) -> Polled | Trouble:
    known = Validators(feed.etag, feed.last_modified)
    ends = time.monotonic() + LONGEST_POLL
    try:
        answer = fetch(feed.url, known=known, limits=LIMITS, before=check_robots)
        if answer.unchanged:
            return Polled(None, known)
        if answer.status != 200:
            note = f"It answered {answer.status} {answer.reason}".strip()[:200] + "."
            wait = asked_wait(answer.headers.get("Retry-After", ""))
            return Trouble("http_error", note, True, wait)
        reading = feed_read(answer.body, answer.url)
        return (
            followed(reading, answer, ends) if reading.more else Polled(reading, answer.validators)
        )
    except SoftTimeLimitExceeded:
        return Trouble("too_slow", "Reading it took too long.", True)
    except (DatabaseError, MemoryError):
        raise
    except Exception as error:
        return trouble_of(error)


def trouble_of(error: Exception) -> Trouble:
    """What went wrong at a feed, or at a sitemap that it names."""
    if isinstance(error, FetchError):
        return Trouble(error.code.value, f"{sentence(error.message)}.", True)
    if isinstance(error, ValidationError):
        return Trouble(error.error_list[0].code or "invalid", " ".join(error.messages), True)
    log.error("a feed cannot be read", exc_info=error)
    return Trouble("broken_feed", f"The feed cannot be read: {type(error).__name__}.", True)


def followed(reading: Reading, answer: Fetched, ends: float) -> Polled | Trouble:
    """The pages of the newest sitemaps that `reading` names, of its own host.

    One that cannot be read is passed over, if another can be.
    """
    at = urlsplit(answer.url).netloc
    named = [one.url for one in reading.more if urlsplit(one.url).netloc == at][:MOST_SITEMAPS]
    pages, troubles = [*reading.entries], []
    for url in named:
        found = sitemap_pages(url, ends)
        if isinstance(found, Trouble):
            troubles.append(found)
        else:
            pages += found
    if not pages:
        nothing = Trouble("no_feed", "The sitemaps that it names have no pages.", True)
        return troubles[0] if troubles else nothing
    note = f"{len(troubles)} of its sitemaps: {troubles[0].message}" if troubles else ""
    return Polled(Reading(reading.kind, pages, []), answer.validators, note)


def sitemap_pages(url: str, ends: float) -> list[Entry] | Trouble:
    left = ends - time.monotonic()
    if left <= 0:
        return Trouble("too_slow", "There was no time left to ask for it.")
    try:
        answer = fetch(url, limits=replace(LIMITS, longest=left), before=check_robots)
        if answer.status != 200:
            return Trouble(
                "http_error", f"It answered {answer.status} {answer.reason}".strip()[:200] + "."
            )
        return feed_read(answer.body, answer.url).entries
    except (SoftTimeLimitExceeded, DatabaseError, MemoryError):
        raise
    except Exception as error:
        return trouble_of(error)


# --- Writing down -----------------------------------------------------------------------------


def feed_written(feed: Feed, outcome: Polled | Trouble) -> None:
    """Keep what came of it, in one transaction with the links; nothing if the lease was lost."""
    wait = outcome.wait if isinstance(outcome, Trouble) else timedelta(0)
    host_let_go(feed.host_id, feed.next_at, wait)
    with transaction.atomic():
        if not Feed.objects.select_for_update().filter(pk=feed.pk, lease=feed.lease).exists():
            log.warning("feed %s: the lease was lost, nothing written", feed.pk)
            return
        feed.lease, feed.losses, feed.polled_at = None, 0, timezone.now()
        if isinstance(outcome, Trouble):
            failed(feed, outcome)
        else:
            answered(feed, outcome)
        feed.save()


def answered(feed: Feed, outcome: Polled) -> None:
    feed.failures, feed.code, feed.message = 0, "", outcome.note[:500]
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
