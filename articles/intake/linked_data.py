"""What a page says of its own article in JSON-LD: schema.org's Article and its kinds.

What cannot be read is passed over, and nothing is believed to have the type that it should have.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

Thing = dict[str, Any]
SCHEMA = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)")
KIND = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|LiveBlogPosting)$")
TAG = re.compile(r"<[^<>]{0,2000}>")
#: Objects and lists looked at on one page; none that describes an article has more.
MOST_NODES = 5_000
MOST_AUTHORS, MOST_NAME, MOST_TITLE = 100, 200, 500


@dataclass(frozen=True)
class Described:
    """An article as its page describes it; empty where it does not."""

    title: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str = ""
    publisher: str = ""


def described(blocks: Iterable[str]) -> Described:
    """The first article in the JSON-LD `blocks` of a page, the one with the most to say."""
    found = [described_by(thing) for block in blocks for thing in articles(block)]
    return max(found, key=richness, default=Described())


def richness(one: Described) -> int:
    return sum(map(bool, (one.title, one.authors, one.published_at, one.publisher)))


def articles(block: str) -> Iterator[Thing]:
    """The objects of a block that are an article, outermost first."""
    try:
        waiting = deque([json.loads(block, strict=False)])
    except (ValueError, RecursionError):
        return
    for _ in range(MOST_NODES):
        if not waiting:
            return
        one = waiting.popleft()
        if isinstance(one, dict):
            if is_article(one):
                yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def is_article(thing: Thing) -> bool:
    types = (SCHEMA.sub("", name) for name in listed(thing.get("@type")) if isinstance(name, str))
    return any(KIND.match(name) for name in types)


def described_by(thing: Thing) -> Described:
    return Described(
        title=words(thing.get("headline")) or words(thing.get("name")),
        text=body(thing.get("articleBody")),
        authors=tuple(names(thing.get("author"))),
        published_at=moment(thing.get("datePublished")),
        language=words(thing.get("inLanguage")),
        publisher=next(names(thing.get("publisher")), ""),
    )


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def words(value: Any) -> str:
    """The first text in `value`, on one line and without markup."""
    for one in listed(value):
        given = one.get("@value") or one.get("name") if isinstance(one, dict) else one
        if isinstance(given, str) and given.strip():
            return " ".join(unescape(TAG.sub(" ", given)).split())[: MOST_TITLE * 4]
    return ""


def body(value: Any) -> str:
    """A text with its paragraphs; some sites send its markup along."""
    text = value if isinstance(value, str) else ""
    lines = (" ".join(line.split()) for line in unescape(TAG.sub("\n", text)).split("\n"))
    return "\n\n".join(line for line in lines if line)


def names(value: Any) -> Iterator[str]:
    """The names of people or organisations; an address is none."""
    told = dict.fromkeys(words(one) for one in listed(value)[:MOST_AUTHORS])
    for name in told:
        if name and len(name) <= MOST_NAME and not name.startswith(("http://", "https://")):
            yield name


def moment(value: Any) -> datetime | None:
    """A time in ISO 8601; without an offset it is in the desk's zone, a day alone its midnight."""
    given = words(value)[:40]
    try:
        found = parse_datetime(given) or parse_date(given)
        if found is None:
            return None
        if not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day)
        found = found if timezone.is_aware(found) else timezone.make_aware(found)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
