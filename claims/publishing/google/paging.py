"""Answers in segments, one after the other, each with an order of its own that a page goes on in.

Rows are found by what comes after a key and not by their number, so that pages stay right while
verdicts are published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from claims.publishing.google.tokens import Key, Place

USUAL, MOST = 10, 100


@dataclass(frozen=True)
class Hit:
    row: Any
    key: Key


class Segment(Protocol):
    def count(self) -> int: ...

    def rows(self, after: Key | None, skip: int, limit: int) -> list[Hit]: ...


@dataclass(frozen=True)
class Newest:
    """Rows by `order`, from the newest on; those without a date come last.

    `day` is the field with the date, `tie` the one that tells rows of one date apart.
    """

    found: QuerySet[Any]
    day: str
    tie: str
    order: Sequence[Any]

    def count(self) -> int:
        return self.found.count()

    def rows(self, after: Key | None, skip: int, limit: int) -> list[Hit]:
        rows = self.found.filter(self.later(*after)) if after else self.found
        return [Hit(row, self.key(row)) for row in rows.order_by(*self.order)[skip : skip + limit]]

    def later(self, day: str | None, tie: int) -> Q:
        """What comes after a row; `day` in ISO 8601."""
        behind = Q(**{self.day: day, f"{self.tie}__lt": tie})
        if day is None:
            return behind
        return behind | Q(**{f"{self.day}__lt": day}) | Q(**{self.day: None})

    def key(self, row: Model) -> Key:
        day = getattr(row, self.day)
        return (day.isoformat() if day else None, getattr(row, self.tie))


@dataclass(frozen=True)
class Ranked:
    """Rows that are in memory, in the order of their keys."""

    hits: Sequence[Hit]

    def count(self) -> int:
        return len(self.hits)

    def rows(self, after: Key | None, skip: int, limit: int) -> list[Hit]:
        later = (hit for hit in self.hits if after is None or hit.key > after)
        return list(islice(later, skip, skip + limit))


def page(
    segments: Sequence[Segment], start: Place, *, skip: int, limit: int
) -> tuple[list[Any], Place | None]:
    """Up to `limit` rows from `start` on, and the place after the last when there are more."""
    found: list[tuple[int, Hit]] = []
    after = start.after
    for number in range(start.segment, len(segments)):
        segment = segments[number]
        found += [(number, hit) for hit in segment.rows(after, skip, limit + 1 - len(found))]
        if len(found) > limit:
            break
        skip = max(0, skip - segment.count()) if skip and not found else 0
        after = None
    rows = [hit.row for _, hit in found[:limit]]
    if len(found) <= limit:
        return rows, None
    last, hit = found[limit - 1]
    return rows, Place(last, hit.key)


def page_size(given: int) -> int:
    """As with Google, 0 is the usual size, and more than the most is the most."""
    return min(given, MOST) or USUAL
