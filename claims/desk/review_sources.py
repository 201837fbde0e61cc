"""Keeping the sources of other desks' verdicts, and who of them is believed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.intake.urls import site
from articles.linking.hosts import host_of
from articles.services import Submission, require, submitted_url
from claims.models import ReviewPublisher, ReviewSource
from claims.publishing.claimreview_reading import Reading
from claims.waking import wake_for_sources

ADD, CHANGE = "claims.add_reviewsource", "claims.change_reviewsource"


def source_add(
    *, name: str, url: str, publishers: Collection[str] = (), active: bool = True, by: Any
) -> ReviewSource:
    """A source, asked at once and then by the clock. Without `publishers` it tells of itself alone.

    Raises PermissionDenied and ValidationError, keyed by field.
    """
    require(by, ADD)
    source = ReviewSource(name=name.strip(), publishers=sites(publishers), added_by=by)
    source.url, source.active = checked(url), active
    source.host = host_of(source.url)
    source.full_clean(exclude=["added_by", "host"])
    with transaction.atomic():
        source.save()
        events.record("reviewsource.added", source, actor=by, after=told(source))
        transaction.on_commit(wake_for_sources, robust=True)
    return source


def source_change(
    source: ReviewSource,
    *,
    name: str,
    url: str,
    publishers: Collection[str],
    active: bool,
    by: Any,
) -> ReviewSource:
    """Also to switch it off or on. All of it is read anew: other publishers may be in it."""
    require(by, CHANGE)
    with transaction.atomic():
        current = ReviewSource.objects.select_for_update().get(pk=source.pk)
        before = told(current)
        current.name, current.url, current.active = name.strip(), checked(url), active
        current.host, current.publishers = host_of(current.url), sites(publishers)
        current.etag = current.last_modified = ""
        current.full_clean(exclude=["added_by", "host"])
        rested(current)
        old, new = events.changes(before, told(current))
        events.record("reviewsource.changed", current, actor=by, before=old, after=new)
    return current


def source_poll_now(source: ReviewSource, *, by: Any) -> None:
    """Ask it now rather than when it is due."""
    require(by, CHANGE)
    with transaction.atomic():
        current = ReviewSource.objects.select_for_update().get(pk=source.pk)
        rested(current)
        events.record("reviewsource.asked", current, actor=by)


def rested(source: ReviewSource) -> None:
    source.failures, source.code, source.message = 0, "", ""
    source.next_at, source.lease, source.losses = timezone.now(), None, 0
    source.save()
    transaction.on_commit(wake_for_sources, robust=True)


def checked(url: str) -> str:
    try:
        url = submitted_url(Submission(url=url))
        if not url:
            raise ValidationError("Give the address of the source.", code="url_required")
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ValidationError("Give it without a login before the host.", code="invalid")
    except ValidationError as error:
        raise ValidationError({"url": error}) from error
    return url


def sites(publishers: Collection[str]) -> list[str]:
    """The bare hosts, also of addresses, each once."""
    names = (name.strip().lower() for name in publishers)
    bare = ((site(name) or name).removeprefix("www.") for name in names)
    return list(dict.fromkeys(name for name in bare if name))


def told(source: ReviewSource) -> dict[str, Any]:
    names = ("name", "url", "publishers", "active")
    return {name: getattr(source, name) for name in names}


# --- Whose verdicts are believed --------------------------------------------------------------


def believed(
    readings: Iterable[Reading], publishers: Collection[str] | None, counts: Counter[str]
) -> Iterator[Reading]:
    """The readings of these sites and their parts, as far as the desk takes them.

    Without `publishers` it is all that the desk takes. The others are counted as `refused`.
    """
    lists = [one for one in (publishers, taken()) if one is not None]
    for reading in readings:
        if all(is_of(reading.site, one) for one in lists):
            yield reading
        else:
            counts["refused"] += 1


def taken() -> list[str] | None:
    """The sites on the desk's list of publishers; None while it has no list: then everybody's."""
    listed = list(ReviewPublisher.objects.values_list("site", "active"))
    return [name for name, active in listed if active] if listed else None


def sources_read_anew() -> None:
    """The desk's list has changed: what was passed over before may be wanted now.

    Who asks a source at this moment writes nothing of it down, and it is asked again.
    """
    ReviewSource.objects.update(etag="", last_modified="", lease=None, losses=0)


def is_of(host: str, publishers: Collection[str]) -> bool:
    """Whether `host` is one of the sites, or a part of one: factcheck.herald.example."""
    return any(host == name or host.endswith(f".{name}") for name in publishers)
