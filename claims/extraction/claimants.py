"""Who the sources are: every name of the article, and what its mentions stand for.

No name is ever given that the article does not give itself.
"""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cues import SPEECH
from .documents import ClaimantKind
from .frames import Parsed
from .people import (
    BODY_NOUNS,
    PRONOUN_GENDER,
    PRONOUNS,
    ROLE_GENDER,
    ROLE_OF_TITLE,
    ROLES,
    TITLES,
    gender_of_name,
    gender_of_title,
)

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

POSSESSIVE = re.compile(r"[\u2019']s?$")
SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
NAMED = ("PERSON", "ORG", "GPE", "NORP", "FAC", "LOC")
BODIES = ("ORG", "GPE", "NORP", "FAC", "LOC")
PARTICLES = frozenset(
    [
        "de",
        "van",
        "von",
        "der",
        "den",
        "al",
        "bin",
        "la",
        "le",
        "del",
        "da",
        "di",
        "du",
        "el",
        "dos",
        "ben",
        "ter",
    ]
)
# A person named further back than this is no longer who `he` is.
MEMORY = 4
MOST_MENTIONS = 60
Resolved = tuple[str, ClaimantKind]


@dataclass(slots=True)
class Person:
    """A person of the article under the fullest name it gives."""

    name: str
    gender: str | None = None
    mentions: int = 0
    described: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named at a place of the text."""

    person: Person
    start: int
    paragraph: int
    weight: float


def name_words(text: str) -> list[str]:
    """The words of a name without titles before it, initials' commas or a possessive after it."""
    words = [POSSESSIVE.sub("", word).strip(',"\u201c\u201d()') for word in text.split()]
    words = [word for word in words if word]
    while len(words) > 1 and words[0].lower().rstrip(".") in TITLES | {"the"}:
        words.pop(0)
    while len(words) > 2 and words[-1].lower().rstrip(".") in SUFFIXES:
        words.pop()
    return words


