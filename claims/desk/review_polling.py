"""The worker's side of sources: one that is due is asked, and what it says of claims is kept.

An answer goes to a file and is read from there item by item; nothing but the batch that is being
written is held. What was written stays when a poll breaks off, and the next one passes over it.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles import events
from articles.intake.fetching import Fetched, FetchError, Limits, Validators, fetch
from articles.linking.hosts import check_robots, host_hold, host_let_go
from articles.linking.turns import asked_wait, sentence
from claims.desk.external import external_verdicts_write
from claims.desk.review_sources import believed
from claims.models import ReviewSource
from claims.publishing.claimreview_files import Item, read
from claims.publishing.claimreview_reading import Reading

log = logging.getLogger(__name__)

#: A source that fails is asked ever more rarely, and no more rarely than this.
LONGEST_REST = timedelta(days=7)
#: Of one answer; all the fact checks that there are would fit.
MOST_ITEMS = 1_000_000


@dataclass(frozen=True)
class Failed:
    """Why nothing, or not all, was read: a stable code and a sentence."""

    code: str
    message: str
    wait: timedelta = timedelta(0)


#: Workers that one poll may lose: any may be killed once, but by the second the source is why.
MOST_LOSSES = 1
LOST = Failed("worker_lost", "The worker was lost while reading it, more than once.")


def sources_poll(*, seconds: float) -> int:
    """Ask the sources that are due, for about so long; how many were asked."""
    ends, asked = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (source := source_take()):
        source_poll(source)
        asked += 1
    return asked


@transaction.atomic
def source_take() -> ReviewSource | None:
    """Lease the source that is due longest, and its host; None when none may be asked now."""
    ready = ReviewSource.objects.ready().select_related("host")
    source = ready.select_for_update(skip_locked=True, of=("self", "host")).first()
    if source is None:
        return None
    if source.lease is not None:
        source.losses += 1
    source.lease, source.next_at = uuid.uuid4(), timezone.now() + settings.SOURCE_LEASE
    source.save(update_fields=["lease", "losses", "next_at"])
    host_hold(source.host_id, source.next_at)
    return source


def source_poll(source: ReviewSource) -> None:
    counts: Counter[str] = Counter()
    outcome = LOST if source.losses > MOST_LOSSES else polled(source, counts)
    source_written(source, outcome, counts)


def polled(source: ReviewSource, counts: Counter[str]) -> Fetched | Failed:
    """The answer once all of it is kept, or why it is not; what became of its items in `counts`."""
    try:
        with TemporaryFile() as file:
            answer = asked(source, file)
            wait = answer.wait if isinstance(answer, Failed) else timedelta(0)
            host_let_go(source.host_id, source.next_at, wait)
            if isinstance(answer, Failed) or answer.unchanged:
                return answer
            file.seek(0)
            return kept(source, answer, file, counts) or answer
    except SoftTimeLimitExceeded:
        return Failed("too_slow", "Reading it took too long; the next poll goes on.")
    except (DatabaseError, MemoryError):
        raise
    except Exception as error:
        log.exception("source %s cannot be read", source.pk)
        return Failed("unreadable", f"It cannot be read: {type(error).__name__}.")


# --- Asking -----------------------------------------------------------------------------------


def asked(source: ReviewSource, file: IO[bytes]) -> Fetched | Failed:
    """The answer, its body in `file`."""
    known = Validators(source.etag, source.last_modified)
    try:
        answer = fetch(source.url, known=known, limits=limits(), before=check_robots, into=file)
    except FetchError as error:
        return Failed(error.code.value, f"{sentence(error.message)}.")
    if answer.status not in (200, 304):
        note = f"It answered {answer.status} {answer.reason}".strip()[:200] + "."
        return Failed("http_error", note, asked_wait(answer.headers.get("Retry-After", "")))
    return answer


def limits() -> Limits:
    return Limits(body=settings.SOURCE_MAX_BYTES, longest=settings.SOURCE_SECONDS / 2)


# --- Keeping ----------------------------------------------------------------------------------


def kept(
    source: ReviewSource, answer: Fetched, file: IO[bytes], counts: Counter[str]
) -> Failed | None:
    """Write what the file says; why not all of it could be read, None when it was."""
    name = urlsplit(answer.url).path.rpartition("/")[2]
    broken: list[Failed] = []
    items = islice(read(file, name=name, address=answer.url), MOST_ITEMS + 1)  # type: ignore[arg-type]
    readings = believed(readings_of(items, counts, broken), source.allowed, counts)
    counts.update(external_verdicts_write(readings, by=None))
    if broken:
        return broken[0]
    if counts.total() == counts["skipped"]:
        return Failed("no_reviews", "There is no ClaimReview in it.")
    return None


def readings_of(
    items: Iterable[Item], counts: Counter[str], broken: list[Failed]
) -> Iterator[Reading]:
    for number, item in enumerate(items):
        if number == MOST_ITEMS:
            broken.append(Failed("too_many_items", f"It has more than {MOST_ITEMS:,} items."))
        elif item.reading:
            yield item.reading
        elif item.error:
            counts["failed"] += 1
            if getattr(item.error, "code", "") == "broken_off":
                broken.append(Failed("broken_off", " ".join(item.error.messages)))
        else:
            counts["skipped"] += 1


# --- Writing down -----------------------------------------------------------------------------


def source_written(source: ReviewSource, outcome: Fetched | Failed, counts: Counter[str]) -> None:
    with transaction.atomic():
        mine = ReviewSource.objects.select_for_update().filter(pk=source.pk, lease=source.lease)
        current = mine.first()
        if current is None:
            log.warning("source %s: the lease was lost, its state is another's", source.pk)
            return
        current.lease, current.losses, current.polled_at = None, 0, timezone.now()
        if counts:
            current.counts = dict(counts)
        if isinstance(outcome, Failed):
            failed(current, outcome)
        else:
            answered(current, outcome)
        current.save()


def answered(source: ReviewSource, answer: Fetched) -> None:
    source.failures, source.code, source.message = 0, "", ""
    source.next_at = timezone.now() + settings.SOURCE_INTERVAL
    if not answer.unchanged:
        source.etag, source.last_modified = answer.validators.etag, answer.validators.last_modified


def failed(source: ReviewSource, why: Failed) -> None:
    """Ask again later, each time twice as late; the Event is of the first failure in a row."""
    source.failures += 1
    source.code, source.message = why.code, why.message[:500]
    rest = min(settings.SOURCE_INTERVAL * 2 ** min(source.failures, 20), LONGEST_REST)
    source.next_at = timezone.now() + max(rest, why.wait)
    if source.failures == 1:
        after: dict[str, Any] = {"code": why.code}
        events.record("reviewsource.failed", source, after=after, note=source.message)
