"""The home page's figures: each a table whose numbers lead to lists, which the page draws."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from claims.admin.home_links import OUT, Counted, address, week_lists
from claims.models import Appearance, Rating, Verdict

WEEKS = 12
#: Verdicts that the medians and the ratings are made of, the newest, so that time is bounded.
MOST_VERDICTS = 5_000
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


def time_to_verdict(starts: Sequence[datetime]) -> Figure:
    """The median time from a claim's first article to its verdict, by week."""
    taken: dict[int, list[float]] = defaultdict(list)
    for published, arrived in published_and_arrived(starts[0]):
        week = sum(start <= published for start in starts) - 1
        taken[week].append((published - arrived) / timedelta(minutes=1))
    urls = [one.url for name, one in week_lists(starts).items() if name.startswith("out_")]
    medians = [median(taken[week]) if taken[week] else None for week in range(len(starts))]
    unit, minutes = unit_for(max((m for m in medians if m is not None), default=0))
    cells = [cell(found, unit, minutes, url) for found, url in zip(medians, urls, strict=True)]
    rows = [Row(week_name(start), [one]) for start, one in zip(starts, cells, strict=True)]
    return Figure(
        "From article to verdict",
        "Median per week, from the arrival of the first article with the claim to its verdict.",
        "Week of",
        [Column(unit.capitalize(), "orange")],
        rows,
        counts=False,
    )


def published_and_arrived(since: datetime) -> list[tuple[Any, Any]]:
    """Of the newest verdicts: when first published, and when the claim's first article came."""
    places = Appearance.objects.filter(claim=OuterRef("claim")).order_by().values("claim")
    first = places.annotate(first=Min("article__received_at")).values("first")
    found = (
        Verdict.objects.filter(state__in=OUT, published_at__gte=since)
        .order_by("-published_at")
        .annotate(arrived=Subquery(first))
        .values_list("published_at", "arrived")[:MOST_VERDICTS]
    )
    return [(out, arrived) for out, arrived in found if arrived and arrived <= out]


def unit_for(most: float) -> tuple[str, int]:
    """The unit in which `most` minutes are a number to read, and its minutes."""
    return next((u for u in UNITS if most >= 2 * u[1]), UNITS[-1])


def cell(found: float | None, unit: str, minutes: int, url: str) -> Cell:
    if found is None:
        return Cell(None, "—", url)
    return Cell(found / minutes, f"{found / minutes:.1f} {unit}", url)


# --- Ratings ----------------------------------------------------------------------------------


def by_claimant(ratings: Sequence[Rating]) -> Figure:
    found = (
        Verdict.objects.filter(pk__in=newest())
        .order_by()
        .values_list("claim__claimant", "claim__claimant__name", "rating")
        .annotate(number=Count("pk"))
    )
    return rated("Ratings by claimant", "Claimant", "claimant__id__exact", found, ratings)


def by_outlet(ratings: Sequence[Rating]) -> Figure:
    """A claim that two outlets printed counts for both."""
    found = (
        Appearance.objects.filter(claim__verdicts__in=newest())
        .order_by()
        .values_list("article__outlet", "article__outlet__name", "claim__verdicts__rating")
        .annotate(number=Count("claim", distinct=True))
    )
    return rated("Ratings by outlet", "Outlet", "outlet", found, ratings)


def newest() -> QuerySet[Any]:
    published = Verdict.objects.filter(state=Verdict.State.PUBLISHED)
    return published.order_by("-published_at", "-id").values("pk")[:MOST_VERDICTS]


def rated(
    name: str,
    first: str,
    parameter: str,
    found: Iterable[tuple[int | None, str | None, int, int]],
    ratings: Sequence[Rating],
) -> Figure:
    """From (id, name, rating, number) of claimants or outlets; those without one are left out."""
    numbers: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for pk, called, rating, number in found:
        if pk is not None and called:
            numbers[pk, called][rating] = number
    most = sorted(numbers.items(), key=lambda one: (-sum(one[1].values()), one[0][1]))[:MOST_NAMES]
    used = [r for r in ratings if any(r.pk in its for _, its in most)]
    rows = []
    for (pk, called), its in most:
        urls = [address("claims_claim", rating=r.pk, **{parameter: pk}) for r in used]
        pairs = zip(used, urls, strict=True)
        rows.append(
            Row(called, [Cell(its.get(r.pk, 0), str(its.get(r.pk, 0)), u) for r, u in pairs])
        )
    return Figure(
        name,
        f"Of the newest {MOST_VERDICTS:,} published verdicts; the {MOST_NAMES} with most.",
        first,
        [Column(r.name, r.colour) for r in used],
        rows,
        kind="stacks",
    )


def all_ratings() -> list[Rating]:
    return list(Rating.objects.order_by("scale", "value", "id"))