class Cast:
    """Everybody an article names, and who was spoken of where."""

    def __init__(self, parsed: Sequence[Parsed]) -> None:
        self.people: dict[str, Person] = {}
        self.by_surname: dict[str, list[Person]] = {}
        self.by_role: dict[str, list[Person]] = {}
        self.peoples: set[str] = set()
        self.bodies: set[str] = set()
        self.short_names: dict[str, str] = {}
        self.mentions: list[Mention] = []
        entities = [(piece, entity) for piece in parsed for entity in piece.doc.ents]
        self._full_names(entities)
        self._bodies(entities)
        self._single_names(entities)
        self._mentions(parsed)

    # ------------------------------------------------------------------ collecting

    def _full_names(self, entities: Iterable[tuple[Parsed, "Entity"]]) -> None:
        for _, entity in entities:
            words = name_words(entity.text)
            if not 2 <= len(words) <= 4 or not all(_is_name_word(word) for word in words):
                continue
            if entity.label_ == "PERSON" or (entity.label_ in BODIES and _given(words[0])):
                self._add(words, entity)

    def _single_names(self, entities: Iterable[tuple[Parsed, "Entity"]]) -> None:
        """People known by one name only: no full name ends in it."""
        for _, entity in entities:
            words = name_words(entity.text)
            titled = entity.start > 0 and entity.doc[entity.start - 1].lower_.rstrip(".") in TITLES
            if (
                len(words) == 1
                and (entity.label_ == "PERSON" or titled)
                and _is_name_word(words[0])
            ):
                known = self.by_surname.get(words[0].casefold())
                if not known and words[0] not in self.bodies:
                    self._add(words, entity)
                elif known and len(known) == 1:
                    self._describe(known[0], entity)

    def _add(self, words: list[str], entity: "Entity") -> None:
        name = " ".join(words)
        person = self.people.get(name)
        if person is None:
            person = self.people[name] = Person(name, gender_of_name(words[0]))
            self.by_surname.setdefault(words[-1].casefold(), []).append(person)
        person.mentions += 1
        self._describe(person, entity)

    def _describe(self, person: Person, entity: "Entity") -> None:
        """Titles before the name, an apposition behind it: gender and roles."""
        for word in _described(entity):
            word = word.lower().rstrip(".")
            person.gender = person.gender or gender_of_title(word)
            role = ROLE_OF_TITLE.get(word, word)
            if role in ROLES and role not in person.described:
                self.by_role.setdefault(role, []).append(person)
            person.described.update((word, role))

    def _bodies(self, entities: Iterable[tuple[Parsed, "Entity"]]) -> None:
        for _, entity in entities:
            name = body_name(entity.text)
            if entity.label_ == "NORP":
                self.peoples.add(entity.text.lower())
            if entity.label_ == "ORG" and name and name not in self.people:
                self.bodies.add(name)
        for name in sorted(self.bodies, key=len):
            for short in _short_names(name):
                if short not in self.bodies or short == _initials(name):
                    self.short_names.setdefault(short, name)

    def _mentions(self, parsed: Sequence[Parsed]) -> None:
        for piece in parsed:
            for token in piece.doc:
                if token.pos_ == "PROPN" and token.lower_ in self.by_surname:
                    person = self.person_at(token)
                    if person:
                        weight = _weight(token)
                        self.mentions.append(
                            Mention(person, piece.start + token.idx, piece.paragraph, weight)
                        )

    # ------------------------------------------------------------------ resolving

    def person_at(self, token: "Token") -> Person | None:
        """The person whose name ends at, or holds, this token."""
        words = _run(token)
        for size in range(len(words), 1, -1):
            for first in range(len(words) - size + 1):
                person = self.people.get(" ".join(words[first : first + size]))
                if person:
                    return person
        return self._by_surname(token, words)

    def _by_surname(self, token: "Token", words: list[str]) -> Person | None:
        known = self.by_surname.get(words[-1].casefold()) or self.by_surname.get(token.lower_)
        if not known:
            return None
        gender = next((g for t in _before(token) if (g := gender_of_title(t))), None)
        fitting = [p for p in known if not gender or p.gender in (gender, None)] or known
        given = [p for p in fitting if len(words) > 1 and p.name.split()[0] == words[0]]
        return max(given or fitting, key=lambda person: person.mentions)

    def resolve(self, head: "Token", piece: Parsed, start: int) -> Resolved | None:
        """What a source stands for; None where nobody certain is meant."""
        if head.lower_ in PRONOUNS:
            person = self.pronoun(head.lower_, piece.paragraph, start)
            return (person.name, "person") if person else None
        if any(t.dep_ == "conj" and t.i > head.i for t in head.children):
            return None
        if head.text[:1].isupper() and (head.pos_ == "PROPN" or head.ent_type_ in NAMED):
            return self._named(head)
        for child in head.children:
            if child.dep_ == "appos" and (child.pos_ == "PROPN" or child.ent_type_ == "PERSON"):
                return self._named(child)
        return self._nominal(head, piece, start)

    def _named(self, head: "Token") -> Resolved | None:
        person = self.person_at(head)
        if person:
            return person.name, "person"
        entity = next((e for e in head.sent.ents if e.start <= head.i < e.end), None)
        text = entity.text if entity is not None else " ".join(_run(head))
        if entity is not None and entity.start > 0 and entity.doc[entity.start - 1].text == "The":
            text = "The " + text
        if entity is not None and entity.label_ == "NORP" and head.tag_ == "NNPS":
            return None
        if entity is not None and entity.label_ == "PERSON":
            return " ".join(name_words(text)), "person"
        if head.tag_ == "NNPS" and entity is None:
            return None
        name = self._fullest(body_name(text))
        return (name, "organisation") if name else None

    def _fullest(self, name: str) -> str:
        """`IMF` is the International Monetary Fund where the article writes that out."""
        return self.short_names.get(name.replace(".", ""), name)

    def _nominal(self, head: "Token", piece: Parsed, start: int) -> Resolved | None:
        """`the senator`, `the Trump campaign`."""
        if head.tag_ == "NNS":
            return None
        modifiers = [t for t in head.lefts if t.dep_ in ("compound", "nmod", "poss", "amod")]
        proper = [t for t in modifiers if t.pos_ == "PROPN"]
        if head.lower_ in BODY_NOUNS and proper:
            words = head.doc[proper[0].left_edge.i : head.i + 1].text
            return body_name(words), "organisation"
        definite = any(
            t.lower_ in ("the", "his", "her", "their") or t.dep_ == "poss" for t in head.lefts
        )
        role = ROLE_OF_TITLE.get(head.lower_, head.lower_)
        if not definite or role not in ROLES:
            return None
        person = self._bearer(role, {t.lower_ for t in modifiers}, piece.paragraph, start)
        return (person.name, "person") if person else None

    def _bearer(self, role: str, modifiers: set[str], paragraph: int, start: int) -> Person | None:
        """Whom `the Russian president` means: described so, or the one such person named lately."""
        fitting = self.by_role.get(role, [])
        described = [p for p in fitting if modifiers & p.described]
        others = [p for p in described or fitting if described or not modifiers & self.peoples]
        if len(others) == 1:
            return others[0]
        return self._recent(ROLE_GENDER.get(role), paragraph, start, others) if others else None

    def pronoun(self, word: str, paragraph: int, start: int) -> Person | None:
        """The person `he` or `she` stands for at this place."""
        gender = PRONOUN_GENDER.get(word)
        return self._recent(gender, paragraph, start) if gender else None

    def _recent(
        self, gender: str | None, paragraph: int, start: int, among: Sequence[Person] | None = None
    ) -> Person | None:
        """The likeliest person named lately: who speaks, is a subject, and was named last."""
        scores: dict[str, float] = {}
        for age, mention in enumerate(self._before(start, paragraph)):
            person = mention.person
            if (gender and person.gender not in (gender, None)) or (among and person not in among):
                continue
            distance = paragraph - mention.paragraph
            sure = 0.5 if gender and person.gender == gender else 0.0
            score = mention.weight + sure - 1.0 * distance - 0.1 * min(age, 10)
            scores[person.name] = max(scores.get(person.name, -99.0), score)
        return self.people[max(scores, key=scores.__getitem__)] if scores else None

    def _before(self, start: int, paragraph: int) -> Iterator[Mention]:
        upto = bisect_left(self.mentions, start, key=_place)
        for index in range(upto - 1, max(-1, upto - MOST_MENTIONS), -1):
            mention = self.mentions[index]
            if paragraph - mention.paragraph > MEMORY:
                return
            yield mention

    def spoke(self, name: str, start: int, paragraph: int) -> None:
        """Remember that a person is the source of an attribution at this place."""
        person = self.people.get(name)
        if person:
            insort(self.mentions, Mention(person, start, paragraph, 3.0), key=_place)


