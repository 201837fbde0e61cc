"""One wording for what is written in several ways: figures, dates, spelling, hyphens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .dates import Date, dates
from .numbers import BOUND_AFTER, BOUND_OF, Quantity, quantities, tokens_of
from .tables import listed, words
from .units import TIME_UNITS

ARTICLES = {"a": "a", "an": "a", "the": "the"}
SPELLING_RULES = (
    (re.compile(r"(?<=\w{3})iz(?=ations?$|ational$|es?$|ed$|ing$|ers?$)"), "is"),
    (re.compile(r"yz(?=es?$|ed$|ing$)"), "ys"),
    (re.compile(r"^(travel|cancel|channel|counsel|dial|fuel|grovel|label|level|marshal|marvel|model"
                r"|panel|quarrel|refuel|rival|shovel|signal|total|tunnel|unravel)l"
                r"(?=(?:ed|ing|ers?|ors?)$)"), r"\1"),
    (re.compile(r"^(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|od|rig|rum|sav|savi"
                r"|tum|vap|vig|demean|glam|parl|splend)our"), r"\1or"),
    (re.compile(r"^(cent|theat|met|lit|fib|calib|lust|spect|kilomet|centimet|millimet|manoeuv)re"
                r"(?=s?$)"), r"\1er"),
)  # fmt: skip
SPELLINGS = dict(
    pair.split("/")
    for pair in listed(
            """defence/defense offence/offense licence/license licences/licenses pretence/pretense
            practise/practice practised/practiced programme/program programmes/programs
            grey/gray jewellery/jewelry aluminium/aluminum plough/plow
            sceptic/skeptic sceptics/skeptics sceptical/skeptical enrol/enroll fulfil/fulfill
            skilful/skillful instalment/installment paediatric/pediatric foetus/fetus
            leukaemia/leukemia anaemia/anemia diarrhoea/diarrhea oestrogen/estrogen
            haemorrhage/hemorrhage anaesthetic/anesthetic catalogue/catalog dialogue/dialog
            judgement/judgment ageing/aging towards/toward amongst/among whilst/while
            learnt/learned burnt/burned mum/mom pyjamas/pajamas moustache/mustache
            speciality/specialty acknowledgement/acknowledgment adviser/advisor
            advisers/advisors okay/ok versus/vs sen/senator prof/professor"""
        )
)  # fmt: skip
SPELLINGS["&"] = "and"
PHRASES = {
    ("united", "states", "of", "america"): "US",
    ("united", "states"): "US",
    ("united", "States"): "US",
    ("usa",): "US",
    ("united", "kingdom"): "uk",
    ("european", "union"): "eu",
    ("european", "Union"): "eu",
    ("united", "nations"): "un",
    ("world", "health", "organization"): "WHO",
    ("world", "health", "organisation"): "WHO",
    ("covid", "-", "19"): "covid",
}
# Left out at the beginning; the second kind only before a comma: "however many", "yet more".
CONNECTIVES = words("but and")
PARENTHETIC = words("however meanwhile moreover furthermore nevertheless yet")
# What is taken over is not more than so much.
PHRASAL = words(
    """bring brings brought carry carried come comes came get gets got give gives gave given go goes
    went hand handed hands knock knocked move moved pass passed pull pulled roll rolled run runs
    ran sign signed signs take takes taken taking taking took turn turned turning win wins won"""
)
# After these "that" only opens what is said.
SAYING = words(
    """say says said claim claims claimed show shows showed shown find finds found believe believes
    believed insist insists insisted warn warns warned argue argues argued report reports
    reported announce announced confirm confirms confirmed think thinks thought know knows knew
    declared estimate estimates estimated suggest suggests suggested"""
)
PREFIXES = words("anti co counter inter multi non post pre semi sub super trans ultra")
# "More-qualified candidates" are not more candidates.
DEGREES = words(
    """more most less least fewer better best worse worst much many all no well little few half
    longer larger smaller higher lower late last first extra re un ex"""
)
INTRODUCING = words("in on at by since during until from before after")
# "Nothing but rice", "all but two".
ALL_BUT = words(
    "all any anybody anyone anything every everybody everyone everything no nobody none nothing one"
)
# A date as `_figured` writes it.
DATE = re.compile(r"[A-Z]\w+day|(?:\d{1,2} )?[A-Z]\w+ \d{4}|\d{1,2} [A-Z]\w+|\d{4}|the \d{4}s")
SYNONYMOUS_BOUNDS = {
    ("over",): "more than", ("more", "than"): "more than", ("about",): "about",
    ("around",): "about", ("approximately",): "about", ("roughly",): "about",
    ("less", "than"): "less than", ("fewer", "than"): "less than",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence in its one wording; `articles` holds what stood before each of the words."""

    words: tuple[str, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence in its normal form, as tokens, with the dates and numbers that they say."""

    tokens: list[str]
    dates: tuple[Date, ...]
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=4096)
def reading(key: str) -> Reading:
    """The tokens of a text in its normal form (`same.key`), its dates and its numbers."""
    tokens = tokens_of(key)
    dated = tuple(dates(tokens))
    taken = {at for date in dated for at in range(date.start, date.end)}
    return Reading(tokens, dated, tuple(quantities(tokens, taken)))


@lru_cache(maxsize=4096)
def wording(key: str) -> Wording:
    """The one wording of a text in its normal form."""
    words, articles, article = [], [], ""
    for word in _punctuated(_joined(list(_spelled(_figured(reading(key)))))):
        if word in ARTICLES:
            article = ARTICLES[word]
        else:
            words.append(word)
            articles.append(article)
            article = ""
    return Wording(tuple(words), tuple(articles))


def _figured(read: Reading) -> list[str]:
    """The tokens with numbers and dates in one form each."""
    found: dict[int, Date | Quantity] = {part.start: part for part in read.quantities}
    found |= {part.start: part for part in read.dates}
    tokens: list[str] = []
    at = 0
    while at < len(read.tokens):
        part = found.get(at)
        if part is None:
            tokens.append(read.tokens[at])
            at += 1
            continue
        said = read.tokens[part.start : part.end]
        if isinstance(part, Date):
            if (part.day or part.weekday) and tokens[-1:] == ["on"]:
                tokens.pop()
            tokens.append(str(part))
        else:
            tokens += _number_words(part, said, phrasal=tokens[-1:] != [] and tokens[-1] in PHRASAL)
        at = part.end
    return tokens


def _number_words(quantity: Quantity, said: Sequence[str], *, phrasal: bool) -> Sequence[str]:
    """A number in one form; words that are more than a number ("doubled") stay as they are."""
    as_said = quantity.kind == "multiple" and not quantity.unit
    if as_said or quantity.kind in ("vague", "time") or "dozen" in said:
        return said
    if quantity.kind == "ordinal":
        return [f"#{_figures(quantity.value)}"]
    if quantity.kind == "share":
        whole = quantity.high or Decimal(1)
        return [f"{_figures(round(quantity.value * whole, 6))} of {_figures(whole)}"]
    # What measures nothing may be a section: 1.10 is not 1.1.
    figures = f"{quantity.value:f}" if quantity.kind == "count" else _figures(quantity.value)
    if quantity.high is not None:
        figures += f"..{_figures(quantity.high)}"
    unit = [quantity.unit] if quantity.unit and quantity.kind != "count" else []
    before, after = _bounds_said(said, synonyms=not phrasal and quantity.unit not in TIME_UNITS)
    return [*before, figures, *unit, *after]


def _bounds_said(said: Sequence[str], *, synonyms: bool) -> tuple[Sequence[str], Sequence[str]]:
    """What bounds a number, before and after it.

    "Over" and "more than" are the same, but not of a time: "over five years" may be in their
    course.
    """
    for length in (4, 3, 2, 1):
        before = tuple(said[:length])
        if length < len(said) and before in BOUND_OF:
            return (
                (SYNONYMOUS_BOUNDS.get(before, "") if synonyms else "") or " ".join(before),
            ), ()
    return (), next((after for after in BOUND_AFTER if tuple(said[-len(after) :]) == after), ())


def _figures(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _spelled(tokens: Sequence[str]) -> Iterator[str]:
    """The tokens in one spelling, with one word for what has a short name too."""
    at = 0
    while at < len(tokens):
        for length in (4, 3, 2, 1):
            phrase = PHRASES.get(tuple(tokens[at : at + length]))
            if phrase:
                yield phrase
                at += length
                break
        else:
            if not (tokens[at] == "that" and at and tokens[at - 1] in SAYING):
                yield spelled(tokens[at])
            at += 1


def spelled(word: str) -> str:
    """`word` in American spelling, its "s" in -ise."""
    word = SPELLINGS.get(word, word)
    if word.islower() and len(word) > 4:
        for pattern, put in SPELLING_RULES:
            word = pattern.sub(put, word)
    return word


def _joined(tokens: list[str]) -> Iterator[str]:
    """The tokens without the hyphens that say nothing; "anti-war" is one word."""
    at = 0
    while at < len(tokens):
        word, after = tokens[at], tokens[at + 1 : at + 3]
        if len(after) == 2 and after[0] == "-" and _is_prefix(word, after[1]):
            yield word + after[1]
            at += 3
            continue
        if word != "-" or not at or _hyphen_matters(tokens[at - 1], after[0] if after else ""):
            yield word
        at += 1


def _is_prefix(word: str, after: str) -> bool:
    """Whether two parts are one word with or without a hyphen; "re-sign" is not "resign"."""
    return (word in PREFIXES and after != "op") or (word == "re" and after.startswith("e"))


def _hyphen_matters(before: str, after: str) -> bool:
    if not after or not before[0].isalpha() or not after[0].isalpha():
        return True
    return before in DEGREES or after.endswith("ing")


def _punctuated(tokens: Iterator[str]) -> Iterator[str]:
    """The tokens without the connective they begin with and the commas that may be left out."""
    words = list(tokens)
    if len(words) > 3 and words[0] in CONNECTIVES | PARENTHETIC and words[1] == ",":
        words = words[2:]
    elif len(words) > 3 and words[0] in CONNECTIVES and words[1] != "for":
        words = words[1:]
    for at, word in enumerate(words):
        if word != "," or not _may_be_left_out(words, at):
            yield "." if word == "!" else word


def _may_be_left_out(words: Sequence[str], at: int) -> bool:
    """Whether a comma only parts a list or a clause, or follows a date that opens."""
    after = words[at + 1] if at + 1 < len(words) else ""
    if after == "but" and words[at - 1] not in ALL_BUT:
        return True
    if after in ("and", "or") and "," in words[:at]:
        return True
    opens = at == 1 or (at == 2 and words[0] in INTRODUCING)
    return opens and bool(DATE.fullmatch(words[at - 1]))
