"""Sitemaps (sitemaps.org, with Google's news extension)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from articles.intake import charsets
from articles.intake.expat_reading import ExpatReader, refuse, told
from articles.intake.linked_data import moment

#: As the protocol has it, of addresses in one file.
MOST_ENTRIES = 50_000
DATES = ("lastmod", "publication_date")
#: Of an address or a date; what is longer is neither.
MOST_CHARACTERS = 4_000


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


class SitemapReader(ExpatReader):
    """Collects the entries of a sitemap while expat walks through it."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Sitemap()
        self.values: dict[str, str] = {}
        self.parser.StartDoctypeDeclHandler = refuse_type

    def start(self, attributes: dict[str, str]) -> None:
        if self.open[-1][1] in ("url", "sitemap"):
            self.values = {}

    def text(self, text: str) -> None:
        names = [name for _space, name in self.open[-2:]]
        name = names[-1] if names else ""
        if name == "loc" and names[:-1] not in (["url"], ["sitemap"]):
            return  # That of an image or a video.
        if name in ("loc", *DATES):
            self.values[name] = (self.values.get(name, "") + text)[:MOST_CHARACTERS]

    def end(self) -> None:
        kind = self.open[-1][1]
        url = self.values.get("loc", "").strip()
        if kind not in ("url", "sitemap") or not url:
            return
        date = self.values.get("publication_date") or self.values.get("lastmod", "")
        entries = self.found.pages if kind == "url" else self.found.sitemaps
        entries.append(Entry(url, moment(date.strip())))
        if len(entries) > MOST_ENTRIES:
            refuse(f"It has more than {MOST_ENTRIES:,} addresses.")


def sitemap(content: bytes) -> Sitemap:
    """What a sitemap names. Raises ValidationError `broken_feed`."""
    reader = SitemapReader()
    text = charsets.readable(content, charsets.declared_in_xml(content)).lstrip()
    try:
        reader.read(text)
    except expat.ExpatError as error:
        refuse(f"Its XML is broken: {told(error)}.")
    return reader.found


def refuse_type(*_: Any) -> None:
    refuse("It declares a document type, which may hide anything.")
