"""What speaks for and against two sentences being the same claim, told so that an editor can read.

Numbers, dates and names hold for any language; the rest for English.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from . import signs
from .casing import folded
from .dates import Date
from .determiners import alike
from .names import names, same_name
from .numbers import Quantity, rates, tokens_of
from .same import key, worded
from .saying import said
from .wording import Wording, reading, spelled, wording

PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|got)\b(?: \w+)? \w+(?:ed|en|t|n|d) by\b")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence commits itself to.

    `directions` are the sides it takes of opposites, each with its word; `negations` how often it
    is negated; `modalities` how sure or how done it is; `tense` "present", "past" or nothing;
    `wording` its words in one spelling, and `capitals` how each was written.
    """

    quantities: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    names: tuple[str, ...]
    rates: frozenset[str]
    directions: tuple[tuple[tuple[int, int], str], ...]
    negations: int
    moments: frozenset[str]
    quantifiers: frozenset[str]
    modalities: frozenset[str]
    tense: str
    question: bool
    passive: bool
    tokens: frozenset[str]
    wording: Wording
    capitals: dict[str, str]

    @property
    def words(self) -> tuple[str, ...]:
        return self.wording.words


@dataclass(frozen=True, slots=True)
class Comparison:
    """Short phrases on what two sentences share and where they differ in fact.

    `rewording` holds the one passage that is worded differently, if all around it is the same.
    """

    agreeing: tuple[str, ...]
    differing: tuple[str, ...]
    rewording: tuple[str, str] | None = None


@lru_cache(maxsize=4096)
def facts(text: str) -> Facts:
    """The facts that a single sentence states."""
    form = key(text)
    read = reading(form)
    small = [token.lower() for token in read.tokens]
    taken = [(date.start, date.end) for date in read.dates]
    taken += [(q.start, q.end) for q in read.quantities if q.kind != "ordinal"]
    counted = {at for start, end in taken for at in range(start, end)}
    free = [token for at, token in enumerate(small) if at not in counted]
    return Facts(
        quantities=read.quantities,
        dates=read.dates,
        names=names(worded(text)),
        rates=frozenset(rates(small)),
        directions=tuple(signs.directions(free).items()),
        negations=signs.negations(free),
        moments=signs.moments(small),
        quantifiers=signs.quantifiers(free),
        modalities=signs.modalities(free),
        tense=signs.tense(free),
        question=form.endswith("?"),
        passive=bool(PASSIVE.search(" ".join(small))),
        tokens=frozenset(_spellings(read.tokens)),
        wording=wording(form),
        capitals={token.casefold(): token for token in tokens_of(worded(text))},
    )


def compare(a: str, b: str) -> Comparison:
    """What two sentences agree and differ in; "here" is `a`, "there" is `b`."""
    mine, yours = facts(a), facts(b)
    agreeing: list[str] = []
    differing: list[str] = []
    for look in LOOKS:
        for agrees, phrase in look(mine, yours):
            (agreeing if agrees else differing).append(phrase)
    changed = rewording(mine, yours)
    if changed and not differing and all(passage.count(" ") < 3 for passage in changed):
        differing.append(_worded(*changed))
    return Comparison(tuple(agreeing), tuple(differing), changed)


def _worded(here: str, there: str) -> str:
    """Of sentences that differ in a word or two: maybe in fact, maybe another word for it."""
    if here and there:
        return f"worded “{here}” here, “{there}” there"
    return f"worded “{here or there}” only {'here' if here else 'there'}"


Finding = tuple[bool, str]


def _numbers(a: Facts, b: Facts) -> Iterator[Finding]:
    mine, yours = list(a.quantities), list(b.quantities)
    for one in list(mine):
        same = next((other for other in yours if _equal(one, other)), None)
        if same:
            mine.remove(one)
            yours.remove(same)
            yield from _bounds(one, same)
    for one in list(mine):
        other = min(yours, key=lambda q: _distance(one, q), default=None)
        if other:
            mine.remove(one)
            yours.remove(other)
            yield False, f"{said(one)} here, {said(other)} there"
    left = [said(q) for q in (mine or yours)]
    if left:
        yield False, f"only {'here' if mine else 'there'}: {', '.join(left)}"


