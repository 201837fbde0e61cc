"""The home page's figures: each a table whose numbers lead to lists, which the page draws."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Min
from django.utils import timezone

from claims.admin.home_links import Counted, address, texts
from claims.models import Appearance, Rating, Verdict

WEEKS = 12
#: Verdicts that the medians and the ratings are made of, the newest, so that time is bounded.
MOST_VERDICTS = 1_000
#: Claimants and outlets named, those with most verdicts.
MOST_NAMES = 8
UNITS = (("days", 24 * 60), ("hours", 60), ("minutes", 1))


@dataclass(frozen=True)
class Column:
    name: str
    #: One of the ratings' colours.
    colour: str


@dataclass(frozen=True)
class Cell:
    """A number to draw, None for none; as it is written; and the list behind it."""

    value: float | None
    text: str
    url: str


@dataclass(frozen=True)
class Row:
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Figure:
    """`kind`: "bars" beside each other, upright, or "stacks", lying."""

    name: str
    about: str
    first: str
    columns: list[Column]
    rows: list[Row]
    kind: str = "bars"
    #: Whether each number is that of the rows in its list.
    counts: bool = True


def week_starts() -> list[datetime]:
    """Monday, 0:00 in the desk's zone, of the last weeks; this one is the last."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today.date() - timedelta(days=today.weekday())
    midnight = datetime.min.time()
    days = [monday - timedelta(weeks=weeks) for weeks in reversed(range(WEEKS))]
    return [timezone.make_aware(datetime.combine(day, midnight)) for day in days]


def week_name(start: datetime) -> str:
    return f"{start.day} {start:%b}"


def in_and_out(starts: Sequence[datetime], lists: dict[str, Counted]) -> Figure:
    """From the counted `week_lists`."""
    rows = []
    for number, start in enumerate(starts):
        both = [lists[f"{way}_{number}"] for way in ("in", "out")]
        cells = [Cell(one.size.number, str(one.size), one.url) for one in both]
        rows.append(Row(week_name(start), cells))
    return Figure(
        "Claims in, verdicts out",
        "Per week, from its Monday on. A verdict counts where it was first published.",
        "Week of",
        [Column("Claims in", "blue"), Column("Verdicts out", "green")],
        rows,
    )


@dataclass(frozen=True)
class Answer:
    """A published verdict: when it first was, its rating, whose claim it is, who printed it."""

    published: datetime
    rating: Rating
    claimant: tuple[int, str] | None
    #: By (id, name): when the outlet's first article with the claim came in.
    outlets: dict[tuple[int, str], datetime]


def newest_answers() -> list[Answer]:
    """The newest `MOST_VERDICTS`, in three queries."""
    published = Verdict.objects.filter(state=Verdict.State.PUBLISHED)
    verdicts: list[Any] = list(
        published.order_by("-published_at", "-id").values_list(
            "published_at", "rating", "claim", "claim__claimant", "claim__claimant__name"
        )[:MOST_VERDICTS]
    )
    ratings = Rating.objects.in_bulk({rating for _, rating, *_ in verdicts})
    printed: dict[int, dict[tuple[int, str], datetime]] = defaultdict(dict)
    for claim, pk, name, arrived in (
        Appearance.objects.filter(claim__in=[claim for _, _, claim, *_ in verdicts])
        .order_by()
        .values_list("claim", "article__outlet", "article__outlet__name")
        .annotate(arrived=Min("article__received_at"))
    ):
        printed[claim][pk, name] = arrived
    return [
        Answer(at, ratings[rating], (pk, name) if pk else None, printed[claim])
        for at, rating, claim, pk, name in verdicts
    ]


# --- Time -------------------------------------------------------------------------------------


def time_to_verdict(starts: Sequence[datetime], answers: Iterable[Answer]) -> Figure:
    """The median time from a claim's first article to its verdict, by week."""
    taken: dict[int, list[float]] = defaultdict(list)
    for one in answers:
        arrived = min(one.outlets.values(), default=None)
        if arrived and arrived <= one.published:
            week = bisect(starts, one.published) - 1
            taken[week].append((one.published - arrived) / timedelta(minutes=1))
    medians = [median(taken[week]) if taken[week] else None for week in range(len(starts))]
    unit, minutes = unit_for(max((m for m in medians if m is not None), default=0))
    rows = [
        Row(week_name(start), [cell(found, unit, minutes, start)])
        for start, found in zip(starts, medians, strict=True)
    ]
    return Figure(
        "From article to verdict",
        "Median per week, from the arrival of the first article with the claim to its verdict.",
        "Week of",
        [Column(unit.capitalize(), "orange")],
        rows,
        counts=False,
    )


def unit_for(most: float) -> tuple[str, int]:
    """The unit in which `most` minutes are a number to read, and its minutes."""
    return next((u for u in UNITS if most >= 2 * u[1]), UNITS[-1])


def cell(found: float | None, unit: str, minutes: int, week: datetime) -> Cell:
    went = {"published_at__gte": week, "published_at__lt": week + timedelta(days=7)}
    url = address("claims_verdict", state__exact="published", **texts(went))
    if found is None:
        return Cell(None, "—", url)
    return Cell(found / minutes, f"{found / minutes:.1f} {unit}", url)


# --- Ratings ----------------------------------------------------------------------------------


def by_claimant(answers: Sequence[Answer]) -> Figure:
    """Of claimants; what an outlet says itself is left out."""
    pairs = [(one.claimant, one.rating) for one in answers if one.claimant]
    return rated("Ratings by claimant", "Claimant", "claimant__id__exact", pairs, answers)


def by_outlet(answers: Sequence[Answer]) -> Figure:
    """A claim that two outlets printed counts for both."""
    pairs = [(outlet, one.rating) for one in answers for outlet in one.outlets]
    return rated("Ratings by outlet", "Outlet", "outlet", pairs, answers)


def rated(
    name: str,
    first: str,
    parameter: str,
    pairs: Iterable[tuple[tuple[int, str], Rating]],
    answers: Sequence[Answer],
) -> Figure:
    """Of (id, name) and rating, how often they go together, of those with most."""
    numbers: dict[tuple[int, str], Counter[Rating]] = defaultdict(Counter)
    for who, rating in pairs:
        numbers[who][rating] += 1
    most = sorted(numbers.items(), key=lambda one: (-one[1].total(), one[0][1]))[:MOST_NAMES]
    used = sorted({rating for _, its in most for rating in its}, key=place)
    rows = []
    for (pk, called), its in most:
        urls = [address("claims_claim", rating=r.pk, **{parameter: pk}) for r in used]
        cells = [Cell(its[r], str(its[r]), url) for r, url in zip(used, urls, strict=True)]
        rows.append(Row(called, cells))
    whole = len(answers) < MOST_VERDICTS
    of = "all" if whole else f"the newest {MOST_VERDICTS:,}"
    return Figure(
        name,
        f"Of {of} published verdicts; the {MOST_NAMES} with most.",
        first,
        [Column(r.name, r.colour) for r in used],
        rows,
        kind="stacks",
        counts=whole,
    )


def place(rating: Rating) -> tuple[int, int, int]:
    """By scale, from the falsest to the truest; what has no place comes last."""
    return rating.scale_id, rating.value or 2**15, rating.pk
