"""RSS and Atom: read by expat, which a feed of any size or shape costs little.

Many feeds are not well-formed. feedparser reads them all the same, but takes a hundred times its
size in memory and five seconds a megabyte for some, so only what is small goes to it.
"""

import io
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from articles.intake import charsets
from articles.intake.expat_reading import XML_BASE, ExpatReader, refuse, told
from articles.intake.linked_data import moment
from articles.intake.sitemaps import Entry

NO_FEED = "This is no RSS, Atom, JSON Feed or sitemap."
#: Of one feed; the newest come first, and nobody publishes more between two polls.
MOST_ENTRIES = 2_000
#: Of an address or a date; what is longer is neither.
MOST_CHARACTERS = 4_000
#: A feed that is not well-formed may have so many characters, and so many of those that cost time.
MOST_BROKEN, MOST_MARKS = 2_000_000, 50_000
MARK = re.compile("[<&=]")
ROOTS = {"rss": "rss", "rdf": "rss", "feed": "atom"}
ENTRIES = ("item", "entry")
ATOM = ("http://www.w3.org/2005/atom", "http://purl.org/atom/ns#")
DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
#: By what an entry says when it came out, the best first; and when it was changed.
DATES = ("pubdate", "published", "issued", "date", "created", "updated", "modified")


class Enough(Exception):
    """As many entries are read as anybody wants."""


class FeedReader(ExpatReader):
    """Collects the entries of RSS (0.9 to 2.0) and Atom while expat walks through them."""

    #: Deeper than the XHTML in an entry is.
    most_nesting = 200

    def __init__(self) -> None:
        super().__init__()
        self.kind = ""
        self.entries: list[Entry] = []
        self.values: dict[str, str] = {}
        #: What addresses are relative to, of each open element.
        self.bases = [""]

    def start(self, attributes: dict[str, str]) -> None:
        base = attributes.get(XML_BASE, "")[:MOST_CHARACTERS]
        self.bases.append(joined(self.bases[-1], base))
        if not self.kind:
            self.kind = ROOTS.get(self.open[0][1]) or refuse(NO_FEED, "no_feed")
        if self.open[-1][1] in ENTRIES:
            self.values = {}
        elif self.of_entry() == "link" and "href" in attributes:
            if attributes.get("rel", "alternate") == "alternate":
                self.values.setdefault("alternate", self.address(attributes["href"]))
        elif self.of_entry() == "guid" and attributes.get("isPermaLink") == "false":
            self.values["opaque"] = "guid"

    def text(self, text: str) -> None:
        name = self.of_entry()
        if name in ("link", "guid", *DATES):
            self.values[name] = (self.values.get(name, "") + text)[:MOST_CHARACTERS]

    def end(self) -> None:
        if self.open[-1][1] in ENTRIES:
            self.entries.append(Entry(self.where(), self.when()))
            self.values = {}
            if len(self.entries) == MOST_ENTRIES:
                raise Enough
        self.bases.pop()

    def of_entry(self) -> str:
        """The name of the last element, if it says something of the entry around it."""
        if len(self.open) < 2 or self.open[-2][1] not in ENTRIES:
            return ""
        (space, name), (own, _) = self.open[-1], self.open[-2]
        return name if space in (own, *ATOM, *DUBLIN_CORE) else ""

    def address(self, given: str) -> str:
        return joined(self.bases[-1], given.strip()[:MOST_CHARACTERS])

    def where(self) -> str:
        names = (
            name for name in ("link", "alternate", "guid") if name != self.values.get("opaque")
        )
        found = (self.values.get(name, "").strip() for name in names)
        return self.address(next(filter(None, found), ""))

    def when(self) -> datetime | None:
        given = (self.values.get(name, "").strip() for name in DATES)
        return next(filter(None, map(date, filter(None, given))), None)


def xml_feed(content: bytes) -> tuple[str, list[Entry]]:
    """(`rss` or `atom`, the first entries). Raises ValidationError `no_feed`, `broken_feed`."""
    text = charsets.readable(content, charsets.declared_in_xml(content)).lstrip()
    reader = FeedReader()
    try:
        reader.read(text)
    except Enough:
        pass
    except expat.ExpatError as error:
        return broken(text, f"Its XML is broken: {told(error)}.")
    return reader.kind, reader.entries


def broken(text: str, why: str) -> tuple[str, list[Entry]]:
    """What can be read of a feed that is not well-formed."""
    # Here, not at the top: only a worker reads feeds.
    import feedparser

    if len(text) > MOST_BROKEN or sum(1 for _ in MARK.finditer(text)) > MOST_MARKS:
        refuse(f"{why} It is too large to be read in spite of that.")
    # As a file, since a text could be taken for the name of one; marked, or it would look for what
    # charset the text says it had.
    file = io.BytesIO(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"))
    parsed = feedparser.parse(file, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version:
        refuse(NO_FEED, "no_feed")
    if not parsed.entries:
        refuse(why)
    kind = "atom" if parsed.version.startswith("atom") else "rss"
    return kind, [loose_entry(one) for one in parsed.entries[:MOST_ENTRIES]]


def loose_entry(entry: Any) -> Entry:
    return Entry(entry.get("link") or "", date(entry.get("published") or entry.get("updated")))


def date(given: str | None) -> datetime | None:
    """A time as RSS (RFC 822) or Atom (ISO 8601) writes it; without an offset it is in UTC."""
    given = (given or "").strip()[:100]
    try:
        found = parsedate_to_datetime(given)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return moment(given)


def joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url
