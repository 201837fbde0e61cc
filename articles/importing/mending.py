"""The failed rows of an import as a file of the same format, to be mended and imported again.

Rows that were too large to be kept whole are not in it.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath

from django.db.models import F, Func, IntegerField, Max, QuerySet

from articles.importing.models import Import, ImportRow
from articles.intake.reading.tables import cells_of, defused

#: Rows fetched at a time, and their bytes; each may have megabytes.
ROWS, BYTES = 2_000, 8_000_000
#: Columns that are added to a table, for the person who mends it; they are not read again.
ADDED = ("import_row", "import_problem")


def failed_file(work: Import) -> tuple[str, str, Iterator[bytes]]:
    """(name, media type, content) of the file."""
    kind = work.options["format"]
    ending, media, write = WRITERS[kind]
    stem = PurePath(work.name.removesuffix(".gz")).stem
    return f"{stem}.failed.{ending}", media, write(work, failures(work))


def failures(work: Import) -> Iterator[ImportRow]:
    return row_by_row(work.failures.filter(cut=False))


def row_by_row(rows: QuerySet[ImportRow]) -> Iterator[ImportRow]:
    """In their order, and no more of them in memory than BYTES, or one."""
    longest = rows.aggregate(
        most=Max(Func(F("content"), function="octet_length", output_field=IntegerField()))
    )["most"]
    at_once = max(1, min(ROWS, BYTES // max(longest or 1, 1)))
    return rows.order_by("number").iterator(chunk_size=at_once)


def table(work: Import, rows: Iterator[ImportRow]) -> Iterator[bytes]:
    mark = work.options["delimiter"]
    yield b"\xef\xbb\xbf" + line([*work.header, *ADDED], mark)
    width = len(work.header)
    for row in rows:
        cells = cells_of(bytes(row.content))
        cells += [""] * (width - len(cells))
        problem = " ".join(error["message"] for error in row.errors)
        # What has more cells than columns gets no notes beside it: they would be in the way.
        notes = [str(row.number), problem] if len(cells) == width else []
        yield line([*cells, *notes], mark)


def line(cells: list[str], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerow([defused(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "surrogateescape")


def json_lines(work: Import, rows: Iterator[ImportRow]) -> Iterator[bytes]:
    for row in rows:
        yield bytes(row.content) + b"\n"


def document(work: Import, rows: Iterator[ImportRow]) -> Iterator[bytes]:
    between = b"[\n"
    for row in rows:
        yield between + bytes(row.content)
        between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"


def archive(work: Import, rows: Iterator[ImportRow]) -> Iterator[bytes]:
    """A ZIP of the members, each under its name, or under its number where that leads out."""
    written = Written()
    taken: set[str] = set()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as members:
        for row in rows:
            name = member_name(row, taken)
            taken.add(name)
            members.writestr(name, bytes(row.content))
            yield written.taken()
    yield written.taken()


def member_name(row: ImportRow, taken: set[str]) -> str:
    parts = [part for part in row.name.replace("\\", "/").split("/") if part not in ("", "..")]
    name = "/".join(parts) or f"{row.number}.txt"
    return f"{row.number}-{name}" if name in taken or "://" in row.name else name


def pages(work: Import, rows: Iterator[ImportRow]) -> Iterator[bytes]:
    for row in rows:
        yield bytes(row.content)


class Written(io.RawIOBase):
    """A file that is only written, and taken away in pieces while it is."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.place = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def write(self, piece: object) -> int:
        content = bytes(piece)  # type: ignore[call-overload]
        self.content += content
        self.place += len(content)
        return len(content)

    def taken(self) -> bytes:
        content = bytes(self.content)
        self.content.clear()
        return content


Writer = Callable[[Import, Iterator[ImportRow]], Iterator[bytes]]
#: Format -> ending, media type, writer. Pages of a folder or a WARC come back as a ZIP.
WRITERS: dict[str, tuple[str, str, Writer]] = {
    "csv": ("csv", "text/csv; charset=utf-8", table),
    "jsonl": ("jsonl", "application/jsonl", json_lines),
    "json": ("json", "application/json", document),
    "txt": ("txt", "text/plain; charset=utf-8", pages),
    "html": ("html", "text/plain; charset=utf-8", pages),
    "zip": ("zip", "application/zip", archive),
    "folder": ("zip", "application/zip", archive),
    "warc": ("zip", "application/zip", archive),
}
