"""What the queue shows of the claims of one page, read in three queries whatever their number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, Min, Q
from django.http import HttpRequest
from django.urls import reverse

from claims.admin.reading import unread_for
from claims.models import Appearance, Claim, Match
from claims.models.among import IsAmong, among


@dataclass(slots=True)
class First:
    """Where a claim was made first."""

    title: str
    outlet: str
    kind: str | None
    #: Of its article's page.
    address: str


@dataclass(slots=True)
class Row:
    """What the queue shows of a claim, and no more: to make models of it took half of its time."""

    pk: int
    text: str
    topics: list[str]
    flagged: bool
    check_worthiness: float
    reasons: list[Any]
    place_count: int
    last_made_at: datetime
    status: str
    created_at: datetime
    claimant: str | None
    first_name: str | None
    last_name: str | None
    username: str | None
    unread: bool
    suggested: int = 0
    first: First | None = None

    @property
    def assignee(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.username or ""


#: As `Row` has them.
OF_CLAIM = (
    "pk", "text", "topics", "flagged", "check_worthiness", "reasons", "place_count",
    "last_made_at", "status", "created_at", "claimant__name",
    "assignee__first_name", "assignee__last_name", "assignee__username", "unread",
)  # fmt: skip
OF_APPEARANCE = ("article", "article__title", "article__outlet__name", "attribution__kind")


def queue_rows(request: HttpRequest, ids: list[int]) -> list[Row]:
    """The claims with these ids, as a row shows each to who asks, in no order."""
    if not ids:
        return []
    unread = ExpressionWrapper(unread_for(request), output_field=BooleanField())
    claims = Claim.objects.filter(among("pk", ids)).order_by().annotate(unread=unread)
    rows = {found[0]: Row(*found) for found in claims.values_list(*OF_CLAIM)}
    paired = Q(among("claim", ids)) | Q(among("other", ids))
    waiting = Match.objects.waiting().order_by().filter(paired)
    for pk, first in firsts_of(ids):
        rows[pk].first = first
    for pair in waiting.values_list("claim", "other"):
        for pk in pair:
            if pk in rows:
                rows[pk].suggested += 1
    return list(rows.values())


def firsts_of(ids: list[int]) -> Iterator[tuple[int, First]]:
    """Each claim that was made somewhere, and where first."""
    places = Appearance.objects.filter(among("claim", ids)).order_by()
    firsts = places.values("claim").annotate(first=Min("pk")).values("first")
    found = Appearance.objects.filter(IsAmong("pk", ArraySubquery(firsts))).order_by()
    # That of article 0, which there is not: its number stands for that of a row.
    address = reverse("admin:articles_article_change", args=[0])
    for claim, article, title, outlet, kind in found.values_list("claim", *OF_APPEARANCE):
        here = address.replace("/0/change/", f"/{article}/change/")
        yield claim, First(title, outlet, kind, here)
