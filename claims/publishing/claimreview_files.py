"""The ClaimReviews of a file: a DataFeed, JSON-LD, JSON Lines or a page of HTML, gzip'd or not.

Every item of a file comes out once, as a Reading, as the error that says why it is none, or as
neither when it holds no ClaimReview. Nothing but a whole page is ever held whole.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePath
from typing import Any, BinaryIO, NoReturn

from django.core.exceptions import ValidationError

from articles.intake.reading.elements import CHUNK, MOST_BYTES, BrokenOff, Cutter, Piece
from claims.publishing.claimreview_reading import Reading, claim_reviews, reading

#: The members of an object whose lists are cut into elements.
LISTS = re.compile(
    rb'\s*"(?:https?://schema\.org/|schema:)?(?:dataFeedElement|itemListElement|@graph)"\s*:\s*'
)
MOST_NESTING = 50
#: Brackets and commas of one element: each may become an object, which takes a hundred bytes.
MOST_MARKS = 500_000
MOST_PAGE_BYTES = 20_000_000
#: Of what is no JSON, this much is kept for a person to look at.
MOST_KEPT = 10_000
GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
#: What reading a damaged or cut-off archive may raise.
UNPACKING = (OSError, EOFError, zlib.error, BrokenOff)


@dataclass(frozen=True)
class Item:
    """One item of a file. `number` counts elements, lines or script blocks, from 1."""

    number: int
    raw: Any
    reading: Reading | None = None
    error: ValidationError | None = None


def read(
    stream: BinaryIO, *, name: str = "", format: str = "", address: str = ""
) -> Iterator[Item]:
    """The items of a stream in `format`, one of READERS, else told by `name` and content.

    `address` is that of reviews on a page that give none.
    When the stream breaks off, the last item is an error `broken_off`.
    """
    number = 0
    try:
        content = unpacked(stream)
        reader = READERS[format or format_of(name, content.peek(CHUNK).lstrip())]
        for number, piece, page in reader(content):
            yield from items(number, piece, page or (address if reader is from_page else ""))
    except UNPACKING as error:
        message = f"The file breaks off after item {number}. {error}".strip()
        yield Item(number + 1, "", error=ValidationError(message, code="broken_off"))


def items(number: int, piece: Piece, page: str) -> Iterator[Item]:
    try:
        value = parsed(piece)
    except ValidationError as error:
        raw = (piece or b"")[:MOST_KEPT].decode("utf-8", "backslashreplace")
        yield Item(number, raw, error=error)
        return
    empty = True
    for review, where in claim_reviews(value, page):
        empty = False
        yield item(number, review, where)
    if empty:
        yield Item(number, value)


def item(number: int, review: dict[str, Any], page: str) -> Item:
    try:
        return Item(number, review, reading=reading(review, page))
    except ValidationError as error:
        return Item(number, review, error=error)


# --- One reader per format: (number, JSON, address of the page) of each element ---------------

Element = tuple[int, Piece, str]


def from_json(stream: BinaryIO) -> Iterator[Element]:
    for number, piece in enumerate(Cutter(stream, LISTS).elements(), start=1):
        yield number, piece, ""


def from_lines(stream: BinaryIO) -> Iterator[Element]:
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        whole = len(line) <= MOST_BYTES
        while not line.endswith(b"\n") and (more := stream.readline(CHUNK)):
            line = more
        if not whole or line.strip():
            yield number, line.strip() if whole else None, ""


def from_page(stream: BinaryIO) -> Iterator[Element]:
    content = stream.read(MOST_PAGE_BYTES + 1)
    if len(content) > MOST_PAGE_BYTES:
        yield 1, None, ""
        return
    page = Page(text_of(content))
    for number, block in enumerate(page.blocks, start=1):
        yield number, uncommented(block).encode(), page.address


READERS: dict[str, Callable[[BinaryIO], Iterator[Element]]] = {
    "json": from_json,
    "jsonl": from_lines,
    "html": from_page,
}
ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".html": "html", ".htm": "html"}


def format_of(name: str, start: bytes) -> str:
    """By the file's ending; where that does not tell, by its first line."""
    endings = [ENDINGS[end] for end in PurePath(name.lower()).suffixes if end in ENDINGS]
    if endings:
        return endings[-1]
    if start.startswith(b"<"):
        return "html"
    line, _, more = start.partition(b"\n")
    return "jsonl" if more.strip() and is_json(line) else "json"


