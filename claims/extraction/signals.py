"""What is looked at in an assertion to tell how much it is worth checking.

Named signals that an editor can read, and the grams (lemmas, tags, dependencies) of its wording.
What each of them weighs is learned: see `checkworthiness`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from spacy.tokens import Token

# What a fact-checker could look up; an outlet's sentence with none of it only tells a story.
TO_LOOK_UP = ("names ", "compares ")


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
    """What is scored: the words, their tokens, and whether the outlet itself says them."""

    text: str
    tokens: "Sequence[Token]"
    outlet: bool = False


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


SIGNALS: tuple[tuple[str, Callable[[Assertion], bool]], ...] = (
    ("names a quantity", _quantity),
    ("names a percentage or a sum of money", _unit),
    ("compares or follows over time", _says(OVER_TIME)),
    ("names a date", _date),
    ("names a person", _names("PERSON")),
    ("names an organisation", _names("ORG")),
    ("names a place or a nation", _names("GPE", "NORP", "LOC", "FAC")),
    ("states a past event", _past),
    ("claims a cause, a vote or a decision", _says(CAUSE)),
    ("uses a superlative or an absolute", _superlative),
    ("a full statement", lambda a: len(a.tokens) >= 10),
    ("uses words of opinion", _says(OPINION)),
    ("speaks of the future or of what might be", _says(FUTURE)),
    ("tells a feeling or a belief of the speaker", _says(FEELING)),
    ("hedges", _says(HEDGE)),
    ("speaks of the speaker or the listener", _says(FIRST_PERSON)),
    ("names nothing that could be checked", _vague),
    ("very short", lambda a: len(a.tokens) < 6),
)


def held(assertion: Assertion) -> list[bool]:
    """Which of SIGNALS hold, in their order."""
    return [holds(assertion) for _name, holds in SIGNALS]


def names_something(holding: Sequence[bool]) -> bool:
    """Whether a signal in `held` says that there is something to look up."""
    return any(
        holds and name.startswith(TO_LOOK_UP) and not name.startswith("names nothing")
        for (name, _signal), holds in zip(SIGNALS, holding, strict=True)
    )


def gram_keys(tokens: "Sequence[Token]") -> list[int]:
    """The distinct grams of the wording as sorted 32-bit checksums, the same on every machine."""
    return sorted({crc32(gram.encode()) for gram in _grams([t for t in tokens if t.text != '"'])})


def _grams(tokens: "Sequence[Token]") -> Iterator[str]:
    """Runs of lemmas, of lemmas with names as their kind, of tags; and the dependencies."""
    lemmas = ["#" if t.like_num and not t.is_alpha else t.lemma_.lower() for t in tokens]
    kinds = [t.ent_type_ or lemma for t, lemma in zip(tokens, lemmas, strict=True)]
    met = [k for i, k in enumerate(kinds) if not (i and tokens[i].ent_type_ and k == kinds[i - 1])]
    tags = [t.tag_ for t in tokens]
    for name, sequence, lengths in (("l", lemmas, (2,)), ("e", met, (2, 3)), ("g", tags, (2, 3))):
        framed = ["<", *sequence, ">"]
        for n in lengths:
            for i in range(len(framed) - n + 1):
                yield f"{name}{n}:{' '.join(framed[i : i + n])}"
    yield from (f"l1:{lemma}" for lemma in lemmas)
    yield from (f"g1:{tag}" for tag in tags)
    yield from (f"e1:{kind}" for kind in met if kind.isupper())
    for token, lemma in zip(tokens, lemmas, strict=True):
        yield f"d1:{token.dep_}:{lemma}"
        if token.head.i != token.i:
            yield f"d2:{token.dep_}:{token.head.lemma_.lower()}>{lemma}"
        yield f"d3:{token.dep_}:{token.head.tag_}>{token.tag_}"
