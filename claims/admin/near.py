"""Claims that are near in meaning to what is searched for, below those that hold its words."""

from dataclasses import dataclass

from django.contrib.admin.views.main import ChangeList

from claims.admin.pairs import claims_shown, percent
from claims.models import Claim

MOST = 10


@dataclass(frozen=True)
class Near:
    claim: Claim
    score: float

    @property
    def percent(self) -> int:
        return percent(self.score)


def near_in_meaning(listed: ChangeList) -> list[Near]:
    """For the first page of a search: the nearest claims in any state that are not in the list."""
    if not listed.query.strip() or listed.page_num > 1:
        return []
    # Here, not at the top: numpy takes memory that only who searches should take.
    from claims.desk.answers import claims_like

    found = claims_like(listed.query, limit=2 * MOST)
    ids = [one.row.pk for one in found]
    shown = set(listed.queryset.filter(pk__in=ids).values_list("pk", flat=True))
    near = [one for one in found if one.row.pk not in shown][:MOST]
    claims = claims_shown(one.row.pk for one in near)
    return [Near(claims[one.row.pk], one.score) for one in near]
