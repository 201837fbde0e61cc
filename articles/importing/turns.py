"""One turn of one worker at an import: rows are read and judged, and written batch by batch."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import F
from django.db.models.functions import Now

from articles.importing.ending import import_end
from articles.importing.models import Import, ImportRow, options_of
from articles.importing.storing import Judge, Judged, articles_store
from articles.intake import reading

State = Import.State
#: A batch is written when it has so many rows, or bytes, or took so many seconds to read.
MOST_ROWS = 2_000
MOST_BYTES = 3_000_000
MOST_SECONDS = 2.0
#: Seconds of a worker's turn; others' work comes in between.
TURN = 5.0
#: After so many turns that ended in nothing rows are read one by one, then the next is given up.
TOGETHER = 3
ALONE = 6


def import_take(import_id: int) -> Import | None:
    """Lease a going import to the caller; None when another has it, or it does not go."""
    lease = uuid.uuid4()
    taken = (
        Import.objects.free()
        .filter(pk=import_id)
        .update(
            state=State.RUNNING,
            lease=lease,
            lease_until=Now() + settings.IMPORT_LEASE,
            attempts=F("attempts") + 1,
        )
    )
    found = Import.objects.select_related("submitted_by").filter(pk=import_id, lease=lease)
    return found.first() if taken else None


def import_release(work: Import) -> None:
    """End a turn: the import is anybody's again, and nothing speaks against its next row."""
    Import.objects.filter(pk=work.pk, lease=work.lease).update(
        lease=None, lease_until=None, attempts=0
    )


class Turn:
    """A turn at an import that `import_take` leased to the caller.

    What was in work when a process is killed is not written, and read again in the next turn.
    """

    def __init__(self, work: Import) -> None:
        self.work = work
        self.begun = self.written = time.monotonic()

    def run(self, seconds: float = TURN, after_batch: Callable[[], None] = lambda: None) -> bool:
        """Go on for about so many seconds; whether more is left to do then.

        It is not when the import ended, or was paused, cancelled or given to another.
        """
        try:
            for batch in self.batches():
                if self.written == self.begun:
                    # Unpacking to where the last turn ended may take long: make it worth while.
                    seconds = max(seconds, 2 * self.since(self.begun))
                if not self.write(batch):
                    return False
                after_batch()
                if self.since(self.begun) > seconds:
                    import_release(self.work)
                    return True
            import_end(self.work, State.FINISHED, worked=self.since(self.written))
        except ValidationError as error:
            import_end(self.work, State.FAILED, error, worked=self.since(self.written))
        return False

    def since(self, moment: float) -> float:
        return time.monotonic() - moment

    # --- Reading ------------------------------------------------------------------------------

    def batches(self) -> Iterator[list[Judged]]:
        """Judged rows from the import's place on; raises, after the last, what ends the file."""
        judge, batch, size, begun = Judge(), [], 0, time.monotonic()
        ending = None
        rows = reading.rows(source_of(self.work), self.work.reading_place)
        while True:
            try:
                row = next(rows, None)
            except ValidationError as error:
                row, ending = None, error
            if row is None:
                break
            batch.append(self.judged(judge, row))
            size += len(row.content)
            full = len(batch) >= self.most_rows or size >= MOST_BYTES
            if full or self.since(begun) > MOST_SECONDS:
                yield batch
                judge, batch, size, begun = Judge(), [], 0, time.monotonic()
        if batch:
            yield batch
        if ending:
            raise ending

    @property
    def most_rows(self) -> int:
        return MOST_ROWS if self.work.attempts <= TOGETHER else 1

    def judged(self, judge: Judge, row: reading.Row) -> Judged:
        if self.work.attempts <= ALONE:
            return judge.judged(row)
        message = f"Given up after {ALONE} tries: the worker was lost with it each time."
        return Judged(row).refused("gave_up", message)

    # --- Writing ------------------------------------------------------------------------------

    def write(self, batch: Sequence[Judged]) -> bool:
        """Write a batch; False when the import is not this turn's any more."""
        try:
            return batch_write(self.work, batch, self.lap())
        except DataError as error:
            if len(batch) > 1:
                return all(self.write([one]) for one in batch)
            message = f"The database does not take it: {error}"
            return batch_write(self.work, [batch[0].refused("not_storable", message)], self.lap())

    def lap(self) -> float:
        """Seconds since the last batch."""
        last, self.written = self.written, time.monotonic()
        return self.written - last


def source_of(work: Import) -> reading.Source:
    return reading.Source(work.file, work.name, reading.Options(**options_of(work)))


def batch_write(work: Import, batch: Sequence[Judged], seconds: float) -> bool:
    """Articles, failed rows, counters and the place to go on from, in one transaction."""
    good = [one.fields for one in batch if one.fields is not None]
    bad = [one for one in batch if one.errors is not None]
    last = batch[-1].row
    with transaction.atomic():
        held = Import.objects.select_for_update().filter(
            pk=work.pk, lease=work.lease, state=State.RUNNING
        )
        if not held.exists():
            return False
        created = articles_store(work, good)
        ImportRow.objects.bulk_create(failure(work, one) for one in bad)
        Import.objects.filter(pk=work.pk).update(
            rows_read=F("rows_read") + len(batch),
            created=F("created") + created,
            known=F("known") + len(good) - created,
            failed=F("failed") + len(bad),
            reading_place=last.place,
            position=last.position,
            worked=F("worked") + seconds,
            lease_until=Now() + settings.IMPORT_LEASE,
            attempts=0,
        )
    work.attempts = 0
    return True


def failure(work: Import, one: Judged) -> ImportRow:
    row = one.row
    return ImportRow(
        of=work,
        number=row.number,
        # PostgreSQL's text holds no NUL.
        name=row.name.replace("\0", "�"),
        errors=one.errors,
        content=row.content,
        cut=row.cut,
    )
