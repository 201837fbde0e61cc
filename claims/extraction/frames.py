"""Frames: who (source) says (cue) what (content), read from the dependencies of a paragraph.

A frame may still lack its content: `“…,” she said` has none until the quotations are linked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cues import CUES, SPEECH, WITH_CLAUSE, WITH_INFINITIVE, WITH_OBJECT, WITH_PREPOSITION
from .quotations import Quotation

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = ("nsubj", "nsubjpass")
RELATIVE = ("who", "which", "that")
# What belongs to the cue when the rest of a sentence is its content.
LOCAL = ("advmod", "prep", "aux", "auxpass", "neg", "npadvmod", "prt", "dative", "dobj", "tmod")
Stretch = tuple[int, int]


@dataclass(slots=True)
class Parsed:
    """A paragraph, or a cut of a very long one, with its analysis; it begins at `start`."""

    doc: "Doc"
    start: int
    end: int
    paragraph: int

    def stretch(self, left: "Token", right: "Token") -> Stretch:
        """Offsets in the text of the tokens from left to right, both included."""
        return self.start + left.idx, self.start + right.idx + len(right)


@dataclass(slots=True)
class Frame:
    """A cue in the making of an attribution. Stretches are offsets in the text."""

    parsed: Parsed
    cue_token: "Token | None"
    cue: Stretch | None
    source: Stretch | None
    source_head: "Token | None"
    contents: list[Stretch] = field(default_factory=list)
    quotations: list[Quotation] = field(default_factory=list)
    can_quote: bool = True
    spread: bool = False
    beside: bool = False

    @property
    def local(self) -> Stretch:
        """From the first to the last character of source and cue."""
        parts = [part for part in (self.source, self.cue) if part]
        return min(a for a, _ in parts), max(b for _, b in parts)


def frames_of(parsed: Parsed, quotations: Sequence[Quotation]) -> list[Frame]:
    """The frames of one paragraph whose cue stands outside its quotations, in order."""
    quoted = _marks(parsed, quotations)
    found = []
    for token in parsed.doc:
        if token.i in quoted:
            continue
        if token.lower_ == "according":
            frame = _according(parsed, token)
        elif token.pos_ in ("VERB", "AUX") and token.lemma_.lower() in CUES:
            frame = _verb(parsed, token)
        else:
            continue
        if frame:
            found.append(frame)
    return found


def _marks(parsed: Parsed, quotations: Sequence[Quotation]) -> set[int]:
    """Indices of the tokens inside quotations."""
    inside: set[int] = set()
    for quotation in quotations:
        span = parsed.doc.char_span(
            max(0, quotation.start - parsed.start),
            min(parsed.end - parsed.start, quotation.end - parsed.start),
            alignment_mode="expand",
        )
        if span is not None:
            inside.update(range(span.start, span.end))
    return inside


def _according(parsed: Parsed, token: "Token") -> Frame | None:
    """`according to X`: the sentence around the phrase is the content."""
    to = next((t for t in token.children if t.lower_ == "to"), None)
    if to is None and token.i + 1 < len(parsed.doc) and parsed.doc[token.i + 1].lower_ == "to":
        to = parsed.doc[token.i + 1]
    name = next((t for t in to.children if t.dep_ == "pobj"), None) if to is not None else None
    if name is None or to is None or name.i < to.i:
        return None
    frame = Frame(
        parsed, token, parsed.stretch(token, to), _phrase(parsed, name), name, can_quote=True
    )
    frame.spread = True
    return frame


def _verb(parsed: Parsed, verb: "Token") -> Frame | None:
    lemma = verb.lemma_.lower()
    source = subject_of(verb)
    passive = any(child.dep_ == "auxpass" for child in verb.children)
    if passive:
        source = _agent(verb)
    if source is None and not passive and verb.dep_ not in ("ROOT", "parataxis", "ccomp"):
        return None
    stretch = _source_stretch(parsed, source, verb) if source is not None else None
    frame = Frame(
        parsed, verb, _cue_stretch(parsed, verb), stretch, source, can_quote=lemma in SPEECH
    )
    if (source is None and not passive) or _is_infinitive_of_cue(verb):
        return None
    frame.contents = list(_contents(parsed, verb, lemma))
    if not frame.contents and lemma in SPEECH and not passive:
        frame.spread = _is_parenthetical(verb)
    return frame if frame.contents or frame.can_quote or frame.spread else None


def _is_infinitive_of_cue(verb: "Token") -> bool:
    """`refused to say`: the infinitive is the content of the first verb."""
    return verb.dep_ == "xcomp" and verb.tag_ == "VB" and verb.head.lemma_ in WITH_INFINITIVE


def subject_of(verb: "Token", depth: int = 0) -> "Token | None":
    """The subject of a verb: its own, or the one of the verb it is joined to or depends on."""
    for child in verb.children:
        if child.dep_ in SUBJECTS:
            return _antecedent(child, verb)
    if depth > 3:
        return None
    if verb.dep_ == "conj" or (
        verb.dep_ in ("advcl", "xcomp") and verb.tag_ in ("VBG", "VB", "VBN")
    ):
        return subject_of(verb.head, depth + 1)
    if verb.dep_ == "pcomp":
        return subject_of(verb.head.head, depth + 1)
    if verb.dep_ == "acl" and verb.tag_ == "VBG" and verb.head.pos_ in ("NOUN", "PROPN"):
        return verb.head
    return None


def _antecedent(subject: "Token", verb: "Token") -> "Token":
    """What `who` stands for."""
    if subject.lower_ in RELATIVE and verb.dep_ == "relcl":
        return verb.head
    return subject


def _agent(verb: "Token") -> "Token | None":
    for child in verb.children:
        if child.dep_ == "agent":
            return next((t for t in child.children if t.dep_ == "pobj"), None)
    return None


def _source_stretch(parsed: Parsed, source: "Token", verb: "Token") -> Stretch:
    """The noun phrase of the source, with `who` where a relative clause holds the cue."""
    left, right = _edges(source, verb)
    if verb.dep_ == "relcl" and verb.head == source:
        who = next((t for t in verb.children if t.lower_ in RELATIVE), None)
        right = who if who is not None and who.i > source.i else source
    return parsed.stretch(left, right)


def _phrase(parsed: Parsed, noun: "Token") -> Stretch:
    return parsed.stretch(*_edges(noun, None))


def _edges(noun: "Token", verb: "Token | None") -> tuple["Token", "Token"]:
    """First and last token of a noun phrase that leaves its cue out."""
    doc = noun.doc
    left, right = noun.left_edge.i, noun.right_edge.i
    if verb is not None and left <= verb.i <= right:
        left, right = (left, noun.i) if verb.i > noun.i else (noun.i, right)
        left = left if left > verb.i or right < verb.i else noun.i
    while right > noun.i and (doc[right].is_punct or doc[right].is_space):
        right -= 1
    while left < noun.i and (doc[left].is_punct or doc[left].is_space):
        left += 1
    return doc[left], doc[right]


def _cue_stretch(parsed: Parsed, verb: "Token") -> Stretch:
    """The verb with the auxiliaries, negation and particle that stand right beside it."""
    left = right = verb
    while (
        left.i > 0
        and left.nbor(-1).dep_ in ("aux", "auxpass", "neg")
        and left.nbor(-1).head == verb
    ):
        left = left.nbor(-1)
    if right.i + 1 < len(verb.doc) and right.nbor(1).dep_ == "prt" and right.nbor(1).head == verb:
        right = right.nbor(1)
    return parsed.stretch(left, right)


def _contents(parsed: Parsed, verb: "Token", lemma: str) -> Iterator[Stretch]:
    """The stretches a cue verb governs as its content."""
    clausal = False
    for child in verb.children:
        if _is_content_clause(verb, lemma, child):
            clausal = True
            yield _clause(parsed, verb, child)
    if clausal:
        return
    for child in verb.children:
        if child.i < verb.i:
            continue
        if child.dep_ in ("dobj", "oprd") and lemma in WITH_OBJECT:
            yield parsed.stretch(*_edges(child, verb))
        elif child.dep_ == "prep" and child.lower_ in WITH_PREPOSITION.get(lemma, ()):
            left, right = _edges(child, verb)
            yield parsed.stretch(left, right)


def _is_content_clause(verb: "Token", lemma: str, child: "Token") -> bool:
    if child.dep_ == "xcomp":
        return lemma in WITH_INFINITIVE and child.i > verb.i
    if child.dep_ != "ccomp" or lemma not in WITH_CLAUSE:
        return False
    # `…, Baker said, The Hill reports`: what follows is another's cue.
    return not (child.i > verb.i and verb.nbor(1).text == "," and _is_parenthetical(verb))


def _clause(parsed: Parsed, verb: "Token", clause: "Token") -> Stretch:
    """A complement clause; one in front of a main verb reaches back to the sentence's start."""
    left, right = clause.left_edge, clause.right_edge
    if clause.i < verb.i:
        right = right if right.i < verb.i else clause
        left = verb.sent[0] if verb.dep_ == "ROOT" and not _subject_before(verb, clause) else left
    elif left.i <= verb.i:
        left = verb.nbor(1)
    return parsed.stretch(left, right)


def _subject_before(verb: "Token", clause: "Token") -> bool:
    """`X said, the tax rose`, not `the tax rose, X said`."""
    return any(child.dep_ in SUBJECTS and child.i < clause.left_edge.i for child in verb.children)


def _is_parenthetical(verb: "Token") -> bool:
    """`…, Tillerson said, because …`: a clause of two words between commas or at the end."""
    if verb.dep_ not in ("parataxis", "ccomp", "advcl", "ROOT", "dep"):
        return False
    doc, right = verb.doc, verb.i + 1
    children = [child for child in verb.children if child.dep_ in SUBJECTS]
    left = min([verb.i, *(child.left_edge.i for child in children)])
    comma_before = left > 0 and doc[left - 1].text in (",", "\u2014", "\u2013", "--", "-")
    return comma_before and (
        right >= len(doc)
        or doc[right].text in (",", ".", "\u2014", "\u2013", "--", "on", "in", "at")
    )
