"""Who the sources are: what every mention of an article's people and organisations stands for.

No name is ever given that the article does not give itself.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .bodies import Bodies
from .documents import ClaimantKind
from .frames import Parsed
from .names import body_name, name_words, run_of
from .people import (
    BODY_NOUNS,
    PARTIES,
    POSSESSED_BODIES,
    PRONOUN_GENDER,
    PRONOUNS,
    PUBLIC_ROLES,
    ROLE_GENDER,
    ROLE_OF_TITLE,
    ROLES,
)
from .persons import Person, Persons
from .quotations import Quotation
from .timeline import SPOKE, Mention, Timeline, foreground

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

NAMED = ("PERSON", "ORG", "GPE", "NORP", "FAC", "LOC")
DEFINITE = frozenset(("the", "this", "that", "his", "her", "their"))
# `the senator` is who is this much in the foreground though nothing calls him a senator.
FOREMOST = 0.3
# What it speaks for somebody that the article calls him a senator, in paragraphs.
KNOWN = 1.0
# What it speaks against somebody that the article calls him something else.
OTHER = 0.7
OPPOSED = frozenset(PARTIES.values())
Resolved = tuple[str, ClaimantKind]


class Cast:
    """Everybody an article names, and who was spoken of where."""

    def __init__(self, parsed: Sequence[Parsed], quotations: Sequence[Quotation] = ()) -> None:
        self.persons = Persons()
        self.bodies = Bodies()
        self.timeline: Timeline[Person] = Timeline()
        self.peoples: set[str] = set()
        self._quotes = sorted((q.start, q.end) for q in quotations)
        entities = [entity for piece in parsed for entity in piece.doc.ents]
        self.peoples.update(e.text.lower() for e in entities if e.label_ == "NORP")
        self.peoples -= PARTIES.keys()
        self.persons.add_full_names(entities)
        self.bodies.collect(entities, self.people)
        self.persons.add_single_names(entities, self.bodies.names)
        for piece in parsed:
            self._place(piece)

    @property
    def people(self) -> dict[str, Person]:
        return self.persons.people

    # ------------------------------------------------------------------ collecting

    def _place(self, piece: Parsed) -> None:
        """Note every mention of a piece where it stands."""
        for token in piece.doc:
            start = piece.start + token.idx
            if token.lower_ in BODY_NOUNS:
                self._place_phrase(token)
            elif self.persons.may_hold(token):
                person = self.persons.at(token)
                if person:
                    weight = foreground(token, self._is_quoted(start))
                    self.timeline.add(Mention(person, start, piece.paragraph, weight))
        for entity in piece.doc.ents:
            if entity.label_ == "ORG" and not self._is_person(entity):
                quoted = self._is_quoted(piece.start + entity.start_char)
                self.bodies.place(piece, entity, quoted)

    def _is_person(self, entity: "Entity") -> bool:
        return self.persons.may_hold(entity[-1]) and self.persons.at(entity[-1]) is not None

    def _place_phrase(self, noun: "Token") -> None:
        """`the Baker campaign`, `Baker's campaign`."""
        proper = [
            t for t in noun.lefts if t.pos_ == "PROPN" and t.dep_ in ("compound", "nmod", "poss")
        ]
        if proper:
            last = proper[-1]
            words = name_words(noun.doc[last.left_edge.i : last.i + 1].text)
            self.bodies.place_phrase(noun, " ".join(words))

    def _is_quoted(self, start: int) -> bool:
        index = bisect_right(self._quotes, (start, start + 1)) - 1
        return index >= 0 and start < self._quotes[index][1]

    # ------------------------------------------------------------------ resolving

    def resolve(self, head: "Token", piece: Parsed, start: int) -> Resolved | None:
        """What a source stands for; None where nobody certain is meant."""
        if _joins_several(head):
            return None
        if head.lower_ in PRONOUNS:
            return self._pronoun(head, piece.paragraph, start)
        named = head.ent_type_ == "PERSON" or (
            head.text[:1].isupper() and (head.pos_ == "PROPN" or head.ent_type_ in NAMED)
        )
        # `Former White House Doctor`: capitals of a headline make no name of an office.
        if named and (_role(head) not in ROLES or self.persons.at(head)):
            return self._named(head)
        for child in head.children:
            if child.dep_ == "appos" and (child.pos_ == "PROPN" or child.ent_type_ == "PERSON"):
                return self._named(child)
        return self._nominal(head, piece, start)

    def _pronoun(self, head: "Token", paragraph: int, start: int) -> Resolved | None:
        if head.lower_ in ("it", "its"):
            name = self.bodies.spoken_of(paragraph, start)
            return (name, "organisation") if name else None
        person = self.pronoun(head.lower_, paragraph, start)
        return (person.name, "person") if person else None

    def _named(self, head: "Token") -> Resolved | None:
        person = self.persons.at(head)
        if person:
            return person.name, "person"
        entity = next((e for e in head.sent.ents if e.start <= head.i < e.end), None)
        text = entity.text if entity is not None else " ".join(run_of(head))
        if entity is not None and entity.start > 0 and entity.doc[entity.start - 1].text == "The":
            text = "The " + text
        if head.tag_ == "NNPS" and (entity is None or entity.label_ == "NORP"):
            return None
        if entity is not None and entity.label_ == "PERSON":
            return " ".join(name_words(text)), "person"
        name = self.bodies.fullest(body_name(text))
        return (name, "organisation") if name else None

    # ------------------------------------------------------------------ noun phrases

    def _nominal(self, head: "Token", piece: Parsed, start: int) -> Resolved | None:
        """`the senator`, `the Trump campaign`, `the bank`."""
        if head.tag_ in ("NNS", "NNPS"):
            return None
        if self.persons.may_hold(head) and (person := self.persons.at(head)):
            return person.name, "person"
        if head.lower_ in BODY_NOUNS:
            name = self._body(head, piece.paragraph, start)
            return (name, "organisation") if name else None
        role = _role(head)
        person = self._bearer(head, role, piece, start) if role in ROLES else None
        return (person.name, "person") if person else None

    def _body(self, noun: "Token", paragraph: int, start: int) -> str | None:
        modifiers = [t for t in noun.lefts if t.dep_ in ("compound", "nmod", "poss", "amod")]
        proper = [t for t in modifiers if t.pos_ == "PROPN"]
        if proper:
            return body_name(noun.doc[proper[0].left_edge.i : noun.i + 1].text)
        owner = next((t for t in modifiers if t.lower_ in PRONOUN_GENDER), None)
        if owner is not None:
            person = self.pronoun(owner.lower_, paragraph, start)
            return self.bodies.owned(noun.lower_, person.name.split()[-1:]) if person else None
        if not _is_definite(noun):
            return None
        if noun.lower_ in POSSESSED_BODIES:
            return self._of_somebody(noun.lower_, paragraph, start)
        return self.bodies.called(noun.lower_, paragraph, start)

    def _of_somebody(self, noun: str, paragraph: int, start: int) -> str | None:
        """`the campaign` is that of who was named last, of those whose campaign is spoken of."""
        for mention in self.timeline.before(start, paragraph):
            name = self.bodies.owned(noun, mention.who.name.split()[-1:])
            if name:
                return name
        owners = set(self.bodies.phrases.get(noun, ()))
        return f"{owners.pop()} {noun}" if len(owners) == 1 else None

    def _bearer(self, head: "Token", role: str, piece: Parsed, start: int) -> Person | None:
        """Whom `the Russian president` means.

        Who is described so, or, for what any reader knows somebody to be, who is in the foreground.
        """
        modifiers = {PARTIES.get(t.lower_, t.lower_) for t in head.lefts} - DEFINITE
        owned = any(t.dep_ == "poss" for t in head.lefts)
        fitting = [p for p in self.persons.by_role.get(role, ()) if not _opposed(p, modifiers)]
        described = [p for p in fitting if modifiers & p.described]
        foreign = bool(modifiers & self.peoples)
        if not owned and not _is_definite(head):
            return described[0] if len(described) == 1 and piece.paragraph <= 1 else None
        famous = role in PUBLIC_ROLES or "former" in modifiers
        public = famous and not owned and not foreign
        found = self._described(role, modifiers, piece.paragraph, start, public)
        if found:
            return found
        others = described or ([] if foreign else fitting)
        return others[0] if len(others) == 1 else None

    def _described(
        self, role: str, modifiers: set[str], paragraph: int, start: int, public: bool
    ) -> Person | None:
        """Who of those named lately is described so, or is in the foreground."""
        gender = ROLE_GENDER.get(role)
        nations = modifiers & self.peoples

        def fits(person: Person) -> float | None:
            known = role in person.described
            if not (known or public) or _opposed(person, modifiers):
                return None
            # `the Russian president` is nobody who is not called Russian.
            if nations and not nations & person.described:
                return None
            if gender and person.gender not in (gender, None):
                return None
            other = not known and bool(person.described & ROLES)
            return KNOWN * known - OTHER * other + 0.7 * len(modifiers & person.described)

        found = self.timeline.foremost(start, paragraph, fits, _name_of)
        if found is None or (role not in found[0].described and found[1] < FOREMOST):
            return None
        return found[0]

    def described(self, noun: "Token", piece: Parsed, start: int) -> str | None:
        """Whom the article itself calls what `the senator` says; none who only may be meant."""
        role = _role(noun)
        person = self._bearer(noun, role, piece, start) if role in ROLES else None
        return person.name if person and role in person.described else None

    # ------------------------------------------------------------------ the foreground

    def pronoun(self, word: str, paragraph: int, start: int) -> Person | None:
        """The person `he` or `she` stands for at this place."""
        gender = PRONOUN_GENDER.get(word)
        return self._recent(gender, paragraph, start) if gender else None

    def _recent(self, gender: str, paragraph: int, start: int) -> Person | None:
        """The likeliest person named lately: who speaks, is a subject, and was named last."""

        def fits(person: Person) -> float | None:
            if person.gender not in (gender, None):
                return None
            return 0.5 if person.gender == gender else 0.0

        found = self.timeline.foremost(start, paragraph, fits, _name_of)
        return found[0] if found else None

    def spoke(self, name: str, start: int, paragraph: int) -> None:
        """Remember that a person is the source of an attribution at this place."""
        person = self.people.get(name)
        if person:
            self.timeline.add(Mention(person, start, paragraph, SPOKE))


def _role(noun: "Token") -> str:
    """The office a noun or a title means; the word itself where it means none."""
    return ROLE_OF_TITLE.get(noun.lower_, noun.lower_)


def _is_definite(noun: "Token") -> bool:
    return any(t.lower_ in DEFINITE or t.dep_ == "poss" for t in noun.lefts)


def _joins_several(head: "Token") -> bool:
    """`Baker and Ortiz`, but not `the former senator and candidate`, who is one."""
    joined = [t for t in head.children if t.dep_ == "conj" and t.i > head.i]
    one = (
        head.tag_ == "NN"
        and any(t.dep_ == "det" for t in head.lefts)
        and all(t.tag_ == "NN" and not any(c.dep_ == "det" for c in t.lefts) for t in joined)
    )
    return bool(joined) and not one


def _opposed(person: Person, modifiers: set[str]) -> bool:
    """Whether a person is of another party than the modifiers say."""
    wanted = modifiers & OPPOSED
    own = person.described & OPPOSED
    return bool(wanted and own and not wanted & own)


def _name_of(person: Person) -> str:
    return person.name
