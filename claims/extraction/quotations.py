"""Passages in quotation marks, found by the marks alone.

Double marks, curly or straight, are quotations; single ones too where they stand outside double
ones and are no apostrophe. A mark without its partner is given up at the end of its paragraph,
so it harms no other.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .paragraphs import Paragraph

OPENING = "\u201c\u201e\u201f\u00ab"
CLOSING = "\u201d\u00bb"
DOUBLE = re.compile("[\"\u201c\u201d\u201e\u201f\u00ab\u00bb]|''|``")
SINGLE_OPENING = re.compile(
    r"(?:(?<=[\s(\[\u2014\u2013,:\u201c\"-])|^)[\u2018'](?=[^\W_]|[\"\u201c$\u2026.])(?!\d\ds?\b)"
)
SINGLE_CLOSING = re.compile(r"(?<=[^\s(\[])[\u2019'](?!\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted passage with its marks. `continues`: it runs on in the next quotation."""

    start: int
    end: int
    paragraph: int
    continues: bool = False

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


def find_quotations(text: str, paragraphs: Sequence[Paragraph]) -> list[Quotation]:
    """All quotations, in order, none inside another."""
    found: list[Quotation] = []
    for paragraph in paragraphs:
        following = (
            paragraphs[paragraph.index + 1] if paragraph.index + 1 < len(paragraphs) else None
        )
        runs_on = following is not None and text[following.start] in OPENING + "\"'`"
        found.extend(_in_paragraph(text, paragraph, runs_on))
    return [
        _ended(quotation, following)
        for quotation, following in zip(found, [*found, None][1:], strict=True)
    ]


def _ended(quotation: Quotation, following: Quotation | None) -> Quotation:
    """Only a quotation that the next paragraph takes up again runs on."""
    if quotation.continues and (
        following is None or following.paragraph != quotation.paragraph + 1
    ):
        return replace(quotation, continues=False)
    return quotation


def _in_paragraph(text: str, paragraph: Paragraph, runs_on: bool) -> list[Quotation]:
    doubles = _doubles(text, paragraph, runs_on)
    singles = _singles(text, paragraph, doubles)
    outside = set(_outside((double.start for double in doubles), singles))
    outer = [double for double in doubles if double.start in outside]
    return sorted([*outer, *singles], key=lambda quotation: quotation.start)


def _doubles(text: str, paragraph: Paragraph, runs_on: bool) -> list[Quotation]:
    found, opened = [], None
    for mark in DOUBLE.finditer(text, paragraph.start, paragraph.end):
        position = mark.start()
        if _opens(text, paragraph, mark, opened):
            opened = position
        elif opened is not None:
            if any(c.isalnum() for c in text[opened + 1 : position]):
                found.append(Quotation(opened, mark.end(), paragraph.index))
            opened = None
    if opened is not None and runs_on and opened < paragraph.end - 1:
        found.append(Quotation(opened, paragraph.end, paragraph.index, continues=True))
    return found


def _opens(text: str, paragraph: Paragraph, found: re.Match[str], opened: int | None) -> bool:
    """By its shape for a curly mark; by what stands around it for a straight one."""
    mark, position = found.group(), found.start()
    before = text[position - 1] if position > paragraph.start else " "
    after = text[found.end()] if found.end() < paragraph.end else " "
    if mark in OPENING:
        # German closes with the mark that English opens with.
        return not (opened is not None and text[opened] == "\u201e" and not before.isspace())
    starts_word = (before.isspace() or before in "([\u2014\u2013-\u2018'/") and not after.isspace()
    if mark in CLOSING:
        return opened is None and starts_word
    if opened is None:
        return starts_word or (not before.isalnum() and after.isalnum())
    return before.isspace() and not after.isspace() and after not in ".,;:!?)"


def _singles(text: str, paragraph: Paragraph, doubles: Sequence[Quotation]) -> list[Quotation]:
    openings = [m.start() for m in SINGLE_OPENING.finditer(text, paragraph.start, paragraph.end)]
    openings = _outside(openings, doubles)
    if not openings:
        return []
    closings = _outside(
        (m.start() for m in SINGLE_CLOSING.finditer(text, paragraph.start, paragraph.end)), doubles
    )
    found: list[Quotation] = []
    for opening, limit in zip(openings, [*openings[1:], paragraph.end], strict=True):
        end = _single_end(
            text, closings[bisect_left(closings, opening + 3) : bisect_left(closings, limit)]
        )
        if end is not None:
            found.append(Quotation(opening, end + 1, paragraph.index))
    return found


def _outside(positions: Iterable[int], quotations: Sequence[Quotation]) -> list[int]:
    """The positions that lie in no quotation; both sorted."""
    kept, upcoming = [], list(reversed(quotations))
    for position in positions:
        while upcoming and upcoming[-1].end <= position:
            upcoming.pop()
        if not (upcoming and position in upcoming[-1]):
            kept.append(position)
    return kept


def _single_end(text: str, closings: list[int]) -> int | None:
    """The mark with punctuation beside it; an apostrophe after a plural has none."""
    for position in closings:
        if text[position - 1] in ".,!?\u2026" or text[position + 1 : position + 2] in (
            ",",
            ".",
            ";",
            ":",
            "",
        ):
            return position
    return closings[0] if closings else None
