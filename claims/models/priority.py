"""The order of the queue: one number per claim, a sum that PostgreSQL keeps from four columns.

Check-worthiness counts by its log-odds, places by the logarithm of their number, a flag by a
constant, and the day by which the claim was last made by its weeks since 1970. As everything ages
alike, the difference of two claims is the same on every day, and no row is written because time
has passed; what is shown counts the weeks from now, and falls below 0 with most claims in time.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, FloatField, Func, Q, Value, When
from django.db.models.functions import Greatest, Least, Ln

#: What a check-worthiness is at least and at most here: log-odds have no end.
LEAST, MOST = 0.02, 0.98
#: More than any two check-worthinesses of the same week usually differ.
FLAG = 5.0
#: Places beyond these add nothing, so that a priority tells within what time a claim was made.
MOST_PLACES = 1_000
#: Of age costs 1: as much as being made in 2.7 times fewer places.
WEEK = timedelta(weeks=1)

FORMULA = "log-odds of check-worthiness + ln(places) + 5 if flagged − weeks since it was last made"


def priority_kept() -> Any:
    """The sum as the database keeps it; the larger, the earlier in the queue."""
    worth = Greatest(Least(F("check_worthiness"), Value(MOST)), Value(LEAST))
    flag = Case(When(flagged=True, then=Value(FLAG)), default=Value(0.0), output_field=FloatField())
    weeks = Func(
        F("last_made_at"),
        template="EXTRACT(EPOCH FROM %(expressions)s AT TIME ZONE 'UTC')::float8 / 604800",
        output_field=FloatField(),
    )
    places = Least(Greatest(F("place_count"), Value(1)), Value(MOST_PLACES))
    return Ln(worth / (Value(1.0) - worth)) + Ln(places) + flag + weeks


@dataclass(frozen=True)
class Priority:
    """A claim's own numbers."""

    worth: float
    places: float
    flag: float
    age: float

    @property
    def total(self) -> float:
        return self.worth + self.places + self.flag - self.age

    def rounded(self, digits: int) -> "Priority":
        """With terms that still add up: age, which nobody knows to the hour, takes the rest."""
        worth, places = round(self.worth, digits), round(self.places, digits)
        rest = worth + places + self.flag - round(self.total, digits)
        return Priority(worth, places, self.flag, round(rest, digits))


def priority_of(claim: Any, now: datetime) -> Priority:
    """The sum that the database keeps of `claim`, term by term, less the weeks until `now`."""
    worth = min(max(claim.check_worthiness, LEAST), MOST)
    return Priority(
        worth=math.log(worth / (1 - worth)),
        places=math.log(min(max(claim.place_count, 1), MOST_PLACES)),
        flag=FLAG if claim.flagged else 0.0,
        age=(now - claim.last_made_at) / WEEK,
    )


def made_since(at: datetime) -> Q:
    """Claims last made then or later. The bound on their priority lets its index start there."""
    return Q(last_made_at__gte=at, priority__gte=weeks(at) + math.log(LEAST / (1 - LEAST)) - 1e-3)


def made_before(at: datetime) -> Q:
    most = math.log(MOST / (1 - MOST)) + math.log(MOST_PLACES) + FLAG
    return Q(last_made_at__lt=at, priority__lte=weeks(at) + most + 1e-3)


def weeks(at: datetime) -> float:
    """Since 1970, as the database counts them."""
    return at.timestamp() / WEEK.total_seconds()
