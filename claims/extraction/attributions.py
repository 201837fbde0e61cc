"""Frames and quotations brought together: the attributions of a text, claimants still open."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from .beside import named_beside
from .cues import QUOTING, RELAYING, WITH_OBJECT
from .documents import Kind
from .frames import Frame, Parsed, Stretch, frames_of
from .paragraphs import trim
from .quotations import Quotation

# A quotation with no cue in sight counts from this many words, if it is a sentence.
SENTENCE_WORDS = 5
NEAR = 3
REACH = 90
ENDS = ".,!?\u2026\u2014-"


@dataclass(slots=True)
class Candidate:
    """An attribution before its source has a name; without a frame nobody is named beside it."""

    kind: Kind
    contents: list[Stretch]
    frame: Frame | None
    paragraph: int
    quotations: list[Quotation] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.contents[0][0]

    @property
    def end(self) -> int:
        return self.contents[-1][1]


def find_attributions(
    text: str, parsed: Sequence[Parsed], quotations: Sequence[Quotation]
) -> list[Candidate]:
    """Attributions in the order of the text; no two have the same start and end."""
    by_paragraph: dict[int, list[Quotation]] = {}
    for quotation in quotations:
        by_paragraph.setdefault(quotation.paragraph, []).append(quotation)
    found: list[Candidate] = []
    before: Candidate | None = None
    announced: Frame | None = None
    for piece in parsed:
        here = _within(by_paragraph.get(piece.paragraph, []), piece)
        candidates = _in_paragraph(text, piece, here)
        _announce(candidates, announced)
        announced = _announcing(text, piece)
        joined = _absorb(candidates, before)
        found.extend(candidates)
        before = next((c for c in reversed(candidates) if c.quotations), joined)
    return _without_repeats(found)


def _within(quotations: list[Quotation], piece: Parsed) -> list[Quotation]:
    """The quotations of a paragraph that begin in this piece of it."""
    first = bisect_left(quotations, piece.start, key=_start)
    return quotations[first : bisect_left(quotations, piece.end, key=_start)]


def _start(quotation: Quotation) -> int:
    return quotation.start


def _in_paragraph(text: str, parsed: Parsed, quotations: list[Quotation]) -> list[Candidate]:
    frames = frames_of(parsed, quotations)
    _spread(text, parsed, frames)
    relays = [frame for frame in frames if _relays(frame, frames)]
    frames = [frame for frame in frames if frame not in relays]
    floating = _link(text, parsed, frames, quotations)
    cuts = [frame.local for frame in relays]
    finished = (_finished(text, frame, frames, cuts) for frame in frames)
    candidates = [candidate for candidate in finished if candidate is not None]
    candidates += [_unattributed(parsed, q) for q in floating if _is_sentence(text, q)]
    return sorted(candidates, key=lambda c: (c.start, c.end))


def _spread(text: str, parsed: Parsed, frames: list[Frame]) -> None:
    """Give a parenthetical cue the sentence around it."""
    for frame in frames:
        if frame.spread and not frame.contents and frame.cue_token is not None:
            sentence = frame.cue_token.sent
            frame.contents = [parsed.stretch(sentence[0], sentence[-1])]


# ---------------------------------------------------------------------------- quotations


def _link(
    text: str, parsed: Parsed, frames: list[Frame], quotations: list[Quotation]
) -> list[Quotation]:
    """Hand every quotation to the frame it belongs to; returns those that belong to none."""
    floating = []
    previous: Frame | None = None
    for index, quotation in enumerate(quotations):
        limit = quotations[index + 1].start if index + 1 < len(quotations) else parsed.end
        start = quotations[index - 1].end if index else parsed.start
        frame = (
            _behind(text, frames, quotation, limit)
            or _around(frames, quotation)
            or _ahead(text, frames, quotation, start)
            or _resumed(text, previous, quotation, start)
        )
        if frame is None or (frame.source is None and not frame.beside):
            beside = named_beside(text, parsed, quotation, limit)
            if beside:
                frames.append(beside)
                frame = beside
        if frame is None:
            floating.append(quotation)
        else:
            frame.quotations.append(quotation)
        previous = frame
    return floating


def _behind(text: str, frames: list[Frame], quotation: Quotation, limit: int) -> Frame | None:
    """`“…,” she said`"""
    closing = text[quotation.end - 2 : quotation.end + 1]
    if not any(mark in ENDS for mark in closing):
        return None
    for frame in frames:
        start, end = frame.local
        if quotation.end <= start and end <= limit and frame.can_quote:
            gap = text[quotation.end : start]
            near = len(gap.strip(" ,\u2014\u2013-")) == 0
            if near:
                frame.beside = True
            return frame if near else None
    return None


def _around(frames: list[Frame], quotation: Quotation) -> Frame | None:
    """The frame with the smallest content that the quotation lies in or overlaps."""
    best, size = None, 0
    for frame in frames:
        for start, end in frame.contents:
            if (
                start < quotation.end
                and quotation.start < end
                and (best is None or end - start < size)
            ):
                best, size = frame, end - start
    return best


def _ahead(text: str, frames: list[Frame], quotation: Quotation, start: int) -> Frame | None:
    """`She said in a letter: “…”`"""
    for frame in reversed(frames):
        if frame.cue is None or frame.cue[1] > quotation.start or not frame.can_quote:
            continue
        if frame.cue[1] < start or quotation.start - frame.cue[1] > REACH:
            return None
        gap = text[frame.cue[1] : quotation.start].strip()
        if gap == "" or gap[-1] in ",:" or (gap.endswith("that") and len(gap) < 20):
            return frame if not any(mark in gap for mark in ".!?;") or gap[-1] == ":" else None
        return None
    return None


def _resumed(text: str, previous: Frame | None, quotation: Quotation, start: int) -> Frame | None:
    """`“…,” she said. “…”`: the same speech after its cue."""
    if previous is None or previous.cue is None or not previous.quotations:
        return None
    between = text[start : quotation.start]
    only_cue = (
        start <= previous.local[0]
        and len(between) - (previous.local[1] - previous.local[0]) <= REACH
    )
    return previous if only_cue or not between.strip() else None


def _is_sentence(text: str, quotation: Quotation) -> bool:
    inner = text[quotation.start + 1 : quotation.end - 1].strip()
    words = len(inner.split())
    ended = text[quotation.end - 2 : quotation.end].strip("\"'\u201d\u2019\u00bb")[-1:] in (
        ".",
        "!",
        "?",
        ",",
    )
    return words >= SENTENCE_WORDS and (ended or quotation.continues) and inner[:1].isupper()


def _unattributed(parsed: Parsed, quotation: Quotation) -> Candidate:
    stretch = (quotation.start, quotation.end)
    return Candidate("direct", [stretch], None, parsed.paragraph, [quotation])


# ---------------------------------------------------------------------------- finishing


def _finished(
    text: str, frame: Frame, frames: Sequence[Frame], relays: Sequence[Stretch]
) -> Candidate | None:
    """A frame with its contents joined, cut free of source and cue, and its kind."""
    quotes = [(q.start, q.end) for q in frame.quotations]
    if (
        not quotes
        and frame.cue_token is not None
        and frame.cue_token.lemma_ in QUOTING - WITH_OBJECT
    ):
        return None
    contents = frame.contents
    if frame.beside or (quotes and _only_quotes(text, contents, quotes)):
        contents = [c for c in contents if not _only_quotes(text, [c], quotes)]
    stretches = _merged(text, [*contents, *quotes])
    cuts = [frame.local] if frame.spread or quotes else []
    if frame.source:
        cuts = [*cuts, frame.source] if frame.source not in stretches else cuts
    cuts += [*relays, *(f.local for f in frames if f is not frame and frame.spread and f.spread)]
    stretches = [s for s in _without(stretches, cuts) if s[0] < s[1]]
    stretches = [s for s in (_tidy(text, *s) for s in stretches) if s[0] < s[1]]
    if not stretches:
        return None
    kind = _kind(text, stretches, quotes)
    return Candidate(kind, stretches, frame, frame.parsed.paragraph, frame.quotations)


def _kind(text: str, stretches: list[Stretch], quotes: list[Stretch]) -> Kind:
    if not quotes:
        return "indirect"
    return "direct" if _only_quotes(text, stretches, quotes) else "mixed"


def _only_quotes(text: str, stretches: Sequence[Stretch], quotes: Sequence[Stretch]) -> bool:
    """Whether at most a stray word of the stretches stands outside the quotations."""
    outside = _without(list(stretches), list(quotes))
    words = [w for a, b in outside for w in text[a:b].split() if any(c.isalnum() for c in w)]
    return len(words) <= 1 and any(a < d and c < b for a, b in stretches for c, d in quotes)


def _merged(text: str, stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and not text[joined[-1][1] : start].strip(" ,"):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _without(stretches: list[Stretch], cuts: list[Stretch]) -> list[Stretch]:
    """The stretches less the cuts."""
    for low, high in cuts:
        kept = []
        for start, end in stretches:
            if high <= start or end <= low:
                kept.append((start, end))
            else:
                kept += [(start, low)] if start < low else []
                kept += [(high, end)] if high < end else []
        stretches = kept
    return stretches


def _tidy(text: str, start: int, end: int) -> Stretch:
    """Less the commas and spaces at its ends, and less a sentence's full stop."""
    while start < end and (text[start].isspace() or text[start] in ",;:.\u2014\u2013"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:\u2014\u2013"):
        end -= 1
    if text[end - 1 : end] == "." and not text[max(start, end - 5) : end - 1].count("."):
        end -= 1
    if not any(c.isalnum() for c in text[start:end]):
        return start, start
    return trim(text, start, end)


def _relays(frame: Frame, frames: Sequence[Frame]) -> bool:
    """`…, The Hill reports` behind words that are somebody else's own."""
    if frame.cue_token is None or frame.cue_token.lemma_.lower() not in RELAYING:
        return False
    return any(
        other is not frame
        and frame.local[0] >= other.local[1]
        and any(a < d and c < b for a, b in frame.contents for c, d in other.contents)
        for other in frames
    )


# ---------------------------------------------------------------------------- over paragraphs


def _announcing(text: str, piece: Parsed) -> Frame | None:
    """`She said:` at the end of a paragraph: the frame of the quotation in the next."""
    if text[piece.end - 1] != ":":
        return None
    frames = frames_of(piece, [])
    return next((f for f in reversed(frames) if f.can_quote and f.source), None)


def _announce(candidates: Sequence[Candidate], announced: Frame | None) -> None:
    """Give a paragraph that is one quotation the cue that announced it."""
    if announced and len(candidates) == 1 and candidates[0].frame is None:
        candidates[0].frame = announced


def _absorb(candidates: list[Candidate], before: Candidate | None) -> Candidate | None:
    """Join the quotation of the paragraph before to the one that takes it up again.

    Where both have a cue of their own they are two; where one has, it serves both. Returns the
    joined candidate, having taken its second part out of `candidates`.
    """
    first = next((c for c in candidates if c.quotations), None)
    if first is None or before is None or not before.quotations[-1].continues:
        return None
    if before.frame and first.frame:
        return None
    candidates.remove(first)
    before.contents.extend(first.contents)
    before.quotations.extend(first.quotations)
    before.frame = before.frame or first.frame
    before.kind = "direct" if before.kind == first.kind == "direct" else "mixed"
    return before


def _without_repeats(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate per start and end: the first with a source."""
    best: dict[Stretch, Candidate] = {}
    for candidate in candidates:
        place = (candidate.start, candidate.end)
        held = best.get(place)
        if held is None or (held.frame is None and candidate.frame is not None):
            best[place] = candidate
    return sorted(best.values(), key=lambda c: (c.start, c.end))