def _place(mention: Mention) -> int:
    return mention.start


def body_name(text: str) -> str:
    """An organisation's name without a small `the` before it or a possessive after it."""
    words = POSSESSIVE.sub("", text.strip()).split()
    if words and words[0] in ("the", "a", "an", "The") and not KEEP_ARTICLE.match(" ".join(words)):
        words = words[1:]
    return " ".join(words)


# Newspapers carry their article.
KEEP_ARTICLE = re.compile(
    r"The (?:New|Washington|Wall|Hill|Guardian|Times|Sun|Atlantic|Economist|Daily|Boston|Intercept"
    r"|Nation|Huffington|Independent|Verge|Onion|Weekly|Los|Associated)\b"
)


def _is_name_word(word: str) -> bool:
    return word[:1].isupper() or word.lower() in PARTICLES


def _given(word: str) -> bool:
    return gender_of_name(word) is not None


def _short_names(name: str) -> Iterator[str]:
    """What else an organisation of several words may be called: its initials, its last word."""
    words = name.split()
    if len(words) > 1:
        yield _initials(name)
        yield "The " + words[-1]


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _weight(token: "Token") -> float:
    """How much a mention is in the foreground: a speaker more than a subject, others little."""
    if token.dep_ not in ("nsubj", "nsubjpass"):
        return 0.5
    return 2.6 if token.head.lemma_ in SPEECH else 2.0


def _run(token: "Token") -> list[str]:
    """The words of the run of proper nouns around a token."""
    doc, left, right = token.doc, token.i, token.i
    while left > 0 and token.i - left < 6 and _joins(doc[left - 1]):
        left -= 1
    while right + 1 < len(doc) and right - token.i < 6 and _joins(doc[right + 1]):
        right += 1
    words = name_words(doc[left : right + 1].text)
    return words or [token.text]


def _joins(token: "Token") -> bool:
    return (
        token.pos_ == "PROPN"
        or token.lower_ in PARTICLES
        or (token.text == "-" and not token.whitespace_)
    )


def _before(token: "Token") -> list[str]:
    """The two words before a name."""
    return [t.text for t in token.doc[max(0, token.i - 2) : token.i]]


def _described(entity: "Entity") -> Iterator[str]:
    """Words that describe the bearer of a name: up to six before it, an apposition behind it."""
    doc, root = entity.doc, entity.root
    for token in reversed(doc[max(0, entity.start - 6) : entity.start]):
        if (token.is_punct and token.text != "-") or token.pos_ in ("VERB", "ADP", "AUX", "CCONJ"):
            break
        yield token.text
    yield from entity.text.split()[:-1]
    for child in root.children:
        if child.dep_ == "appos" and child.i > root.i:
            yield from (t.text for t in doc[child.left_edge.i : child.i + 1])
