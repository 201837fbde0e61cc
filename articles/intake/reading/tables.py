"""CSV as spreadsheets write it: any delimiter and encoding, told from the start of the file.

Goes on at the byte where the next record starts. After a record that is broken (a quotation mark
that never closes, a row of gigabytes) reading goes on with the line after its first one.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from articles.intake.reading.dialects import Dialect, dialect_of, guessed
from articles.intake.reading.rows import (
    MOST_BYTES,
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    from_record,
    refuse,
    refusing,
    too_large,
)
from articles.intake.reading.streams import Stream, opened, pass_over_line, transcoded
from articles.intake.text import CONTROL
from articles.services import Submission

#: Cells of one row; a spreadsheet has 16,384 columns at most, an article eight values.
MOST_CELLS = 1_000
#: Lines of one record.
MOST_LINES = 100_000
#: Delimiters in one line, those within texts included.
MOST_DELIMITERS = 100_000
#: A spreadsheet takes a cell for a formula that begins so, also behind white space it drops.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

csv.field_size_limit(MOST_BYTES)


class TooLong(Exception):
    """A record has too many bytes or lines, or one of its lines too many delimiters."""


class Lines:
    """The lines of a table as the csv module asks for them, remembered since the last `mark`."""

    def __init__(self, stream: Stream, dialect: Dialect) -> None:
        self.stream = stream
        self.dialect = dialect
        #: Read again, after a record that turned out to be none.
        self.back: deque[bytes] = deque()
        self.taken: list[bytes] = []
        self.size = 0
        self.at = 0
        #: A quotation mark that is open at the end of a line before this place is so up to it, for
        #: the reason why a record was given up there. Each line would be tried against all that
        #: follow it, else.
        self.open_until = 0
        self.why: Exception = TooLong()

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if self.taken and self.at + self.size <= self.open_until:
            raise type(self.why)(*self.why.args)
        line = self.back.popleft() if self.back else self.stream.readline(MOST_BYTES + 1)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self.size += len(line)
        if (
            self.size > MOST_BYTES
            or len(self.taken) > MOST_LINES
            or line.count(self.dialect.mark) > MOST_DELIMITERS
        ):
            raise TooLong
        return line.decode(self.dialect.encoding, "surrogateescape")

    def mark(self) -> None:
        """The record is done with: the next one starts here."""
        self.at += self.size
        self.taken, self.size = [], 0

    def give_up(self, why: Exception) -> bytes:
        """Keep only the first line of the record, and read the others again. That line."""
        first, *others = self.taken
        if others and self.at + self.size - len(others[-1]) > self.open_until:
            self.open_until, self.why = self.at + self.size - len(others[-1]), why
        if not others and len(first) > MOST_BYTES and not first.endswith(b"\n"):
            before = self.stream.tell()
            pass_over_line(self.stream)
            self.at += self.stream.tell() - before
        self.back.extendleft(reversed(others))
        self.taken, self.size = [first], len(first)
        return first


@dataclass
class Table:
    """A table that is being read: its lines, its header, and how many rows were passed."""

    lines: Lines
    header: list[str]
    options: Options


def rows(source: Source, place: Place) -> Iterator[Row]:
    with table(source) as found:
        number = place.get("row", 0)
        if place:
            found.lines.stream.seek(place["byte"])
            found.lines.at = place["byte"]
        yield from rows_of(found, number)


def header(source: Source) -> list[str]:
    with table(source) as found:
        return found.header


def delimiter(source: Source) -> str:
    """The one that is given, or that was found out."""
    with table(source) as found:
        return found.lines.dialect.delimiter


@contextmanager
def table(source: Source) -> Iterator[Table]:
    """A table, read as far as its header."""
    with opened(source.path) as raw:
        dialect = dialect_of(raw, source.options)
        stream = raw
        if dialect.transcode:
            stream = transcoded(raw, dialect.transcode)
        raw.seek(0)
        stream.read(dialect.begin)
        lines = Lines(stream, dialect)
        lines.at = dialect.begin
        names = header_of(lines)
        yield Table(lines, names, with_columns(source.options, names))


def header_of(lines: Lines) -> list[str]:
    """The first line that is not empty. Raises ValidationError when it is no header."""
    try:
        while True:
            names = next(reader(lines))
            lines.mark()
            if any(names):
                break
    except StopIteration:
        refuse("The file is empty.", "empty_file")
    except (csv.Error, TooLong):
        refuse("The first line names no columns.", "no_header")
    if len(names) > MOST_CELLS:
        refuse(f"The first line names {len(names):,} columns.", "too_many_columns")
    return [CONTROL.sub("", name).encode("utf-8", "replace").decode().strip() for name in names]


def with_columns(options: Options, names: list[str]) -> Options:
    """`options` with the columns of the header for every field that they name none for."""
    columns = {**guessed(names), **options.columns}
    return Options(**{**vars(options), "columns": columns})


def reader(lines: Lines) -> Any:
    # Strict: of a quotation mark that never closes, all that follows would be one cell.
    return csv.reader(lines, delimiter=lines.dialect.delimiter, strict=True)


def rows_of(found: Table, number: int) -> Iterator[Row]:
    lines = found.lines
    records = reader(lines)
    while True:
        try:
            cells: list[str] | None = next(records)
        except StopIteration:
            return
        except (csv.Error, TooLong) as error:
            cells = None
            first, why = lines.give_up(error), error
        lines.mark()
        if cells is not None and not any(cells):
            continue
        number += 1
        place = {"row": number, "byte": lines.at}
        position = lines.stream.position
        if cells is None:
            yield broken(number, first, why, place, position)
        else:
            make = partial(from_cells, cells, found)
            yield Row(number, written(cells), place, position, make)


def broken(number: int, line: bytes, why: Exception, place: Place, position: int) -> Row:
    kept = line.rstrip(b"\r\n")[:MOST_KEPT]
    make = too_large() if isinstance(why, TooLong) else refusing(f"{why}.", "malformed_csv")
    content = written([kept.decode("utf-8", "surrogateescape")])
    return Row(number, content, place, position, make, cut=len(line) > MOST_KEPT)


def from_cells(cells: list[str], found: Table) -> Submission:
    if len(cells) > MOST_CELLS:
        refuse(f"This row has {len(cells):,} cells.", "too_many_columns")
    if any(cells[len(found.header) :]):
        refuse(
            f"This row has {len(cells)} cells, the first line names {len(found.header)}.",
            "too_many_cells",
        )
    record = dict(zip(found.header, map(undefused, cells), strict=False))
    return from_record(record, found.options)


# --- Cells as they are written and read again -------------------------------------------------


def written(cells: list[str]) -> bytes:
    """One line of CSV in UTF-8, bytes of another encoding as they were."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "surrogateescape")


def cells_of(line: bytes) -> list[str]:
    """The cells of what `written` made."""
    text = line.decode("utf-8", "surrogateescape")
    return next(csv.reader(io.StringIO(text, newline=""), strict=True))


def defused(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def undefused(cell: str) -> str:
    """`cell` before it was defused."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def header_fits(names: list[str], options: Options) -> None:
    """Raise ValidationError `unknown_column` when `options` name a column that is not there."""
    missing = [name for name in options.columns.values() if name and name not in names]
    if missing:
        raise ValidationError(
            f"The file has no column “{missing[0]}”. It has: {', '.join(names)[:500]}.",
            code="unknown_column",
        )
