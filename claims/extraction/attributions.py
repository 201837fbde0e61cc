"""The tagged words and the quotations brought together: attributions, claimants still open."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from .beside import signed
from .documents import Kind
from .frames import Frame, Parsed, Range, Stretch, Tagged
from .paragraphs import trim
from .quotations import Quotation

# A quotation with no cue in sight counts from this many words, if it is a sentence.
SENTENCE_WORDS = 5
# A content that takes in this share of a quotation takes in all of it.
MOST_OF_IT = 0.5


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
    text: str,
    parsed: Sequence[Parsed],
    quotations: Sequence[Quotation],
    tagged: Sequence[Sequence[Tagged]],
) -> list[Candidate]:
    """Attributions in the order of the text; no two have the same start and end.

    `tagged` holds what the network found in each of `parsed`.
    """
    found: list[Candidate] = []
    before: Candidate | None = None
    announced: Frame | None = None
    for piece, tags in zip(parsed, tagged, strict=True):
        candidates = _in_paragraph(text, piece, quotations_of(piece, quotations), tags)
        _announce(candidates, announced)
        announced = _announcing(text, piece, tags)
        joined = _absorb(candidates, before)
        found.extend(candidates)
        before = next((c for c in reversed(candidates) if c.quotations), joined)
    return _without_repeats(found)


def quotations_of(piece: Parsed, quotations: Sequence[Quotation]) -> Sequence[Quotation]:
    """Of all quotations of a text, in order, those that begin in this piece of it."""
    first = bisect_left(quotations, piece.start, key=_start)
    return quotations[first : bisect_left(quotations, piece.end, key=_start)]


def _start(quotation: Quotation) -> int:
    return quotation.start


# ---------------------------------------------------------------------------- in one paragraph


def _in_paragraph(
    text: str, parsed: Parsed, quotations: Sequence[Quotation], tagged: Sequence[Tagged]
) -> list[Candidate]:
    candidates = [
        candidate
        for tag in tagged
        if (candidate := _candidate(text, parsed, tag, quotations)) is not None
    ]
    floating = [q for q in quotations if not any(q in c.quotations for c in candidates)]
    candidates += [_unattributed(text, parsed, q) for q in floating if is_sentence(text, q)]
    return sorted(candidates, key=lambda c: (c.start, c.end))


def _candidate(
    text: str, parsed: Parsed, tag: Tagged, quotations: Sequence[Quotation]
) -> Candidate | None:
    """A tagged attribution with its contents tidied; None where nothing of them is left."""
    contents = [_stretch(parsed, content) for content in tag.contents]
    touched = [q for q in quotations if _shared(q, contents)]
    whole = [
        (q.start, q.end) for q in touched if _shared(q, contents) > MOST_OF_IT * (q.end - q.start)
    ]
    frame = frame_of(parsed, tag)
    stretches = _without(_merged(text, contents + whole), [frame.local])
    stretches = [s for s in (_tidy(text, *s) for s in stretches) if s[0] < s[1]]
    if not stretches:
        return None
    kind = _kind(text, stretches, touched)
    return Candidate(kind, stretches, frame, parsed.paragraph, touched)


def frame_of(parsed: Parsed, tag: Tagged) -> Frame:
    source = _subject_before(parsed, tag) or tag.source
    return Frame(
        parsed,
        _stretch(parsed, tag.cue),
        parsed.doc[slice(*tag.cue)].root,
        _stretch(parsed, source) if source else None,
        parsed.doc[slice(*source)].root if source else None,
    )


def _subject_before(parsed: Parsed, tag: Tagged) -> Range | None:
    """`Ann Lee` of “Ann Lee said, the Post reports.”, where the network chose the Post."""
    first, last = tag.cue
    if not (tag.source and tag.source[0] > last and parsed.doc[last].is_punct):
        return None
    subjects = (t for t in parsed.doc[first:last].root.lefts if t.dep_ == "nsubj")
    return next(
        ((t.left_edge.i, first) for t in subjects if t.right_edge.i == first - 1),
        None,
    )


def _stretch(parsed: Parsed, tokens: Range) -> Stretch:
    return parsed.stretch(parsed.doc[tokens[0]], parsed.doc[tokens[1] - 1])


def _shared(quotation: Quotation, stretches: Sequence[Stretch]) -> int:
    """How many characters of the quotation lie in the stretches."""
    return sum(
        max(0, min(end, quotation.end) - max(start, quotation.start)) for start, end in stretches
    )


def is_sentence(text: str, quotation: Quotation) -> bool:
    """Whether a quotation says something by itself, unlike a title or a scare quote."""
    inner = text[quotation.start + 1 : quotation.end - 1].strip()
    last = text[quotation.end - 2 : quotation.end].strip("\"'\u201d\u2019\u00bb")[-1:]
    ended = quotation.continues or last in (".", "!", "?", ",")
    return len(inner.split()) >= SENTENCE_WORDS and ended and inner[:1].isupper()


def _unattributed(text: str, parsed: Parsed, quotation: Quotation) -> Candidate:
    """A quotation without a cue; a name may sign it."""
    frame = signed(text, parsed, quotation)
    stretch = (quotation.start, quotation.end)
    return Candidate("direct", [stretch], frame, parsed.paragraph, [quotation])


# ---------------------------------------------------------------------------- stretches


def _kind(text: str, stretches: list[Stretch], quotations: Sequence[Quotation]) -> Kind:
    if not quotations:
        return "indirect"
    return "direct" if _only_quotes(text, stretches, quotations) else "mixed"


def _only_quotes(text: str, stretches: list[Stretch], quotations: Sequence[Quotation]) -> bool:
    """Whether at most a stray word of the stretches stands outside the quotations."""
    outside = _without(stretches, [(q.start, q.end) for q in quotations])
    words = [w for a, b in outside for w in text[a:b].split() if any(c.isalnum() for c in w)]
    return len(words) <= 1


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


# ---------------------------------------------------------------------------- over paragraphs


def _announcing(text: str, piece: Parsed, tagged: Sequence[Tagged]) -> Frame | None:
    """`She said:` at the end of a paragraph: the frame of the quotation in the next."""
    if not tagged or text[piece.end - 1] != ":":
        return None
    frame = frame_of(piece, tagged[-1])
    return frame if frame.source else None


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
