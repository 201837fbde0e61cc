"""Organisations: the names an article gives them, and what `the bank` or `it` stands for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .frames import Parsed
from .names import body_name, initials, short_names
from .people import NEWSPAPER_WORDS, OUTLET_NOUNS, SORTS
from .timeline import Mention, Timeline, foreground

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

NEAR = 2
SUBJECT = 2.0


@dataclass(slots=True)
class Body:
    """An organisation under the fullest name the article gives, and the nouns that describe it."""

    name: str
    described: set[str] = field(default_factory=set)


class Bodies:
    """The organisations of an article and where they are named."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.short: dict[str, str] = {}
        self.bodies: dict[str, Body] = {}
        self.phrases: dict[str, list[str]] = {}
        self.timeline: Timeline[Body] = Timeline()

    def collect(self, entities: Iterable["Entity"], people: Iterable[str]) -> None:
        """Every name of an organisation, and what short forms stand for."""
        persons = set(people)
        names = (body_name(e.text) for e in entities if e.label_ == "ORG")
        self.names.update(name for name in names if name and name not in persons)
        for name in sorted(self.names, key=len):
            for short in short_names(name):
                if short not in self.names or short == initials(name):
                    self.short.setdefault(short, name)

    def place(self, piece: Parsed, entity: "Entity", quoted: bool) -> None:
        """Remember that an organisation is named here."""
        name = self.fullest(body_name(entity.text))
        body = self.bodies.setdefault(name, Body(name))
        body.described.update(word.lower() for word in name.split())
        body.described.update(_described(entity))
        root = entity.root
        self.timeline.add(
            Mention(
                body, piece.start + entity.start_char, piece.paragraph, foreground(root, quoted)
            )
        )

    def place_phrase(self, noun: "Token", owner: str) -> None:
        """Remember that the article speaks of the `Baker campaign`."""
        self.phrases.setdefault(noun.lower_, []).append(owner)

    def fullest(self, name: str) -> str:
        """`IMF` is the International Monetary Fund where the article writes that out."""
        return self.short.get(name.replace(".", ""), name)

    def called(self, noun: str, paragraph: int, start: int) -> str | None:
        """The organisation that `the bank` stands for: one so described, or the last named."""
        found = self.timeline.foremost(start, paragraph, lambda body: _fit(body, noun), _name)
        if found and (found[1] > SUBJECT - NEAR):
            return found[0].name
        return None

    def spoken_of(self, paragraph: int, start: int) -> str | None:
        """The organisation that `it` stands for: the last that was a subject."""
        found = self.timeline.foremost(start, paragraph, lambda _body: 0.0, _name)
        return found[0].name if found and found[1] >= SUBJECT - 1.0 else None

    def owned(self, noun: str, owners: Sequence[str]) -> str | None:
        """The `Baker campaign` of the article, of one of these owners."""
        for owner in self.phrases.get(noun, ()):
            if not owners or owner.split()[-1] in owners:
                return f"{owner} {noun}"
        return None


def _name(body: Body) -> str:
    return body.name


def _fit(body: Body, noun: str) -> float | None:
    """How well a noun fits an organisation."""
    if noun in body.described:
        return 2.0
    if noun in OUTLET_NOUNS:
        return 1.0 if body.described & NEWSPAPER_WORDS else None
    return 0.0 if _may_be(body, noun) else None


def _may_be(body: Body, noun: str) -> bool:
    """Whether what describes an organisation does not make it one of another sort."""
    known = [sort for sort in SORTS if body.described & sort]
    return not known or any(noun in sort for sort in known)


def _described(entity: "Entity") -> set[str]:
    """The nouns of an apposition beside the name: `Acme, a bank`, `the newspaper El Sol`."""
    root = entity.root
    beside = [child for child in root.children if child.dep_ in ("appos", "compound")]
    if root.dep_ in ("appos", "compound"):
        beside.append(root.head)
    if root.dep_ == "nsubj" and root.head.lemma_ == "be":
        beside += [child for child in root.head.children if child.dep_ == "attr"]
    return {token.lower_ for token in beside if token.pos_ == "NOUN"}
