"""What other desks say, written down. None of it becomes a verdict of ours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from articles import events
from articles.intake.urls import site
from articles.services import require
from claims.desk.changing import plain
from claims.models import ExternalVerdict
from claims.publishing.claimreview_reading import Reading

#: Readings written in one transaction.
BATCH = 500
COLUMNS = tuple(field.name for field in fields(Reading))
KEY = ("url", "claim_key")
WRITTEN = (*(name for name in COLUMNS if name not in KEY), "updated_at")


def external_verdicts_write(readings: Iterable[Reading], *, by: Any) -> Counter[str]:
    """Create or update a row for each page and claim; how many were which.

    `created`, `updated` and `known` as it was, `skipped` because it is our own desk's. Of several
    readings of one page and claim the first counts, and the others are known: the same readings
    again change nothing. A row that is updated keeps its id. `by` None is the command line.
    Raises PermissionDenied.
    """
    require(by, "claims.add_externalverdict")
    counts = Counter(created=0, updated=0, known=0, skipped=0)
    ours, seen = site(settings.PUBLIC_URL), set[tuple[str, str]]()
    waiting = iter(readings)
    while batch := list(islice(waiting, BATCH)):
        others = [reading for reading in batch if reading.site != ours]
        # From the end, so that the first of several stays.
        fresh = {key_of(reading): reading for reading in reversed(others)}
        fresh = {key: fresh[key] for key in fresh.keys() - seen}
        seen.update(fresh)
        counts["skipped"] += len(batch) - len(others)
        counts["known"] += len(others) - len(fresh)
        # In one order everywhere: two imports of the same verdicts wait, and do not deadlock.
        counts.update(batch_write([fresh[key] for key in sorted(fresh)], by=by))
    return counts


def key_of(row: Reading | ExternalVerdict) -> tuple[str, str]:
    return row.url, row.claim_key


def batch_write(readings: Sequence[Reading], *, by: Any) -> Counter[str]:
    with transaction.atomic():
        stored = stored_of(readings)
        created, updated, told = [], [], []
        for reading in readings:
            before = stored.get(key_of(reading))
            row = ExternalVerdict(**{name: getattr(reading, name) for name in COLUMNS})
            if before is None:
                created.append(row)
            elif changed := differences(before, row):
                updated.append(row)
                told.append((before, changed))
        written(created, updated)
        record(created, told, by=by)
    known = len(readings) - len(created) - len(updated)
    return Counter(created=len(created), updated=len(updated), known=known)


def stored_of(readings: Sequence[Reading]) -> dict[tuple[str, str], ExternalVerdict]:
    """The rows there are of these pages, locked."""
    rows = ExternalVerdict.objects.select_for_update().order_by(*KEY)
    found = rows.filter(url__in={reading.url for reading in readings})
    return {key_of(row): row for row in found}


def differences(
    before: ExternalVerdict, after: ExternalVerdict
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What the publisher changed: (before, after); None when nothing differs."""
    if all(getattr(before, name) == getattr(after, name) for name in COLUMNS):
        return None
    said = [name for name in COLUMNS if name != "data"]
    return events.changes(
        {name: plain(getattr(before, name)) for name in said},
        {name: plain(getattr(after, name)) for name in said},
    )


def written(created: list[ExternalVerdict], updated: list[ExternalVerdict]) -> None:
    """Insert, or update where another import was first; each row has its id then."""
    ExternalVerdict.objects.bulk_create(
        [*created, *updated],
        update_conflicts=True,
        unique_fields=KEY,
        update_fields=WRITTEN,
    )


def record(
    created: list[ExternalVerdict],
    updated: list[tuple[ExternalVerdict, tuple[dict[str, Any], dict[str, Any]]]],
    *,
    by: Any,
) -> None:
    """One Event for all that came, about the last row, and one for each that was changed."""
    told = [
        events.built("external.changed", row, actor=by, before=before, after=after)
        for row, (before, after) in updated
        if after
    ]
    rows = [*created, *(row for row, _ in updated)]
    if rows:
        counts = {"created": len(created), "updated": len(updated)}
        told.append(events.built("external.imported", rows[-1], actor=by, after=counts))
    events.Event.objects.bulk_create(told)