def is_json(text: bytes) -> bool:
    try:
        parsed(text)
    except ValidationError:
        return False
    return True


def unpacked(stream: BinaryIO) -> "io.BufferedReader[Any]":
    """The stream, through gzip where it is gzip'd, without a byte order mark."""
    buffered = looked_into(stream)
    if buffered.peek(2).startswith(GZIP):
        buffered = looked_into(gzip.GzipFile(fileobj=buffered))
    if buffered.peek(3).startswith(BOM):
        buffered.read(3)
    return buffered


def looked_into(stream: Any) -> "io.BufferedReader[Any]":
    return io.BufferedReader(stream, CHUNK)


# --- JSON -------------------------------------------------------------------------------------


def parsed(piece: Piece) -> Any:
    """The list or object that `piece` is, taking the line ends in strings that pages have.

    Raises ValidationError `item_too_large`, `invalid_utf8`, `malformed_json`, `not_an_object` or
    `nested_too_deeply`.
    """
    if piece is None:
        refuse(f"It has more than {MOST_BYTES:,} bytes.", "item_too_large")
    if sum(map(piece.count, (b"{", b"[", b","))) > MOST_MARKS:
        refuse(f"It has more than {MOST_MARKS:,} parts.", "item_too_large")
    try:
        value = DECODER.decode(piece.decode())
    except UnicodeDecodeError as error:
        refuse(f"Byte {error.start + 1} of it is not UTF-8.", "invalid_utf8")
    except RecursionError:
        refuse("Its JSON is nested too deeply.", "nested_too_deeply")
    except ValueError as error:  # Also of a number with too many digits.
        refuse(f"This is no JSON: {error}", "malformed_json")
    if not isinstance(value, list | dict):
        refuse("This is no JSON object.", "not_an_object")
    if nesting(value) > MOST_NESTING:
        refuse("Its JSON is nested too deeply.", "nested_too_deeply")
    return value


def decimal(text: str) -> int | float | None:
    """A number that PostgreSQL's JSON gives back as it was stored."""
    value = float(text)
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def nothing(constant: str) -> None:
    """NaN and Infinity are no JSON, and no number that a rating could have."""


DECODER = json.JSONDecoder(strict=False, parse_float=decimal, parse_constant=nothing)


def nesting(value: Any) -> int:
    """How many lists and objects lie in each other."""
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, list | dict)]:
        depth += 1
        if depth > MOST_NESTING:
            break
        level = [part for one in level for part in parts(one)]
    return depth


def parts(one: Any) -> Any:
    return one.values() if isinstance(one, dict) else one


def refuse(message: str, code: str) -> NoReturn:
    raise ValidationError(message, code=code)


# --- HTML -------------------------------------------------------------------------------------


class Page:
    """The JSON-LD blocks of a page, and the page's address where it gives one."""

    def __init__(self, page: str) -> None:
        # Python's own parser looks for the end of each tag that has none up to the page's end.
        from lxml.etree import HTMLParser, LxmlError

        self.parts: list[list[str]] = []
        self.address = ""
        self.inside = False
        parser = HTMLParser(target=self, huge_tree=True)
        # What it cannot read to the end it has read so far.
        with suppress(LxmlError, ValueError):
            for start in range(0, len(page), CHUNK):
                parser.feed(page[start : start + CHUNK])
            parser.close()

    @property
    def blocks(self) -> list[str]:
        return ["".join(parts) for parts in self.parts]

    def start(self, tag: str, values: Mapping[str, str]) -> None:
        kind = values.get("type", "").partition(";")[0].strip().lower()
        self.inside = tag == "script" and kind == "application/ld+json"
        if self.inside:
            self.parts.append([])
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.address = values.get("href", "").strip()
        elif tag == "meta" and values.get("property") == "og:url" and not self.address:
            self.address = values.get("content", "").strip()

    def end(self, _tag: str) -> None:
        self.inside = False

    def data(self, text: str) -> None:
        if self.inside:
            self.parts[-1].append(text)

    def close(self) -> None:
        return


def uncommented(block: str) -> str:
    """The JSON of a block, without the comment that hid it from old browsers."""
    block = block.strip()
    for start, end in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/")):
        if block.startswith(start):
            block = block.removeprefix(start).removesuffix(end).strip()
    return block


def text_of(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
