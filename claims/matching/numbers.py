"""The numbers of a sentence: values in words or figures, with what bounds and measures them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from .tables import listed, words
from .units import CURRENCY_WORDS, MAGNITUDE_NOUNS, MONEY, PERIODS, UNITS

TOKEN = re.compile(
    r"""\d{1,2}:\d\d | \d+(?:st|nd|rd|th)\b | \d+s\b | \d+(?:[.,]\d+)*
    | \b(?:US|us|a|au|c|ca|hk|nz|r|s)?\$ | [^\W\d_][^\W_]*(?:'[^\W_]+)* | (?<=\S)-(?=\S) | \S""",
    re.X,
)
SMALL = {
    word: value
    for value, word in enumerate(
        listed(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen
            fourteen fifteen sixteen seventeen eighteen nineteen"""
        )
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
MAGNITUDES = {
    "hundred": 2, "thousand": 3, "k": 3, "lakh": 5, "million": 6, "mn": 6, "mln": 6, "crore": 7,
    "billion": 9, "bn": 9, "bln": 9, "trillion": 12, "tn": 12, "trn": 12,
}  # fmt: skip
VAGUE = {
    "dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1000, "millions": 10**6,
    "billions": 10**9, "trillions": 10**12, "dozen": 12,
}  # fmt: skip
ORDINALS = {
    word: value
    for value, word in enumerate(
        listed(
            """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
            thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"""
        ),
        start=1,
    )
} | {f"{word[:-1]}ieth": value for word, value in TENS.items()}
PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "eighth": 8, "eighths": 8,
    "tenth": 10, "tenths": 10,
}  # fmt: skip
MULTIPLES = {
    "doubled": 2, "double": 2, "doubles": 2, "doubling": 2, "tripled": 3, "triple": 3,
    "tripling": 3, "trebled": 3, "quadrupled": 4, "quadruple": 4, "twice": 2, "thrice": 3,
    "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5, "tenfold": 10,
}  # fmt: skip
# Of these "half a" is a number.
HALVES = frozenset(MAGNITUDES) | {"percentage", "dozen"}
HALVED = words("halved halves halving")
# What is larger is no number that anybody means.
LARGEST = 10**18
BOUNDS = {
    "about": "about around roughly approximately circa some nearly_about",
    "almost": "almost nearly close_to just_under just_below just_short_of approaching",
    "just over": "just_over slightly_more_than a_little_over",
    "more than": "more_than over above greater_than in_excess_of exceeding upwards_of",
    "at least": "at_least no_fewer_than no_less_than not_less_than a_minimum_of not_fewer_than",
    "less than": "less_than fewer_than under below lower_than",
    "at most": "at_most no_more_than not_more_than a_maximum_of maximum",
    "up to": "up_to as_many_as as_much_as",
    "exactly": "exactly precisely",
    "only": "only just merely",
}
BOUND_OF = {
    tuple(phrase.split("_")): bound
    for bound, phrases in BOUNDS.items()
    for phrase in phrases.split()
}
BOUND_AFTER = {
    ("or", "more"): "at least", ("or", "fewer"): "at most", ("or", "less"): "at most",
    ("or", "so"): "about", ("plus",): "at least", ("+",): "at least",
}  # fmt: skip
# "One of", "no one": nothing is counted.
NOT_COUNTED_BEFORE = words("no any every each some which this that the another")
NOT_COUNTED_AFTER = words("of another thing who day")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was meant; tokens from `start` to `end` (excluded) say it.

    `kind` is count, percent, points, money, share (of one), multiple, ordinal, measure, time or
    vague ("thousands"); `unit` a currency, "%", a measure, or the noun that is counted; `high` the
    end of a range, or of how many it is a share.
    """

    value: Decimal
    kind: str
    unit: str = ""
    high: Decimal | None = None
    bound: str = ""
    start: int = 0
    end: int = 0


def tokens_of(key: str) -> list[str]:
    """Words, figures and marks of a text in its normal form (`same.key`)."""
    return TOKEN.findall(key)


def quantities(tokens: list[str], dated: Collection[int] = ()) -> Iterator[Quantity]:
    """The numbers in a sentence, in its order; `dated` are the tokens that belong to dates."""
    at = 0
    while at < len(tokens):
        found = None if at in dated else _quantity(tokens, at)
        if found:
            yield found
        at = found.end if found else at + 1


def _quantity(tokens: list[str], at: int) -> Quantity | None:
    word = tokens[at]
    if _in_a_name(tokens, at):
        return None
    if word in MULTIPLES:
        return Quantity(Decimal(MULTIPLES[word]), "multiple", start=at, end=at + 1)
    if word in HALVED:
        return Quantity(Decimal("0.5"), "multiple", start=at, end=at + 1)
    if word in VAGUE and (word != "dozen" or at == 0):
        return _vague(tokens, at)
    if ":" in word and len(word) > 1:
        return Quantity(Decimal(word.replace(":", ".")), "time", start=at, end=at + 1)
    return _share(tokens, at) or _ordinal(tokens, at) or _measured(tokens, at)


def _in_a_name(tokens: list[str], at: int) -> bool:
    """Whether a figure is part of a name: "Covid-19", "F-35"."""
    if at < 2 or tokens[at - 1] != "-":
        return False
    before = tokens[at - 2]
    return before[0].isalpha() and before not in SMALL and before not in TENS


def _vague(tokens: list[str], at: int) -> Quantity:
    """ "Thousands", "tens of thousands", "hundreds of millions"."""
    value, end = Decimal(VAGUE[tokens[at]]), at + 1
    if tokens[end : end + 1] == ["of"] and tokens[end + 1 : end + 2] != []:
        larger = VAGUE.get(tokens[end + 1])
        if larger:
            value, end = value * larger, end + 2
    return Quantity(value, "vague", start=at, end=end)


def _share(tokens: list[str], at: int) -> Quantity | None:
    """ "A third of", "two thirds", "3/4", "one in ten", "nine out of ten"."""
    first = _number(tokens, at)
    top, end = first or (Decimal(1), at)
    if first is None and tokens[at] in ("a", "an"):
        end = at + 1
    elif first is None and tokens[at] != "half":
        return None
    if tokens[end : end + 1] == ["/"]:
        return _slashed(tokens, at, top, end + 1)
    if tokens[end : end + 1] == ["-"]:
        end += 1
    part = tokens[end] if end < len(tokens) else ""
    if part in PARTS and _is_part(tokens, at, end, top):
        return Quantity(top / PARTS[part], "share", start=at, end=end + 1)
    return _one_in_ten(tokens, at, first)


def _slashed(tokens: list[str], at: int, top: Decimal, end: int) -> Quantity | None:
    """ "3/4 of", where another "3/4" may be a day."""
    whole = value_of(tokens[end]) if end < len(tokens) else None
    if not whole or tokens[end + 1 : end + 2] != ["of"] or not top < whole < 100:
        return None
    return Quantity(top / whole, "share", start=at, end=end + 1)


def _is_part(tokens: list[str], at: int, end: int, top: Decimal) -> bool:
    """Whether "third" divides; "a third man" and "the second half" do not."""
    part, after = tokens[end], tokens[end + 1 : end + 2]
    before = tokens[at - 1] if at else ""
    if part == "half":
        return before not in ORDINALS and before not in ("other", "better") and after != ["-"]
    if part.endswith("s"):
        return 1 < top < 100
    return after in ([], ["of"], [","], ["."], ["more"], ["less"], ["fewer"], ["in"]) or (
        before in ("by", "than", "to", "about", "nearly", "almost")
    )


def _one_in_ten(tokens: list[str], at: int, first: tuple[Decimal, int] | None) -> Quantity | None:
    if first is None:
        return None
    top, end = first
    if tokens[end : end + 1] == ["in"]:
        end += 1
    elif tokens[end : end + 2] == ["out", "of"]:
        end += 2
    else:
        return None
    whole = _number(tokens, end)
    if whole is None or not top < whole[0] < 1500:
        return None
    return Quantity(top / whole[0], "share", high=whole[0], start=at, end=whole[1])


def _ordinal(tokens: list[str], at: int) -> Quantity | None:
    """ "3rd", "third", "twenty-first"."""
    word = tokens[at]
    if word in TENS and tokens[at + 1 : at + 2] == ["-"] and at + 2 < len(tokens):
        unit = ORDINALS.get(tokens[at + 2], 0)
        if 0 < unit < 10:
            return Quantity(Decimal(TENS[word] + unit), "ordinal", start=at, end=at + 3)
    if word in ORDINALS:
        return Quantity(Decimal(ORDINALS[word]), "ordinal", start=at, end=at + 1)
    if word[0].isdecimal() and word[-2:] in ("st", "nd", "rd", "th"):
        return Quantity(Decimal(word[:-2][:15]), "ordinal", start=at, end=at + 1)
    return None


def _measured(tokens: list[str], at: int) -> Quantity | None:
    """A number with its currency or its unit, as a range where it is one."""
    currency = MONEY.get(tokens[at].lower(), "")
    start = at
    if currency:
        at += 1
    found = _number(tokens, at) if at < len(tokens) else None
    if found is None or not (currency or _counts(tokens, at, found[1])):
        return None
    value, end = found
    if currency and tokens[end : end + 1] == ["m"]:
        value, end = value * 10**6, end + 1
    high, end = (None, end) if tokens[start - 1 : start] == ["from"] else _range(tokens, end)
    if start and tokens[start - 1] == "minus":
        value, start = -value, start - 1
    if currency:
        return Quantity(value, "money", currency, high, *_bound(tokens, start, end))
    return _with_unit(tokens, start, value, high, end)


def _counts(tokens: list[str], at: int, end: int) -> bool:
    if tokens[at] != "one" or end > at + 1:
        return True
    before, after = tokens[at - 1] if at else "", tokens[end] if end < len(tokens) else ""
    return before not in NOT_COUNTED_BEFORE and after not in NOT_COUNTED_AFTER


def _range(tokens: list[str], end: int) -> tuple[Decimal | None, int]:
    """The other end of "40-50" or "40 to 50", and where it ends."""
    if end + 1 < len(tokens) and tokens[end] in ("-", "to"):
        other = _number(tokens, end + 1)
        if other:
            return other
    return None, end


def _with_unit(
    tokens: list[str], start: int, value: Decimal, high: Decimal | None, end: int
) -> Quantity:
    unit_at = end + 1 if tokens[end : end + 1] == ["-"] else end
    if tokens[unit_at : unit_at + 1] == ["m"] and MAGNITUDE_NOUNS & {*tokens[unit_at + 1 :][:1]}:
        value, end = value * 10**6, unit_at + 1
        unit_at = end
    for length in (3, 2, 1):
        unit = UNITS.get(tuple(tokens[unit_at : unit_at + length]))
        if unit_at == end and tokens[end + length : end + length + 1] == ["-"]:
            continue  # Two year-old boys are not boys of two years.
        if unit and (unit[1] not in CURRENCY_WORDS or value >= CURRENCY_WORDS[unit[1]]):
            bounded = _bound(tokens, start, unit_at + length)
            return Quantity(value, unit[0], unit[1], high, *bounded)
    noun = tokens[end] if end < len(tokens) and len(tokens[end]) > 3 else ""
    return Quantity(value, "count", noun, high, *_bound(tokens, start, end))


def _bound(tokens: list[str], start: int, end: int) -> tuple[str, int, int]:
    """What bounds a number, and the tokens from where to where with it."""
    for length in (4, 3, 2, 1):
        if start >= length:
            bound = BOUND_OF.get(tuple(tokens[start - length : start]))
            if bound:
                return bound, start - length, end
    for length in (2, 1):
        after = BOUND_AFTER.get(tuple(tokens[end : end + length]))
        if after:
            return after, start, end + length
    return "", start, end


def _number(tokens: list[str], at: int) -> tuple[Decimal, int] | None:
    """The value that begins at a token, and where it ends."""
    if at >= len(tokens):
        return None
    word = tokens[at]
    if word[0].isdecimal():
        return _figures(tokens, at)
    if word == "half" and tokens[at + 1 : at + 2] == ["a"] and {*tokens[at + 2 :][:1]} & HALVES:
        return _magnified(tokens, at + 2, Decimal("0.5"))
    if word == "a" and at + 1 < len(tokens):
        if tokens[at + 1] == "dozen":
            return Decimal(12), at + 2
        if len(tokens[at + 1]) > 2 and tokens[at + 1] in MAGNITUDES:
            return _spelled(tokens, at + 1, Decimal(1))
    if word in SMALL or word in TENS:
        return _spelled(tokens, at, Decimal(0))
    return None


def _figures(tokens: list[str], at: int) -> tuple[Decimal, int] | None:
    value = value_of(tokens[at])
    if value is None:
        return None
    end = at + 1
    parts = tokens[end : end + 3]
    if len(parts) == 3 and parts[1] == "/" and parts[0] == "1" and parts[2] in ("2", "4"):
        value, end = value + Decimal(1) / Decimal(parts[2]), end + 3
    elif parts[:1] and len(parts[0]) == 3 and _is_group(tokens, at):
        value, end = value * 1000 + int(parts[0]), end + 1
    return _magnified(tokens, end, value)


def _is_group(tokens: list[str], at: int) -> bool:
    """Whether "200 000" is one number."""
    return tokens[at].isdecimal() and len(tokens[at]) <= 3 and tokens[at + 1].isdecimal()


def value_of(figures: str) -> Decimal | None:
    """The value of "1,234.5", "3,5" or "1.234.567"; None where it is none: 1.2.3, 007."""
    if len(figures) > 15 or not figures[-1].isdecimal() or figures.count(":"):
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", figures):
        return Decimal(figures.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", figures):
        return Decimal(figures.replace(".", "").replace(",", "."))
    if re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+|,\d\d?)?|0,\d+", figures):
        return Decimal(figures.replace(",", "."))
    return None


def _magnified(tokens: list[str], at: int, value: Decimal) -> tuple[Decimal, int]:
    while at < len(tokens) and tokens[at] in MAGNITUDES and value < LARGEST:
        value, at = value.scaleb(MAGNITUDES[tokens[at]]), at + 1
    if tokens[at : at + 1] == ["dozen"]:
        value, at = value * 12, at + 1
    return value, at


def _spelled(tokens: list[str], at: int, below: Decimal) -> tuple[Decimal, int]:
    """ "Twenty-one", "two hundred and six thousand", "two and a half million"."""
    total, limit = Decimal(0), 1000
    while at < len(tokens):
        word = tokens[at]
        joint = int(word == "-" or (word == "and" and limit <= 100))
        word = tokens[at + joint] if at + joint < len(tokens) else ""
        value = SMALL.get(word, TENS.get(word, 0))
        if word in TENS and limit > 99:
            below, limit = below + value, 10
        elif word in SMALL and (limit > 99 or 0 < value < limit):
            below, limit = below + value, 0
        elif word == "hundred" and below and below < 100:
            below, limit = below * 100, 100
        elif not joint and word in MAGNITUDES and len(word) > 2 and (below or total):
            total, below, limit = total + below.scaleb(MAGNITUDES[word]), Decimal(0), 100
        else:
            break
        at += joint + 1
    if tokens[at : at + 3] == ["and", "a", "half"]:
        return _magnified(tokens, at + 3, total + below + Decimal("0.5"))
    return _magnified(tokens, at, total + below)


def rates(tokens: list[str]) -> set[str]:
    """The periods and groups that something is told by: "day" in "300 litres a day"."""
    found = {PERIODS[word] for word in tokens if word in PERIODS}
    for before, word, after in zip(tokens, tokens[1:], [*tokens[2:], ""], strict=False):
        if (word == "per" and after and after != "cent") or (
            word in ("a", "an") and after in TIMES_OF and before not in DURING
        ):
            found.add(after)
    return found


TIMES_OF = words("second minute hour day night week month year")
DURING = words(
    """for within after in over during half of than about almost nearly once only just is was such
    and or to before under within"""
)
