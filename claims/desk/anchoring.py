"""Where a passage of a text stands in a later version of that text."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from claims.matching.facts import compare

WORD = re.compile(r"\w+(?:[.,:’'-]\w+)*")
PARAGRAPH = re.compile(r"[^\n]+")
#: Characters before and after by which one of several places with the same words is told.
CONTEXT = 80
#: Places with the same words that are looked at, and paragraphs that may hold it reworded.
MOST_PLACES, MOST_PARAGRAPHS = 200, 3
#: The share of words that a reworded passage has in common with what it was.
ALIKE = 0.8
#: A shorter passage says something else with any word of it changed.
LEAST_WORDS = 5


class Span(NamedTuple):
    """Code points from `start` up to `end`."""

    start: int
    end: int


def anchored(before: str, span: Span, after: str) -> Span | None:
    """Where the passage `span` of `before` stands in `after`; None where it is gone.

    Its own words are looked for first; of several places that one which stands in the same words.
    Else a passage of nearly the same words, if it says the same: one with another number, name or
    negation is another statement, and the old one is gone.
    """
    passage = before[span.start : span.end]
    places = [Span(found.start(), found.end()) for found in exact(passage, after)]
    if places:
        return max(places, key=lambda place: shared_context(before, span, after, place))
    return reworded(passage, after)


def exact(passage: str, text: str) -> Iterator[re.Match[str]]:
    """The places where `passage` stands in whole words, its white space as it comes."""
    words = r"\s+".join(re.escape(part) for part in passage.split())
    found = re.finditer(rf"(?<!\w){words}(?!\w)" if passage[:1].isalnum() else words, text)
    for _, place in zip(range(MOST_PLACES), found, strict=False):
        yield place


def shared_context(before: str, span: Span, after: str, place: Span) -> int:
    """How many characters next to both are the same, outwards."""
    left = reversed(before[max(0, span.start - CONTEXT) : span.start])
    left_there = reversed(after[max(0, place.start - CONTEXT) : place.start])
    right, right_there = before[span.end :][:CONTEXT], after[place.end :][:CONTEXT]
    return same_length("".join(left), "".join(left_there)) + same_length(right, right_there)


def same_length(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))  # fmt: skip


def reworded(passage: str, text: str) -> Span | None:
    """The passage of `text` that has the most of the words in the same order, if that is enough."""
    wanted = lowered(passage)
    if len(wanted) < LEAST_WORDS:
        return None
    paragraphs = sorted(
        PARAGRAPH.finditer(text),
        key=lambda found: len(set(lowered(found[0])) & set(wanted)),
        reverse=True,
    )
    best = max(
        (nearest(wanted, found) for found in paragraphs[:MOST_PARAGRAPHS]),
        key=lambda scored: scored[0],
        default=(0.0, Span(0, 0)),
    )
    place = best[1]
    likely = best[0] >= ALIKE and says_the_same(passage, text[place.start : place.end])
    return place if likely else None


def nearest(wanted: list[str], paragraph: re.Match[str]) -> tuple[float, Span]:
    """The run of words of a paragraph that is most like `wanted`, and how alike it is, 0 to 1."""
    words = list(WORD.finditer(paragraph[0]))
    blocks = SequenceMatcher(
        None, wanted, [word[0].lower() for word in words], autojunk=False
    ).get_matching_blocks()[:-1]
    best, run = 0.0, (0, 0)
    for first in range(len(blocks)):
        matched = 0
        for block in blocks[first:]:
            matched += block.size
            start, end = blocks[first].b, block.b + block.size
            alike = 2 * matched / (len(wanted) + end - start)
            if alike > best:
                best, run = alike, (start, end)
    if not best:
        return 0.0, Span(0, 0)
    at = paragraph.start()
    return best, Span(at + words[run[0]].start(), at + words[run[1] - 1].end())


def lowered(text: str) -> list[str]:
    return [word[0].lower() for word in WORD.finditer(text)]


def says_the_same(one: str, other: str) -> bool:
    """Whether nothing that can be checked differs; another word for the same does not count."""
    return all(phrase.startswith("worded ") for phrase in compare(one, other).differing)
