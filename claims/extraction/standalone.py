"""A claim worded to be read alone: names for pronouns where they are certain."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .assertions import MARKS, Statement
from .claimants import Cast
from .documents import ClaimantKind
from .people import PRONOUN_GENDER

if TYPE_CHECKING:
    from spacy.tokens import Token

CONNECTIVE = re.compile(
    r"(?:and|but|so|or|also|still|then|well|now|look|furthermore|moreover|however|yet|meanwhile|instead|maybe),?\s+(?=\S)",
    re.IGNORECASE,
)
SPACES = re.compile(r"\s+")
PAIRED = re.compile('[\u201c\u201d"]')
# `I have seen` becomes `Smith has seen`; other present tenses would have to be inflected.
THIRD_PERSON = {
    "have": "has",
    "am": "is",
    "\u2019m": " is",
    "'m": " is",
    "\u2019ve": " has",
    "'ve": " has",
    "do": "does",
}
UNINFLECTED = ("VBD", "MD")
Edit = tuple[int, int, str]


def reworded(
    text: str, statement: Statement, cast: Cast, claimant: str | None, kind: ClaimantKind | None
) -> str:
    """The statement as one sentence with a capital and a full stop."""
    edits = list(_edits(statement, cast, claimant if kind == "person" else None))
    parts = [_applied(text, start, end, edits) for start, end in statement.parts]
    words = " ".join(
        part.strip().rstrip(",") if i + 1 < len(parts) else part for i, part in enumerate(parts)
    )
    if statement.candidate is not None:
        words = PAIRED.sub("", words)
    return finished(words)


def finished(words: str) -> str:
    """White space put right, an opening connective dropped, a capital first, a full stop last."""
    words = SPACES.sub(" ", words).strip()
    words = CONNECTIVE.sub("", words, count=1) if CONNECTIVE.match(words) else words
    words = words.rstrip(",;: \u2014\u2013-")
    if words and words.rstrip(MARKS + ")")[-1:] not in (".", "!", "\u2026"):
        words += "."
    return words[:1].upper() + words[1:]


def _applied(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """text[start:end] with the edits that lie in it."""
    pieces, position = [], start
    for left, right, words in sorted(edits):
        if start <= left and right <= end:
            pieces += [text[position:left], words]
            position = right
    return "".join([*pieces, text[position:end]])


def _edits(statement: Statement, cast: Cast, claimant: str | None) -> Iterator[Edit]:
    """The pronoun that is the subject of the statement, and its verb if the person changes."""
    subject = next((t for t in statement.tokens if t.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return
    at = statement.parsed.start + subject.idx
    word = subject.lower_
    if word == "i" and claimant:
        yield from _first_person(statement, subject, claimant)
    elif word in ("he", "she"):
        name = _third_person(statement, cast, word, at, claimant)
        if name:
            yield at, at + len(subject), name


def _first_person(statement: Statement, subject: "Token", claimant: str) -> Iterator[Edit]:
    """`I` of a quotation is who speaks, if the verb can follow and no other first person stays."""
    others = [
        t for t in statement.tokens if t.lower_ in ("i", "my", "me", "we", "our", "us", "myself")
    ]
    verb = next(
        (t for t in subject.head.lefts if t.dep_ in ("aux", "auxpass") and t.i > subject.i),
        subject.head,
    )
    base = statement.parsed.start
    if len(others) > 1 or verb.i < subject.i:
        return
    if verb.lower_ in THIRD_PERSON:
        yield base + verb.idx, base + verb.idx + len(verb), THIRD_PERSON[verb.lower_]
    elif verb.tag_ not in UNINFLECTED:
        return
    yield base + subject.idx, base + subject.idx + len(subject), claimant


def _third_person(
    statement: Statement, cast: Cast, word: str, at: int, claimant: str | None
) -> str | None:
    """`He` in the outlet's own words is who was spoken of; in indirect speech, the source."""
    if statement.candidate is None:
        person = cast.pronoun(word, statement.parsed.paragraph, at)
        return person.name if person else None
    if claimant is None or statement_is_quoted(statement):
        return None
    person = cast.people.get(claimant)
    return claimant if person and person.gender == PRONOUN_GENDER[word] else None


def statement_is_quoted(statement: Statement) -> bool:
    """Whether the words before its first are an opening quotation mark."""
    before = statement.tokens[0].i - 1
    return before >= 0 and statement.tokens[0].doc[before].text in MARKS
