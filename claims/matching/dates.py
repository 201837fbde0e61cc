"""The dates of a sentence: years, months, days, decades and weekdays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .tables import listed, words

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari",
            "february feb februar février febrero febbraio fevereiro februari",
            "march mar märz mars marzo março maart March",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei May",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug août agosto augustus August",
            "september sept sep septembre septiembre settembre setembro",
            "october oct oktober octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember décembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
# These are months where nothing but the word says so.
ALONE = words(
    """january february april june july august september october november december
    March May August"""
)
WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
NAMES = listed(
    """January February March April May June July August September October November
            December"""
)
OF = frozenset(("of", "de", "del", "di", ".", ","))
RELATIONS = {
    "since": "since", "until": "until", "till": "until", "before": "before", "after": "after",
    "by": "by", "from": "since",
}  # fmt: skip
# A figure like a year is a number before these, and after a mark of money.
COUNTED = words("% percent people dollars euros pounds tonnes tons km miles deaths")


@dataclass(frozen=True, slots=True)
class Date:
    """As much of a date as was said; tokens from `start` to `end` (excluded) say it."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: int | None = None
    weekday: str = ""
    relation: str = ""
    start: int = 0
    end: int = 0

    @property
    def parts(self) -> dict[str, int | str]:
        """What is said of it: year, month, day, decade, weekday."""
        named = ("year", "month", "day", "decade", "weekday")
        return {name: getattr(self, name) for name in named if getattr(self, name)}

    def __str__(self) -> str:
        words = (
            self.weekday,
            str(self.day or ""),
            NAMES[self.month - 1] if self.month else "",
            str(self.year or ""),
            f"the {self.decade}s" if self.decade else "",
        )
        return " ".join(word for word in words if word)


def dates(tokens: Sequence[str]) -> Iterator[Date]:
    """The dates among the tokens of a sentence, in its order."""
    at = 0
    while at < len(tokens):
        found = _iso(tokens, at) or _day_first(tokens, at) or _month_first(tokens, at)
        found = found or _single(tokens, at)
        if found:
            yield found
        at = found.end if found else at + 1


def _iso(tokens: Sequence[str], at: int) -> Date | None:
    """ "2022-08-09"."""
    parts = tokens[at : at + 5]
    if len(parts) < 5 or parts[1] != "-" or parts[3] != "-":
        return None
    year, month, day = _year(parts[0]), parts[2], _day(parts[4])
    if not (year and day and month.isdecimal() and 1 <= int(month[:3]) <= 12):
        return None
    return _related(tokens, at, at + 5, year, int(month), day)


def _day_first(tokens: Sequence[str], at: int) -> Date | None:
    """ "9 August 2022", "9th of August"."""
    day = _day(tokens[at])
    if not day:
        return None
    month_at = at + 1 + (tokens[at + 1 : at + 2] != [] and tokens[at + 1] in OF)
    if month_at >= len(tokens) or tokens[month_at] not in MONTHS:
        return None
    year, end = _year_after(tokens, month_at + 1)
    return _related(tokens, at, end, year, MONTHS[tokens[month_at]], day)


def _month_first(tokens: Sequence[str], at: int) -> Date | None:
    """ "August 9, 2022", "August 2022", "August"."""
    word = tokens[at]
    if word not in MONTHS:
        return None
    day = _day(tokens[at + 1]) if at + 1 < len(tokens) else None
    year, end = _year_after(tokens, at + 1 + bool(day))
    if not (day or year or word in ALONE):
        return None
    return _related(tokens, at, end, year, MONTHS[word], day)


def _single(tokens: Sequence[str], at: int) -> Date | None:
    """A year, a decade or a weekday."""
    word = tokens[at]
    if word in WEEKDAYS or word.removesuffix("s") in WEEKDAYS:
        weekday = word.capitalize()  # On Mondays is every Monday.
        return Date(weekday=weekday, relation=_relation(tokens, at), start=at, end=at + 1)
    if word[:-1].isdecimal() and word[-1] == "s" and word[-2] == "0" and len(word) in (3, 5):
        decade = int(word[:-1])  # Of "the 90s" only the reader knows the century.
        return Date(decade=decade, relation=_relation(tokens, at), start=at, end=at + 1)
    year = _year(word)
    if not year or (at and not tokens[at - 1][-1].isalnum() and tokens[at - 1] not in "(,.-;:"):
        return None
    if at + 1 < len(tokens) and tokens[at + 1] in COUNTED:
        return None
    return _related(tokens, at, at + 1, year, None, None)


def _related(
    tokens: Sequence[str],
    start: int,
    end: int,
    year: int | None,
    month: int | None,
    day: int | None,
) -> Date:
    return Date(year, month, day, relation=_relation(tokens, start), start=start, end=end)


def _relation(tokens: Sequence[str], start: int) -> str:
    before = [token for token in tokens[max(0, start - 2) : start] if token not in ("the", "of")]
    return RELATIONS.get(before[-1], "") if before else ""


def _year(word: str) -> int | None:
    return int(word) if len(word) == 4 and word.isdecimal() and "1500" <= word < "2100" else None


def _year_after(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    """The year at a place, be it after a comma, and where it ends; else the place."""
    skipped = at + 1 if at < len(tokens) and tokens[at] in OF else at
    year = _year(tokens[skipped]) if skipped < len(tokens) else None
    return (year, skipped + 1) if year else (None, at)


def _day(word: str) -> int | None:
    figures = word[:-2] if word[-2:] in ("st", "nd", "rd", "th") else word
    return (
        int(figures)
        if len(figures) < 3 and figures.isdecimal() and 1 <= int(figures) <= 31
        else None
    )