def _equal(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are the same; half is 50%, and a count is one of the same things."""
    if (one.kind, other.kind) in (("share", "percent"), ("percent", "share")):
        share, percent = (one, other) if one.kind == "share" else (other, one)
        return abs(share.value * 100 - percent.value) < Decimal("0.05")
    if (one.value, one.high, one.kind) != (other.value, other.high, other.kind):
        return False
    return one.kind == "count" or one.unit == other.unit


def _bounds(one: Quantity, other: Quantity) -> Iterator[Finding]:
    if one.bound == other.bound:
        yield True, f"both say {said(one)}"
    else:
        yield False, f"{said(one)} here, {said(other)} there"


def _distance(one: Quantity, other: Quantity) -> tuple[bool, bool]:
    return one.kind != other.kind, one.unit != other.unit


def _dates(a: Facts, b: Facts) -> Iterator[Finding]:
    mine, yours = list(a.dates), list(b.dates)
    for one in list(mine):
        other = next((date for date in yours if _compatible(one, date)), None)
        if other:
            mine.remove(one)
            yours.remove(other)
            if one.relation and other.relation and one.relation != other.relation:
                yield False, f"{one.relation} {one} here, {other.relation} {other} there"
            else:
                yield True, f"both name {one}"
    yield from _left([str(date) for date in mine], [str(date) for date in yours])


def _compatible(one: Date, other: Date) -> bool:
    mine, yours = one.parts, other.parts
    shared = mine.keys() & yours.keys()
    return bool(shared) and all(mine[part] == yours[part] for part in shared)


def _left(mine: list[str], yours: list[str]) -> Iterator[Finding]:
    """What is named on one side only."""
    if mine and yours:
        yield False, f"names {', '.join(mine)}, the other {', '.join(yours)}"
    elif mine or yours:
        yield False, f"only one names {', '.join(mine or yours)}"


def _names(a: Facts, b: Facts) -> Iterator[Finding]:
    shared = [name for name in a.names if _known(name, b)]
    if shared:
        yield True, f"both name {', '.join(shared)}"
    yield from _left(
        [name for name in a.names if name not in shared],
        [name for name in b.names if not _known(name, a)],
    )


def _known(name: str, other: Facts) -> bool:
    """Whether the other sentence names it too, be it in small letters or capitals throughout."""
    return _parts(name) <= other.tokens or any(same_name(name, known) for known in other.names)


@lru_cache(maxsize=4096)
def _parts(name: str) -> frozenset[str]:
    """The words of a name in one spelling."""
    return frozenset(spelled(folded(word)) for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", name))


def _spellings(tokens: Sequence[str]) -> Iterator[str]:
    """The words of a sentence in one spelling; those of a headline in small letters as well."""
    for word, after in zip(tokens, [*tokens[1:], ""], strict=False):
        yield spelled(word)
        if after == "*":
            yield word.lower()


def _roles(a: Facts, b: Facts) -> Iterator[Finding]:
    """The same words in another order: A sued B, B sued A."""
    if a.words == b.words:
        if not alike(a.wording, b.wording):
            yield False, "an article makes it others, or another number of them"
    elif _unordered(a) == _unordered(b):
        yield False, "the same words in another order"
    elif _without(a, ",", "-") == _without(b, ",", "-"):
        yield False, "a comma or a hyphen changes the sense"
    elif len(a.words) > 3 and _one_sided(a, b):
        yield False, "the one who acts here is acted upon there"


def _unordered(facts: Facts) -> list[str]:
    singular = {"were": "was", "are": "is", "have": "has", "do": "does"}
    return sorted(singular.get(word, word) for word in facts.words)


def _one_sided(a: Facts, b: Facts) -> bool:
    """Whether only one is in the passive voice, with who acts and who suffers in the same order."""
    if a.passive == b.passive:
        return False
    active, passive = (b, a) if a.passive else (a, b)
    return list(active.words) == _without(passive, "is", "are", "was", "were", "been", "by")


def _without(facts: Facts, *left_out: str) -> list[str]:
    return [word for word in facts.words if word not in left_out]


def _inflected(a: Facts, b: Facts) -> Iterator[Finding]:
    """One word in two forms: "bans", "banned"."""
    here, there = rewording(a, b) or ("", "")
    if here and there and signs.stem(here) == signs.stem(there):
        yield False, f"“{here}” here, “{there}” there"


def _comparison(a: Facts, b: Facts) -> Iterator[Finding]:
    """ "As fast as" against "faster than"."""
    mine, yours = a.words.count("as") > 1, b.words.count("as") > 1
    if mine != yours and "than" in (b if mine else a).words:
        words = ("as … as", "than") if mine else ("than", "as … as")
        yield False, "“{}” here, “{}” there".format(*words)


def _directions(a: Facts, b: Facts) -> Iterator[Finding]:
    mine, yours = dict(a.directions), dict(b.directions)
    shared = {axis for axis, _side in mine.keys() & yours.keys()}
    there = {axis: word for (axis, _side), word in yours.items() if axis not in shared}
    here = {axis: word for (axis, _side), word in mine.items() if axis in there}
    for pair in dict.fromkeys((word, there[axis]) for axis, word in here.items()):
        yield False, "“{}” here, “{}” there".format(*pair)


def _negation(a: Facts, b: Facts) -> Iterator[Finding]:
    if a.negations % 2 != b.negations % 2:
        yield False, "one is negated"
    elif a.negations and b.negations:
        yield True, "both are negated"


def _rates(a: Facts, b: Facts) -> Iterator[Finding]:
    yield from _sets(a.rates, b.rates, "per {}")


def _moments(a: Facts, b: Facts) -> Iterator[Finding]:
    yield from _sets(a.moments, b.moments, "{}")


def _quantifiers(a: Facts, b: Facts) -> Iterator[Finding]:
    yield from _sets(a.quantifiers, b.quantifiers, "“{}”")


def _modalities(a: Facts, b: Facts) -> Iterator[Finding]:
    yield from _sets(a.modalities, b.modalities, "“{}”")


def _sets(mine: frozenset[str], yours: frozenset[str], quoted: str) -> Iterator[Finding]:
    here, there = _listed(mine - yours, quoted), _listed(yours - mine, quoted)
    if here and there:
        yield False, f"{here} here, {there} there"
    elif here or there:
        yield False, f"{here or there} only {'here' if here else 'there'}"


def _listed(words: Iterable[str], quoted: str) -> str:
    return ", ".join(quoted.format(word) for word in sorted(words))


def _tense(a: Facts, b: Facts) -> Iterator[Finding]:
    if a.tense and b.tense and a.tense != b.tense:
        yield False, f"{a.tense} here, {b.tense} there"


def _question(a: Facts, b: Facts) -> Iterator[Finding]:
    if a.question != b.question:
        yield False, "one only asks"


LOOKS: tuple[Callable[[Facts, Facts], Iterator[Finding]], ...] = (
    _numbers,
    _rates,
    _dates,
    _moments,
    _names,
    _roles,
    _directions,
    _comparison,
    _negation,
    _quantifiers,
    _modalities,
    _tense,
    _question,
    _inflected,
)


def rewording(a: Facts, b: Facts) -> tuple[str, str] | None:
    """The passage that differs in wording, here and there, if at least half of both is the same."""
    one, other = a.words, b.words
    shorter = min(len(one), len(other))
    front = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    most = shorter - front
    back = next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)
    if one == other or 2 * (front + back) < max(len(one), len(other)):
        return None
    return _shown(a, front, len(one) - back), _shown(b, front, len(other) - back)


def _shown(facts: Facts, start: int, end: int) -> str:
    """A passage of the wording, with its capitals."""
    return " ".join(facts.capitals.get(word.casefold(), word) for word in facts.words[start:end])
