"""WARC (ISO 28500): the pages of HTML that a crawler stored, each with its address.

Rows are the responses with status 200 that are HTML; everything else a crawler stores is passed
over. Goes on after the record at the byte of the last row. Gzip'd archives have such a place too,
since each record is packed by itself.
"""

from collections.abc import Iterator
from functools import partial
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
from articles.services import Submission

HTML = ("text/html", "application/xhtml+xml")


def rows(source: Source, place: Place) -> Iterator[Row]:
    number, last = place.get("row", 0), place.get("byte", -1)
    with source.path.open("rb") as file:
        file.seek(max(last, 0))
        try:
            for record in records(file):
                if record.stream_pos > last and is_page(record):
                    number += 1
                    yield row_of(number, record, source.options)
        except OSError as error:
            message = f"The archive breaks off or is damaged after row {number}: {error}"
            refuse(message, "broken_off")


def records(file: Any) -> Any:
    return ArchiveIterator(
        file, record_types=WarcRecordType.response, auto_decode="all", parse_http=True
    )


def is_page(record: Any) -> bool:
    answer = record.http_headers
    return answer is not None and answer.status_code == 200 and record.http_content_type in HTML


def row_of(number: int, record: Any, options: Options) -> Row:
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
        record.stream_pos,
        make if whole else too_large(MOST_PAGE_BYTES),
        name=url,
        cut=not whole,
    )


def from_response(url: str, content: bytes, charset: str, options: Options) -> Submission:
    page = decoded(content, options.encoding, charset, charsets.declared(content))
    return Submission(html=page, title=html_title(page, ""), url=url, outlet=options.outlet)
