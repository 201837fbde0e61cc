"""The checkable assertions of a text: sentences and clauses, of a source or of the outlet."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .attributions import Candidate
from .frames import Parsed, Stretch
from .paragraphs import trim

if TYPE_CHECKING:
    from spacy.tokens import Token

MARKS = "\"'\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb`"
LEADING = re.compile(r"(?:that|how)\s+(?=\S)", re.IGNORECASE)
GREETING = re.compile(
    r"""\W*(?:thank(?:s|\ you)|good\ (?:morning|evening|afternoon|night|luck)|hello|hi\b|hey\b
    |welcome|god\ bless|congratulations|happy\ (?:birthday|new)|please|let[\u2019']?s\b|let\ us
    |may\b|dear\b|bye|goodbye|sorry)""",
    re.IGNORECASE | re.VERBOSE,
)
QUESTION = re.compile(
    r"\W*(?:and |but |so )?(?:what|who|whom|whose|why|where|when|how|which|whether|if)\b",
    re.IGNORECASE,
)
FEWEST_TOKENS = 4
FINITE = frozenset(["VBD", "VBP", "VBZ", "MD"])


@dataclass(frozen=True, slots=True)
class Statement:
    """One assertion in its place. `parts` leave out a speaker named in its middle."""

    parts: tuple[Stretch, ...]
    tokens: "tuple[Token, ...]"
    candidate: int | None
    parsed: Parsed

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


def find_statements(
    text: str, parsed: Sequence[Parsed], candidates: Sequence[Candidate]
) -> list[Statement]:
    """Assertions in the order of the text; no two share a character."""
    places = _Places(parsed)
    found: list[Statement] = []
    for index, candidate in sorted(enumerate(candidates), key=lambda pair: -_size(pair[1])):
        for parts in _assertions(text, candidate, places):
            statement = places.statement(parts, index)
            if statement:
                found.append(statement)
    found = _disjoint(found)
    covered = sorted(_outer(c) for c in candidates if _covers(c, places))
    found.extend(_of_the_outlet(parsed, covered))
    found = _disjoint(found)
    return sorted((s for s in found if is_checkable(text, s)), key=lambda s: s.start)


def _size(candidate: Candidate) -> int:
    return sum(end - start for start, end in candidate.contents)


def _covers(candidate: Candidate, places: "_Places") -> bool:
    """A noun for a content (`denied involvement`) leaves its sentence to the outlet."""
    if candidate.quotations:
        return True
    tokens = _tokens(places.at(candidate.start), *candidate.contents[0])
    return _root(tokens).pos_ in ("VERB", "AUX") if tokens else False


def _root(tokens: "Sequence[Token]") -> "Token":
    """The first token that hangs on none of the others."""
    inside = {t.i for t in tokens}
    return next((t for t in tokens if t.head.i not in inside or t.head == t), tokens[0])


def _outer(candidate: Candidate) -> Stretch:
    stretches = list(candidate.contents)
    if candidate.frame and (candidate.frame.cue or candidate.frame.source):
        stretches.append(candidate.frame.local)
    return min(a for a, _ in stretches), max(b for _, b in stretches)


class _Places:
    """From offsets in the text to paragraphs, sentences and tokens."""

    def __init__(self, parsed: Sequence[Parsed]) -> None:
        self.parsed = parsed
        self.starts = [piece.start for piece in parsed]

    def at(self, offset: int) -> Parsed:
        return self.parsed[max(0, bisect_right(self.starts, offset) - 1)]

    def statement(self, parts: Sequence[Stretch], candidate: int | None) -> Statement | None:
        piece = self.at(parts[0][0])
        tokens = [token for part in parts for token in _tokens(piece, *part)]
        if not tokens:
            return None
        return Statement(tuple(parts), tuple(tokens), candidate, piece)

    def sentences(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretch cut at the ends of sentences."""
        piece = self.at(start)
        tokens = _tokens(piece, start, end)
        cuts = [
            piece.start + t.idx for t in tokens if t.is_sent_start and piece.start + t.idx > start
        ]
        yield from zip([start, *cuts], [*cuts, end], strict=True)


def _tokens(piece: Parsed, start: int, end: int) -> "list[Token]":
    span = piece.doc.char_span(
        max(0, start - piece.start),
        max(0, min(end - piece.start, piece.end - piece.start)),
        alignment_mode="expand",
    )
    return [] if span is None else [t for t in span if not t.is_space]


def _assertions(text: str, candidate: Candidate, places: _Places) -> Iterator[list[Stretch]]:
    """The contents of an attribution, one list of parts per sentence."""
    pending: list[Stretch] = []
    for start, end in candidate.contents:
        for left, right in places.sentences(start, end):
            left, right = bare(text, left, right)
            if left >= right:
                continue
            if pending and _goes_on(text, pending[-1], left):
                pending.append((left, right))
                continue
            if pending:
                yield pending
            pending = [(left, right)]
    if pending:
        yield pending


def _goes_on(text: str, before: Stretch, start: int) -> bool:
    """`“The tax,” she said, “fell”`: one sentence with its speaker in the middle."""
    between = text[before[1] : start]
    ended = text[before[1] - 1] in ".!?\u2026" or "." in between.rstrip(MARKS + " ")[-1:]
    return (
        not ended
        and start - before[1] < 120
        and text[before[1] - 1] != ";"
        and not text[start].isupper()
    )


def bare(text: str, start: int, end: int) -> Stretch:
    """The stretch without white space, commas and lone quotation marks at its ends."""
    start, end = trim(text, start, end)
    while start < end and (text[start] in MARKS or text[start] in ",;:\u2026 \u2014\u2013-"):
        start += 1
    while start < end and (
        (text[end - 1] in MARKS and not _inner_pair(text, start, end))
        or text[end - 1] in ",;: \u2014\u2013"
    ):
        end -= 1
    that = LEADING.match(text, start, end)
    return trim(text, that.end() if that and that.group()[:1].islower() else start, end)


def _inner_pair(text: str, start: int, end: int) -> bool:
    """Whether the closing mark at the end has its opening mark inside the stretch."""
    inside = text[start : end - 1]
    closing = text[end - 1]
    opening = {"\u201d": "\u201c", "\u2019": "\u2018", "\u00bb": "\u00ab"}.get(closing, closing)
    return inside.count(opening) > (inside.count(closing) if opening != closing else 0) and (
        opening != closing or inside.count(closing) % 2 == 1
    )


def _disjoint(statements: list[Statement]) -> list[Statement]:
    """Those that share no character with one before them in the list."""
    taken: list[Stretch] = []
    kept = []
    for statement in statements:
        at = bisect_right(taken, (statement.start, statement.start))
        near = taken[max(0, at - 1) : at + 1]
        if all(end <= statement.start or statement.end <= start for start, end in near):
            taken.insert(at, (statement.start, statement.end))
            kept.append(statement)
    return kept


def _of_the_outlet(parsed: Sequence[Parsed], covered: list[Stretch]) -> Iterator[Statement]:
    """Sentences that no attribution reaches into."""
    upto = 0
    for piece in parsed:
        for sentence in piece.doc.sents:
            tokens = [t for t in sentence if not t.is_space]
            if not tokens:
                continue
            start, end = piece.stretch(tokens[0], tokens[-1])
            while upto < len(covered) and covered[upto][1] <= start and upto + 1 < len(covered):
                upto += 1
            if not any(a < end and start < b for a, b in covered[max(0, upto - 3) : upto + 4]):
                yield Statement(((start, end),), tuple(tokens), None, piece)


def is_checkable(text: str, statement: Statement) -> bool:
    """A finished assertion: no question, greeting, wish, command or fragment."""
    tokens, words = statement.tokens, text[statement.start : statement.end]
    if sum(t.is_alpha or t.like_num for t in tokens) < FEWEST_TOKENS or GREETING.match(words):
        return False
    if _asks(text, statement, words):
        return False
    if statement.candidate is not None and _root(tokens).pos_ not in ("VERB", "AUX"):
        return False
    return _has_finite_verb(tokens) and any(
        t.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for t in tokens
    )


def _asks(text: str, statement: Statement, words: str) -> bool:
    behind = text[statement.end : statement.end + 1]
    if "?" in (words[-1:], behind) or words.rstrip(MARKS).endswith("?"):
        return True
    return bool(QUESTION.match(words)) and (statement.candidate is not None or words.endswith("?"))


def _has_finite_verb(tokens: "Sequence[Token]") -> bool:
    return any(t.tag_ in FINITE for t in tokens)
