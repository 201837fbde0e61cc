"""The entries of a feed: RSS, Atom, JSON Feed or a sitemap, told apart by their content.

A feed is somebody else's, and asked again and again: whatever it holds, reading it takes seconds
and a few times the memory of its bytes.
"""

import codecs
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from django.core.exceptions import ValidationError

from articles.intake import charsets
from articles.intake.expat_reading import refuse
from articles.intake.linked_data import moment
from articles.intake.reading.elements import Window
from articles.intake.sitemaps import Entry, sitemap
from articles.intake.text import CONTROL, SURROGATE
from articles.intake.xml_feeds import MOST_ENTRIES, NO_FEED, xml_feed

ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]+)[\s>/]")
GZIP = b"\x1f\x8b"
#: Unpacked; as the protocol of sitemaps has it, of which alone any is so large.
MOST_BYTES = 50 * 1024 * 1024
#: Brackets and commas of a JSON Feed, each of which may be an object; 2,000 entries have a tenth.
MOST_MARKS = 500_000


@dataclass(frozen=True)
class Reading:
    """What a feed is (`rss`, `atom`, `json`, `sitemap`), and what it names; `more` are sitemaps."""

    kind: str
    entries: list[Entry]
    more: list[Entry]


def feed_read(content: bytes, url: str) -> Reading:
    """The entries of the feed that was fetched from `url`, their addresses whole.

    Raises ValidationError `no_feed` for what is something else, `broken_feed` for what cannot be
    read to its end.
    """
    content = unpacked(content)
    if charsets.marked(content)[1] in ("utf-16", "utf-32"):
        content = charsets.readable(content).encode("utf-8-sig", "replace")
    start = content[:2_000].removeprefix(codecs.BOM_UTF8).lstrip()
    name = root(start)
    if name in (b"urlset", b"sitemapindex"):
        found = sitemap(content)
        pages, more = newest(found.pages), newest(found.sitemaps)
        return Reading("sitemap", whole(pages, url), whole(more, url))
    if start.startswith(b"{"):
        return Reading("json", whole(json_entries(content), url), [])
    if name in (b"rss", b"feed", b"rdf") or start.startswith(b"<?xml"):
        kind, entries = xml_feed(content)
        return Reading(kind, whole(entries, url), [])
    return refuse(NO_FEED, "no_feed")


def unpacked(content: bytes) -> bytes:
    """`content`, through gzip where it is gzip'd."""
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


def root(start: bytes) -> bytes:
    """The name of the first element, lower case."""
    found = ROOT.search(re.sub(rb"<!--.*?-->", b"", start, flags=re.DOTALL))
    return found[1].lower() if found else b""


def json_entries(content: bytes) -> list[Entry]:
    """Those of a JSON Feed, version 1 or 1.1."""
    marks = Window(io.BytesIO(content)).structure()
    if sum(1 for _ in islice(marks, MOST_MARKS + 1)) > MOST_MARKS:
        refuse(f"Its JSON has more than {MOST_MARKS:,} parts.")
    try:
        feed = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"Its JSON is broken: {error}"[:300], code="broken_feed") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not is_json_feed(version):
        refuse("This JSON is no JSON Feed.", "no_feed")
    return list(json_items(items))


def is_json_feed(version: Any) -> bool:
    return isinstance(version, str) and "jsonfeed.org" in version


def json_items(items: list[Any]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, dict):
            url = item.get("url") or item.get("external_url")
            yield Entry(url if isinstance(url, str) else "", moment(item.get("date_published")))


def newest(entries: list[Entry]) -> list[Entry]:
    """The newest first, then those without a date: many sitemaps begin with the oldest."""
    return sorted(
        entries,
        key=lambda one: one.published_at.timestamp() if one.published_at else 0,
        reverse=True,
    )


def whole(entries: list[Entry], base: str) -> list[Entry]:
    """The entries that have an address, each address once and whole."""
    found: dict[str, Entry] = {}
    for entry in entries[:MOST_ENTRIES]:
        try:
            url = urljoin(base, entry.url.strip()) if entry.url.strip() else ""
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and storable(url):
            found.setdefault(url, Entry(url, entry.published_at))
    return list(found.values())


def storable(url: str) -> bool:
    return not (CONTROL.search(url) or SURROGATE.search(url))
