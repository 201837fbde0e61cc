"""Paragraphs of a text, and which of them are the page's furniture instead of its prose."""

import re
from dataclasses import dataclass

from .furniture import is_notice

BLANK_LINES = re.compile(r"(?:\r\n?|\n)[^\S\r\n]*(?:(?:\r\n?|\n)[^\S\r\n]*)+|[\u2029\x0c]")
LINE_END = re.compile(r"\r\n?|\n|\u2028|\x85")
ENDED = re.compile(r"[.!?\u2026:;,\u2014\u2013-][\"'\u201d\u2019\u00bb)\]]*$")
BULLET = re.compile(r"[-*\u2022\u25cf\u2013\u2014\u00b7]\s|\d{1,2}[.)]\s")
QUOTED = re.compile('["\u201c].{12}')
LETTER = re.compile(r"[^\W\d_]")
# "HARLOW BAY (Bay Wire) — ", "WASHINGTON, Oct. 3 - ": where and by whom, not what is reported.
DATELINE = re.compile(
    r"(?:[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.'\u2019-]+[,\s]*){1,4}"
    r"(?:[A-Z][\w.]*\s?\d{0,2}[,\s]*)?"
    r"(?:\([^()\n]{2,40}\)\s*)?(?:\s[\u2014\u2013-]{1,2}|[\u2014\u2013])\s*(?=[\"'\u201c\u2018]?[A-Z\u00c0-\u00de])"
)
# A heading or caption says little; longer lines without a full stop are prose that lost it.
HEADING_WORDS = 12
TITLE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without the white space around it; `index` counts the prose paragraphs' order."""

    index: int
    start: int
    end: int


def split_paragraphs(text: str) -> list[tuple[int, int]]:
    """(start, end) of every paragraph that is not empty, trimmed."""
    found: list[tuple[int, int]] = []
    position = 0
    for gap in [
        *((m.start(), m.end()) for m in BLANK_LINES.finditer(text)),
        (len(text), len(text)),
    ]:
        for start, end in _split_block(text, position, gap[0]):
            start, end = trim(text, start, end)
            if start < end:
                found.append((start, end))
        position = gap[1]
    return found


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _split_block(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Lines of a block are paragraphs of their own, unless the block is hard-wrapped prose."""
    lines, position = [], start
    for newline in LINE_END.finditer(text, start, end):
        lines.append((position, newline.start()))
        position = newline.end()
    lines.append((position, end))
    lines = [line for line in lines if line[0] < line[1]]
    if _is_wrapped([text[a:b] for a, b in lines]):
        return [(lines[0][0], lines[-1][1])]
    joined: list[tuple[int, int]] = []
    for line in lines:
        if joined and _continues(text[slice(*joined[-1])], text[slice(*line)]):
            joined[-1] = (joined[-1][0], line[1])
        else:
            joined.append(line)
    return joined


def _is_wrapped(lines: list[str]) -> bool:
    """Three lines or more, all but the last of about one width."""
    widths = [len(line.rstrip()) for line in lines[:-1]]
    return (
        len(widths) >= 2
        and min(widths) >= 40
        and max(widths) <= 100
        and max(widths) - min(widths) <= 20
    )


def _continues(before: str, line: str) -> bool:
    """A line that starts small goes on with the sentence before it."""
    return line.lstrip()[:1].islower() and not re.search(r"[.!?][\"\u201d]?\s*$", before[-4:])


def prose_paragraphs(text: str, title: str = "") -> list[Paragraph]:
    """The paragraphs of the article itself: no title line, by-line, caption, button or form."""
    spans = split_paragraphs(text)
    # Headlines carry no full stop: a title with one was taken from the text's first sentence.
    headline = "" if title.rstrip().endswith(".") else _squash(title)
    kept: list[Paragraph] = []
    for position, (start, end) in enumerate(spans):
        line = text[start:end]
        alone = len(spans) == 1
        if (headline and position < 3 and _squash(line) == headline) or is_furniture(
            line, alone, position == 0
        ):
            continue
        kept.append(Paragraph(len(kept), start + dateline_length(line), end))
    return kept


def dateline_length(line: str) -> int:
    """How many characters of a paragraph its dateline takes, with the dash and spaces after it."""
    dateline = DATELINE.match(line)
    return dateline.end() if dateline else 0


def is_furniture(line: str, alone: bool = False, first: bool = False) -> bool:
    """Whether a paragraph is page furniture. A text that is one single line is never a heading."""
    if not LETTER.search(line):
        return True
    if is_notice(line):
        return True
    if alone or ENDED.search(line[-12:]) or BULLET.match(line) or QUOTED.match(line):
        return False
    return len(line.split()) <= (TITLE_WORDS if first else HEADING_WORDS)


def _squash(line: str) -> str:
    return " ".join(line.split()).strip().rstrip(".").casefold()


def cut_to_length(paragraph: Paragraph, text: str, limit: int) -> list[tuple[int, int]]:
    """The paragraph in stretches of at most `limit` characters, cut where sentences seem to end."""
    pieces, start = [], paragraph.start
    while paragraph.end - start > limit:
        window = start + limit // 2, start + limit
        cut = max(
            text.rfind(". ", *window) + 1,
            text.rfind(" ", *window) if ". " not in text[slice(*window)] else 0,
        )
        cut = cut if cut > start else start + limit
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, paragraph.end)]
