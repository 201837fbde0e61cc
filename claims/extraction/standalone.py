"""A claim worded to be read alone: names for pronouns where they are certain."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .assertions import MARKS, Statement
from .claimants import Cast
from .documents import ClaimantKind
from .inflection import finite_verbs, third_person
from .people import FEMALE, MALE, PRONOUN_GENDER

if TYPE_CHECKING:
    from spacy.tokens import Token

CONNECTIVE = re.compile(
    r"(?:and|but|so|or|also|still|then|well|now|look|furthermore|moreover|however|yet|meanwhile|instead|maybe),?\s+(?=\S)",
    re.IGNORECASE,
)
SPACES = re.compile(r"\s+")
PAIRED = re.compile('[\u201c\u201d"]')
FIRST_PERSON = {
    "person": {"subject": ("i",), "own": ("my",), "object": ("me",)},
    "organisation": {"subject": ("we",), "own": ("our",), "object": ("us",)},
}
OWN = {MALE: "his", FEMALE: "her"}
AGAIN = {MALE: "he", FEMALE: "she"}
OBJECT = {MALE: "him", FEMALE: "her"}
SUBJECTS = ("nsubj", "nsubjpass")
Edit = tuple[int, int, str]


def reworded(
    text: str, statement: Statement, cast: Cast, claimant: str | None, kind: ClaimantKind | None
) -> str:
    """The statement as one sentence with a capital and a full stop."""
    edits = list(_edits(statement, cast, claimant, kind))
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


def _edits(
    statement: Statement, cast: Cast, claimant: str | None, kind: ClaimantKind | None
) -> Iterator[Edit]:
    """Names for the pronouns and the nouns whose bearer is certain."""
    if claimant and kind and statement.candidate is not None:
        spoken = _first_person(statement, cast, claimant, kind)
        if spoken:
            yield from spoken
            return
    token = next((t for t in statement.tokens if _stands_for_somebody(t)), None)
    if token is None:
        return
    name = _third_person(statement, cast, token, claimant if kind == "person" else None)
    if name and not _names(statement, name):
        yield _edit(statement, _phrase(token), _possessive(name) if token.dep_ == "poss" else name)


def _edit(statement: Statement, phrase: "Sequence[Token]", words: str) -> Edit:
    base, last = statement.parsed.start, phrase[-1]
    return base + phrase[0].idx, base + last.idx + len(last), words


def _possessive(name: str) -> str:
    return name + ("\u2019" if name.endswith("s") else "\u2019s")


# ---------------------------------------------------------------------------- I, my, we, our


def _first_person(
    statement: Statement, cast: Cast, claimant: str, kind: ClaimantKind
) -> list[Edit]:
    """`I`, `my` of a person, `we`, `our` of an organisation; none if one cannot be put right.

    The first is the name, those after it are pronouns; that takes a person's gender.
    """
    forms = FIRST_PERSON[kind]
    spoken = [t for t in statement.tokens if any(t.lower_ in words for words in forms.values())]
    own, again, them = _pronouns(cast, claimant, kind)
    if len(spoken) > 1 and not own:
        return []
    edits: list[Edit] = []
    for token in spoken:
        first = not edits
        if token.lower_ in forms["own"]:
            word = _possessive(claimant) if first else own
        elif token.lower_ in forms["object"]:
            word = claimant if first else them
        else:
            word = claimant if first else again
            verbs = _agreeing(statement, token)
            if verbs is None:
                return []
            edits += verbs
        edits.append(_edit(statement, [token], word))
    return edits


def _pronouns(cast: Cast, claimant: str, kind: ClaimantKind) -> tuple[str, str, str]:
    """Possessive, subject and object; empty where a person's gender is not known."""
    if kind == "organisation":
        return "its", "it", "it"
    person = cast.people.get(claimant)
    gender = (person.gender if person else None) or ""
    return OWN.get(gender, ""), AGAIN.get(gender, ""), OBJECT.get(gender, "")


def _agreeing(statement: Statement, subject: "Token") -> list[Edit] | None:
    """The verbs of a subject put into the third person; None where one cannot be."""
    if subject.dep_ not in SUBJECTS:
        return None
    edits = []
    for verb in finite_verbs(subject):
        word = third_person(verb) if verb.i > subject.i else None
        if word is None:
            return None
        if word != verb.text:
            edits.append(_edit(statement, [verb], word))
    return edits


# ---------------------------------------------------------------------------- he, her, the senator


def _stands_for_somebody(token: "Token") -> bool:
    """A subject, or whose the subject is, that is named elsewhere: `she`, `the senator`."""
    if token.dep_ == "poss":
        return token.lower_ in ("his", "her") and token.head.dep_ in SUBJECTS
    return token.dep_ in SUBJECTS and (
        token.lower_ in ("he", "she") or (token.tag_ == "NN" and _is_bare(token))
    )


def _is_bare(noun: "Token") -> bool:
    """`the senator`, with no word more."""
    children = list(noun.children)
    return len(children) == 1 and children[0].lower_ == "the" and children[0].i == noun.i - 1


def _phrase(token: "Token") -> "list[Token]":
    return [*token.lefts, token] if token.tag_ == "NN" else [token]


def _third_person(
    statement: Statement, cast: Cast, token: "Token", claimant: str | None
) -> str | None:
    """Who was spoken of in the outlet's own words; the source in indirect speech.

    Behind a name of the same statement it is more likely that one, and needs no other.
    """
    at = statement.parsed.start + token.idx
    gender = PRONOUN_GENDER.get(token.lower_)
    if _named_before(statement, cast, token):
        return None
    if gender is None:
        return None if _in_quotation(statement) else cast.described(token, statement.parsed, at)
    if statement.candidate is None:
        person = cast.pronoun(token.lower_, statement.parsed.paragraph, at)
        return person.name if person else None
    if claimant is None or _in_quotation(statement):
        return None
    person = cast.people.get(claimant)
    return claimant if person and person.gender == gender else None


def _names(statement: Statement, name: str) -> bool:
    """Whether the statement names somebody itself: its `he` is then hardly the same."""
    return any(t.text == name.split()[-1] for t in statement.tokens)


def _named_before(statement: Statement, cast: Cast, token: "Token") -> bool:
    return any(
        t.ent_type_ == "PERSON" or cast.persons.may_hold(t)
        for t in statement.tokens
        if t.i < token.i
    )


def _in_quotation(statement: Statement) -> bool:
    """Whether the statement is of a source's own words."""
    return statement.candidate is not None and statement_is_quoted(statement)


def statement_is_quoted(statement: Statement) -> bool:
    """Whether the words before its first are an opening quotation mark."""
    before = statement.tokens[0].i - 1
    return before >= 0 and statement.tokens[0].doc[before].text in MARKS
