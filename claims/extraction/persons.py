"""The people an article names, each under the fullest name it gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .names import (
    describing_words,
    is_given,
    is_name_word,
    name_words,
    run_of,
    words_before,
)
from .people import (
    PARTIES,
    PERSONAL_TITLES,
    ROLE_OF_TITLE,
    ROLES,
    TITLES,
    gender_of_name,
    gender_of_title,
)

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

BODIES = ("ORG", "GPE", "NORP", "FAC", "LOC")
LONGEST_NAME = 4
VERBS = ("VBZ", "VBD", "VBP", "VBG")


@dataclass(slots=True)
class Person:
    """A person of the article under the fullest name it gives."""

    name: str
    gender: str | None = None
    mentions: int = 0
    described: set[str] = field(default_factory=set)


class Persons:
    """Everybody an article names, by name, surname, given name and role."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.by_surname: dict[str, list[Person]] = {}
        self.by_given: dict[str, list[Person]] = {}
        self.by_role: dict[str, list[Person]] = {}

    # ------------------------------------------------------------------ collecting

    def add_full_names(self, entities: Iterable["Entity"]) -> None:
        """Names of two to four words; one mislabelled counts if its surname stands alone too."""
        entities = list(entities)
        alone = {
            words[0].casefold()
            for entity in entities
            if len(words := name_words(entity.text)) == 1
            and (entity.label_ == "PERSON" or _titled(entity))
        }
        for entity in entities:
            words = _name_proper(entity)
            if not 2 <= len(words) <= LONGEST_NAME or not all(is_name_word(w) for w in words):
                continue
            mislabelled = entity.label_ in BODIES and (
                is_given(words[0])
                or (words[-1].casefold() in alone and entity[0].lower_ != "the")
                or _has_office(entity)
            )
            titled = entity[0].lower_.rstrip(".") in PERSONAL_TITLES
            if entity.label_ == "PERSON" or mislabelled or titled:
                self._add(words, entity)

    def add_single_names(self, entities: Iterable["Entity"], bodies: set[str]) -> None:
        """People known by one name only: no full name ends in it, or begins with it."""
        for entity in entities:
            words = name_words(entity.text)
            if (
                len(words) != 1
                or not (entity.label_ == "PERSON" or _titled(entity))
                or not is_name_word(words[0])
            ):
                continue
            gender = _gender_before(entity)
            known = [p for p in self._known(words[0]) if not gender or p.gender in (gender, None)]
            if not known and words[0] not in bodies:
                self._add(words, entity)
            elif len(known) == 1:
                self._describe(known[0], entity)

    def _known(self, word: str) -> list[Person]:
        return self.by_surname.get(_folded(word)) or self.by_given.get(_folded(word)) or []

    def _add(self, words: list[str], entity: "Entity") -> None:
        name = " ".join(words)
        person = self.people.get(name)
        if person is None:
            person = self.people[name] = Person(name, gender_of_name(words[0]))
            surname = _folded(words[-1])
            # spaCy cuts `al-Awlaki` in three: the last of them is what a token can be.
            for key in {surname, surname.rpartition("-")[2] or surname}:
                self.by_surname.setdefault(key, []).append(person)
            if len(words) > 1:
                self.by_given.setdefault(_folded(words[0]), []).append(person)
        person.mentions += 1
        self._describe(person, entity)

    def _describe(self, person: Person, entity: "Entity") -> None:
        """Titles before the name, an apposition behind it: gender and roles."""
        for word in describing_words(entity):
            word = word.lower().rstrip(".")
            # `the widow Terry Lee`: what is said of somebody tells more than a given name.
            person.gender = gender_of_title(word) or person.gender
            role = ROLE_OF_TITLE.get(word, word)
            if role in ROLES and role not in person.described:
                self.by_role.setdefault(role, []).append(person)
            person.described.update((word, role, PARTIES.get(word, word)))

    # ------------------------------------------------------------------ finding

    def may_hold(self, token: "Token") -> bool:
        """Whether somebody's name may end at, or be, this token."""
        word = _folded(token.text)
        return (token.text[:1].isupper() or token.ent_type_ == "PERSON") and (
            word in self.by_surname or word in self.by_given
        )

    def at(self, token: "Token") -> Person | None:
        """The person whose name ends at, or holds, this token."""
        words = run_of(token)
        for size in range(len(words), 1, -1):
            for first in range(len(words) - size + 1):
                person = self.people.get(" ".join(words[first : first + size]))
                if person:
                    return person
        return self._by_surname(token, words) or self._by_given(words)

    def _by_surname(self, token: "Token", words: Sequence[str]) -> Person | None:
        known = self.by_surname.get(_folded(words[-1])) or self.by_surname.get(_folded(token.text))
        if not known:
            return None
        gender = next((g for t in words_before(token) if (g := gender_of_title(t))), None)
        fitting = [p for p in known if not gender or p.gender in (gender, None)] or known
        given = [p for p in fitting if len(words) > 1 and p.name.split()[0] == words[0]]
        return max(given or fitting, key=lambda person: person.mentions)

    def _by_given(self, words: Sequence[str]) -> Person | None:
        """`Hillary`, where the article has one Hillary."""
        known = self.by_given.get(_folded(words[0]), []) if len(words) == 1 else []
        return known[0] if len(known) == 1 else None


def _has_office(entity: "Entity") -> bool:
    """`Rufus Ellery, chief executive of …`: only people hold offices."""
    return any(t.dep_ == "appos" and t.lower_ in ROLES for t in entity.root.children)


def _titled(entity: "Entity") -> bool:
    return entity.start > 0 and entity.doc[entity.start - 1].lower_.rstrip(".") in TITLES


def _gender_before(entity: "Entity") -> str | None:
    """`Mr. Baker` is another than the Maria Baker of the article."""
    return gender_of_title(entity.doc[entity.start - 1].text) if entity.start > 0 else None


def _name_proper(entity: "Entity") -> list[str]:
    """A full name without a verb of a headline behind it, or a small word before it."""
    end = len(entity)
    while end > 1 and entity[end - 1].tag_ in VERBS:
        end -= 1
    words = name_words(entity[:end].text)
    return words[1:] if len(words) > 2 and words[0].islower() and words[0].isalpha() else words


def _folded(word: str) -> str:
    return word.casefold().replace("\u2019", "'")
