"""Verbs put from the first person, or the plural, into the third person singular."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

IRREGULAR = {
    "have": "has", "am": "is", "are": "is", "do": "does", "go": "goes", "were": "was",
    "\u2019m": " is", "'m": " is", "\u2019re": " is", "'re": " is",
    "\u2019ve": " has", "'ve": " has", "\u2019ll": " will", "'ll": " will",
}  # fmt: skip
APOSTROPHES = ("'", "\u2019")
UNINFLECTED = ("VBD", "MD")
HISSING = ("s", "sh", "ch", "x", "z", "o")


def third_person(verb: "Token") -> str | None:
    """The verb after a name; None where that cannot be told."""
    word = verb.lower_
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.startswith(APOSTROPHES):
        return None
    if verb.tag_ in UNINFLECTED:
        return verb.text
    if verb.tag_ != "VBP" or not word.isalpha():
        return None
    if word.endswith(HISSING):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def finite_verbs(subject: "Token") -> "list[Token]":
    """The verbs that agree with a subject: its own, and those joined to it without one."""
    verbs = [_finite(subject.head)]
    for verb in subject.head.children:
        if verb.dep_ == "conj" and verb.i > subject.i and verb.pos_ in ("VERB", "AUX"):
            own = any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)
            if not own and _finite(verb).tag_ in ("VBP", "VBD"):
                verbs.append(_finite(verb))
    return verbs


def _finite(verb: "Token") -> "Token":
    """The first auxiliary of a verb, or the verb."""
    return next((t for t in verb.lefts if t.dep_ in ("aux", "auxpass")), verb)
