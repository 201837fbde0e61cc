"""How much an assertion is worth checking: an additive model an editor can read.

Every feature adds its weight (log-odds) to a base; the sum goes through the logistic function.
The weights are set by hand and measured against no annotated set yet.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .documents import Reason

if TYPE_CHECKING:
    from spacy.tokens import Token

BASE = -1.2


def _any_of(words: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern for any of the phrases, one a line or set apart by |, as whole words."""
    return re.compile(rf"\b(?:{'|'.join(part.strip() for part in words.split('|'))})\b", flags)


UNIT = re.compile(
    r"%|[$\u20ac\u00a3\u00a5]\s?\d|\bper ?cent|\b(?:dollar|euro|[mbtr]+illion)s?\b", re.I
)
OVER_TIME = _any_of(
    r"""since|increas\w+|decreas\w+|rose|risen|fell|fallen|grew|grown|doubled|tripled|halved
    |declin\w+|dropp?ed|surged|soared|shrank|compared (?:to|with)|than ever|record
    |in (?:decades|history|years)|(?:more|less|fewer|better|worse|\w{3,}er) than"""
)
ABSOLUTE = _any_of("""first|last|only|never|ever|always|every|none|no one|nobody|most of|least""")
NOT_ABSOLUTE = _any_of(
    r"""at (?:least|last|first)|last (?:week|month|year|night|\w+day)|first (?:lady|time|name)"""
)
CAUSE = _any_of(
    r"""caus\w+|led to|leads? to|because of|result(?:s|ed)? in|due to|responsible for
    |support(?:s|ed)    |voted?|signed|banned|passed|opposed?|approved|vetoed|cut|raised"""
)
OPINION = _any_of(
    r"""good|great|terrible|awful|wonderful|beautiful|horrible|nice|amazing|incredible|important
    |sad|happy|unhappy|proud|disgrace\w*|disaster|ridiculous|stupid|shameful|unfair|fair|right
    |wrong|should|must|ought|need to|needs to|have to|has to|deserves?|love|hate|tough|strong
    |positive|quickly|really|simply"""
)
FUTURE = re.compile(
    _any_of(
        r"""will|would|shall|could|might|may|going to|if|unless|hypothetical\w*|plans? to
        |intends? to|won[\u2019']t"""
    ).pattern
    + r"|[\u2019'](?:ll|d)\b",
    re.I,
)
FEELING = _any_of(
    r"""(?:I|we)(?:[\u2019'](?:m|re)| am| are| was| were)? (?:\w+ )?(?:think|believe|feel|felt|hope
    |want|wanted|wish|guess|love|like|glad|happy|unhappy|sorry|proud|worried|sure|grateful)"""
)
HEDGE = _any_of(
    """maybe|perhaps|probably|possibly|seems?|seemed|appears?|appeared|apparently|sort of|kind of
    |somehow|arguably|likely|reportedly|a lot of|lots of|some"""
)
FIRST_PERSON = _any_of("I|me|my|we|us|our|you|your")


@dataclass(frozen=True, slots=True)
class Assertion:
    """What is scored: the words, their tokens, and whether a named person or body says them."""

    text: str
    tokens: "Sequence[Token]"
    attributed: bool
    personal: bool


def _quantity(a: Assertion) -> bool:
    return any(
        t.ent_type_ in ("CARDINAL", "QUANTITY", "PERCENT", "MONEY")
        or (t.tag_ == "CD" and t.ent_type_ not in ("DATE", "TIME"))
        for t in a.tokens
        if t.like_num and t.lower_ != "one" and t.ent_type_ != "ORDINAL"
    )


def _unit(a: Assertion) -> bool:
    return bool(UNIT.search(a.text)) and any(t.like_num for t in a.tokens)


def _date(a: Assertion) -> bool:
    return any(t.ent_type_ == "DATE" and (t.like_num or t.shape_ == "dddd") for t in a.tokens)


def _names(*labels: str) -> Callable[[Assertion], bool]:
    return lambda a: any(t.ent_type_ in labels for t in a.tokens)


def _past(a: Assertion) -> bool:
    return any(
        t.tag_ == "VBD" or (t.tag_ == "VBN" and t.dep_ in ("ROOT", "ccomp", "conj", "relcl"))
        for t in a.tokens
    )


def _vague(a: Assertion) -> bool:
    """Nothing named, nothing counted, and a pronoun for a subject."""
    return not any(t.ent_type_ for t in a.tokens) and any(
        t.pos_ == "PRON" and t.dep_ in ("nsubj", "nsubjpass") for t in a.tokens
    )


def _says(pattern: re.Pattern[str]) -> Callable[[Assertion], bool]:
    return lambda a: bool(pattern.search(a.text))


def _superlative(a: Assertion) -> bool:
    if ABSOLUTE.search(NOT_ABSOLUTE.sub(" ", a.text)):
        return True
    return any(t.tag_ in ("JJS", "RBS") and t.lower_ not in ("least", "latest") for t in a.tokens)


FEATURES: tuple[tuple[str, float, Callable[[Assertion], bool]], ...] = (
    ("names a quantity", 0.9, _quantity),
    ("names a percentage or a sum of money", 0.7, _unit),
    ("compares or follows over time", 0.6, _says(OVER_TIME)),
    ("names a date", 0.3, _date),
    ("names a person", 0.3, _names("PERSON")),
    ("names an organisation", 0.3, _names("ORG")),
    ("names a place or a nation", 0.4, _names("GPE", "NORP", "LOC", "FAC")),
    ("states a past event", 0.5, _past),
    ("claims a cause, a vote or a decision", 0.4, _says(CAUSE)),
    ("uses a superlative or an absolute", 0.4, _superlative),
    ("attributed to somebody named", 0.4, lambda a: a.attributed),
    ("a full statement", 0.3, lambda a: len(a.tokens) >= 10),
    ("uses words of opinion", -0.7, _says(OPINION)),
    ("speaks of the future or of what might be", -0.8, _says(FUTURE)),
    (
        "tells a feeling or a belief of the speaker",
        -0.9,
        lambda a: a.personal and bool(FEELING.search(a.text)),
    ),
    ("hedges", -0.5, _says(HEDGE)),
    (
        "speaks of the speaker or the listener",
        -0.4,
        lambda a: a.personal and bool(FIRST_PERSON.search(a.text)),
    ),
    ("names nothing that could be checked", -0.9, _vague),
    ("very short", -0.8, lambda a: len(a.tokens) < 6),
)


def score(assertion: Assertion) -> tuple[float, tuple[Reason, ...]]:
    """The check-worthiness, 0..1, and the contributions that made it, largest first."""
    reasons = [(words, weight) for words, weight, holds in FEATURES if holds(assertion)]
    total = BASE + sum(weight for _, weight in reasons)
    reasons.sort(key=lambda reason: (-abs(reason[1]), reason[0]))
    return round(1 / (1 + math.exp(-total)), 4), tuple(reasons)
