"""WARC (ISO 28500): the pages of HTML that a crawler stored, each with its address.

Rows are the responses with status 200 that are HTML; everything else a crawler stores is passed
over. Goes on after the record at the byte of the last row. Gzip'd archives have such a place too,
as far as each record is packed by itself. A row is given once its record is known to be whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from articles.intake import charsets
from articles.intake.reading.pages import MOST_PAGE_BYTES, decoded, html_title
from articles.intake.reading.rows import (
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    refuse,
    refusing,
    too_large,
)
from articles.intake.reading.streams import CHUNK, GZIP, opened
from articles.services import Submission

HTML = ("text/html", "application/xhtml+xml")


def rows(source: Source, place: Place) -> Iterator[Row]:
    number, last = place.get("row", 0), place.get("byte", -1)
    waiting: Row | None = None
    at, why = last, ""
    with archive(source.path) as file:
        file.seek(max(last, 0))
        try:
            for record in records(file):
                # What another record follows is whole.
                if waiting:
                    yield waiting
                    number, waiting = waiting.number, None
                at = record.stream_pos
                if at > last and is_page(record):
                    waiting = row_of(number + 1, record, file.tell(), source.options)
        except OSError as error:
            why = str(error)
        if at >= 0 and not is_whole(file, at):
            waiting, why = None, why or "its last record is cut off"
        if waiting:
            number = waiting.number
            yield waiting
    if why:
        refuse(f"The archive breaks off or is damaged after row {number}: {why}.", "broken_off")


@contextmanager
def archive(path: Path) -> Iterator[Any]:
    """The archive as its reader wants it: itself, plain or with each record packed alone.

    One that somebody packed as a whole is unpacked here, from its start on.
    """
    if packed_as_a_whole(path):
        with opened(path) as stream:
            yield stream
    else:
        with path.open("rb") as file:
            yield file


def packed_as_a_whole(path: Path) -> bool:
    """Whether the second record of a gzip'd archive does not begin a gzip of its own."""
    with path.open("rb") as file:
        if not file.peek(2).startswith(GZIP):
            return False
        try:
            starts = (record.stream_pos for record in ArchiveIterator(file, parse_http=False))
            second = next(islice(starts, 1, None), 0)
        except OSError:
            return False
        file.seek(second)
        return second > 0 and file.read(2) != GZIP


def records(file: Any) -> Any:
    return ArchiveIterator(
        file, record_types=WarcRecordType.response, auto_decode="all", parse_http=True
    )


def is_whole(file: Any, at: int) -> bool:
    """Whether the record at this byte has all that it announces: one cut off reads as a shorter."""
    file.seek(at)
    try:
        record = next(iter(ArchiveIterator(file, parse_http=False)), None)
        if record is None or "Content-Length" not in record.headers:
            return False
        announced, read = record.content_length, 0
        while piece := record.reader.read(CHUNK):
            read += len(piece)
    except OSError:
        return False
    return bool(read == announced)


def is_page(record: Any) -> bool:
    answer = record.http_headers
    return answer is not None and answer.status_code == 200 and record.http_content_type in HTML


def row_of(number: int, record: Any, position: int, options: Options) -> Row:
    url = record.headers.get("WARC-Target-URI", "").strip("<>")
    try:
        content = record.reader.read(MOST_PAGE_BYTES + 1)
        make: Any = partial(from_response, url, content, record.http_charset or "", options)
    except OSError as error:
        content = b""
        make = refusing(f"It cannot be unpacked: {error}", "bad_archive")
    whole = len(content) <= MOST_PAGE_BYTES
    return Row(
        number,
        content if whole else content[:MOST_KEPT],
        {"row": number, "byte": record.stream_pos},
        position,
        make if whole else too_large(MOST_PAGE_BYTES),
        name=url,
        cut=not whole,
    )


def from_response(url: str, content: bytes, charset: str, options: Options) -> Submission:
    page = decoded(content, options.encoding, charset, charsets.declared(content))
    return Submission(html=page, title=html_title(page, ""), url=url, outlet=options.outlet)
