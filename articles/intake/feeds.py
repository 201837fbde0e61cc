"""The entries of a feed: RSS, Atom, JSON Feed or a sitemap, told apart by their content."""

import json
import re
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from django.core.exceptions import ValidationError

from articles.intake.linked_data import moment
from articles.intake.sitemaps import GZIP, Entry, sitemap

#: Of one feed; the newest come first, and nobody publishes more between two polls.
MOST_ENTRIES = 2_000
ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z]+)[\s>/]")
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


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
    start = content[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(GZIP) or root(start) in (b"urlset", b"sitemapindex"):
        found = sitemap(content.removeprefix(BOMS[0]).lstrip())
        return Reading("sitemap", whole(found.pages, url), whole(found.sitemaps, url))
    if start.startswith(b"{"):
        return Reading("json", whole(json_entries(content), url), [])
    if root(start) in (b"rss", b"feed", b"rdf") or start.startswith(b"<?xml"):
        return xml_feed(content, url)
    raise ValidationError("This is no RSS, Atom, JSON Feed or sitemap.", code="no_feed")


def root(start: bytes) -> bytes:
    """The name of the first element, lower case."""
    found = ROOT.search(re.sub(rb"<!--.*?-->", b"", start, flags=re.DOTALL))
    return found[1].lower() if found else b""


def xml_feed(content: bytes, url: str) -> Reading:
    # Here, not at the top: only a worker reads feeds.
    import feedparser

    parsed = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.version:
        message = "This is no RSS, Atom, JSON Feed or sitemap."
        raise ValidationError(message, code="no_feed")
    if parsed.bozo and not parsed.entries:
        raise ValidationError(f"Its XML is broken: {parsed.bozo_exception}", code="broken_feed")
    kind = "atom" if parsed.version.startswith("atom") else "rss"
    return Reading(kind, whole([xml_entry(one) for one in parsed.entries], url), [])


def xml_entry(entry: Any) -> Entry:
    told = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        published = datetime.fromtimestamp(timegm(told), UTC) if told else None
    except (ValueError, TypeError, OverflowError):
        published = None
    return Entry(entry.get("link") or "", published)


def json_entries(content: bytes) -> list[Entry]:
    """Those of a JSON Feed, version 1 or 1.1."""
    try:
        feed = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"Its JSON is broken: {error}"[:300], code="broken_feed") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise ValidationError("This JSON is no JSON Feed.", code="no_feed")
    return list(json_items(items))


def json_items(items: list[Any]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, dict):
            url = item.get("url") or item.get("external_url")
            yield Entry(url if isinstance(url, str) else "", moment(item.get("date_published")))


def whole(entries: list[Entry], base: str) -> list[Entry]:
    """The entries that have an address, each address once and whole."""
    found: dict[str, Entry] = {}
    for entry in entries[:MOST_ENTRIES]:
        try:
            url = urljoin(base, entry.url.strip()) if entry.url.strip() else ""
        except ValueError:
            continue
        if url.startswith(("http://", "https://")):
            found.setdefault(url, Entry(url, entry.published_at))
    return list(found.values())
