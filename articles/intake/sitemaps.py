"""Sitemaps (sitemaps.org, with Google's news extension), read without any of XML's dangers.

Neither a document type nor an entity is accepted, so that nothing expands and nothing is looked up.
"""

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from django.core.exceptions import ValidationError

from articles.intake.linked_data import moment

#: As the protocol has it, of addresses in one file; deeper than any sitemap is.
MOST_ENTRIES, MOST_NESTING = 50_000, 20
#: Unpacked; also from the protocol.
MOST_BYTES = 50 * 1024 * 1024
GZIP = b"\x1f\x8b"
DATES = ("lastmod", "publication_date")


@dataclass(frozen=True)
class Entry:
    """One address of a feed, and when what stands there was published, if that is told."""

    url: str
    published_at: datetime | None = None


@dataclass
class Sitemap:
    """The addresses of pages, or of other sitemaps."""

    pages: list[Entry] = field(default_factory=list)
    sitemaps: list[Entry] = field(default_factory=list)


class Reader:
    """Collects the entries of a sitemap while expat walks through it."""

    def __init__(self) -> None:
        self.found = Sitemap()
        self.open: list[str] = []
        self.values: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = refuse_type

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.open.append(local(name))
        if len(self.open) > MOST_NESTING:
            refuse("It is nested too deeply.")
        if self.open[-1] in ("url", "sitemap"):
            self.values = {}

    def text(self, text: str) -> None:
        name = self.open[-1] if self.open else ""
        if name == "loc" and self.open[-2:-1] not in (["url"], ["sitemap"]):
            return  # That of an image or a video.
        if name in ("loc", *DATES):
            self.values[name] = self.values.get(name, "") + text

    def end(self, name: str) -> None:
        kind = self.open.pop()
        url = self.values.get("loc", "").strip()
        if kind not in ("url", "sitemap") or not url:
            return
        told = self.values.get("publication_date") or self.values.get("lastmod", "")
        entries = self.found.pages if kind == "url" else self.found.sitemaps
        entries.append(Entry(url, moment(told.strip())))
        if len(entries) > MOST_ENTRIES:
            refuse(f"It has more than {MOST_ENTRIES:,} addresses.")


def sitemap(content: bytes) -> Sitemap:
    """What a sitemap names, gzip'd or not. Raises ValidationError `broken_feed`."""
    reader = Reader()
    try:
        reader.parser.Parse(unpacked(content), True)
    except expat.ExpatError as error:
        refuse(f"Its XML is broken: {expat.ErrorString(error.code)}, line {error.lineno}.")
    return reader.found


def unpacked(content: bytes) -> bytes:
    if not content.startswith(GZIP):
        return content
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = stream.decompress(content, MOST_BYTES)
    except zlib.error:
        refuse("Its packing is broken.")
    if stream.unconsumed_tail:
        refuse(f"It unpacks to more than {MOST_BYTES:,} bytes.")
    return found


def local(name: str) -> str:
    return name.rpartition(" ")[2].lower()


def refuse_type(*_: Any) -> None:
    refuse("It declares a document type, which may hide anything.")


def refuse(message: str) -> Any:
    raise ValidationError(message, code="broken_feed")
