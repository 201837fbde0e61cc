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
from claims.desk.wordings import wordings_of_externals_write
from claims.models import ExternalVerdict
from claims.publishing.claimreview_reading import Reading

#: Readings written in one transaction.
BATCH = 500
COLUMNS = tuple(field.name for field in fields(Reading))
KEY = ("url", "claim_key")
WRITTEN = (*(name for name in COLUMNS if name not in KEY), "matched_at", "updated_at")
#: What it is recognised by; when one of these changes, claims that it answers are looked for anew.
RECOGNISED = ("claim_reviewed", "title", "language")


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
        rows = [ExternalVerdict(**columns(reading)) for reading in readings]
        created = [row for row in rows if key_of(row) not in stored]
        known = [(stored[key_of(row)], row) for row in rows if key_of(row) in stored]
        updated = [(before, row) for before, row in known if differ(before, row, COLUMNS)]
        for before, row in updated:
            if not differ(before, row, RECOGNISED):
                row.matched_at = before.matched_at
        write([*created, *(row for _, row in updated)])
        record(created, updated, by=by)
    return Counter(created=len(created), updated=len(updated), known=len(known) - len(updated))


def stored_of(readings: Sequence[Reading]) -> dict[tuple[str, str], ExternalVerdict]:
    """The rows there are of these pages, locked."""
    rows = ExternalVerdict.objects.select_for_update().order_by(*KEY)
    found = rows.filter(url__in={reading.url for reading in readings})
    return {key_of(row): row for row in found}


def columns(reading: Reading) -> dict[str, Any]:
    return {name: getattr(reading, name) for name in COLUMNS}


def differ(before: ExternalVerdict, after: ExternalVerdict, names: Sequence[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def write(rows: Sequence[ExternalVerdict]) -> None:
    """Insert rows, or update those that are there, also where another import was first."""
    ExternalVerdict.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=KEY, update_fields=WRITTEN
    )
    wordings_of_externals_write([row for row in rows if row.matched_at is None])


def record(
    created: Sequence[ExternalVerdict],
    updated: Sequence[tuple[ExternalVerdict, ExternalVerdict]],
    *,
    by: Any,
) -> None:
    """One Event for each verdict that its publisher changed, and one for all that came.

    The latter is about the last of them.
    """
    told = [changed(before, after, by) for before, after in updated]
    rows = [*created, *(before for before, _ in updated)]
    if rows:
        counts = {"created": len(created), "updated": len(updated)}
        told.append(events.built("external.imported", rows[-1], actor=by, after=counts))
    events.Event.objects.bulk_create(told)


def changed(before: ExternalVerdict, after: ExternalVerdict, by: Any) -> events.Event:
    said = [name for name in COLUMNS if name != "data"]
    old, new = events.changes(
        {name: plain(getattr(before, name)) for name in said},
        {name: plain(getattr(after, name)) for name in said},
    )
    return events.built("external.changed", before, actor=by, before=old, after=new)
