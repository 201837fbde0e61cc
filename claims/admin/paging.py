"""Pages of a queue of any length: counted to 10,000, and never paged through further.

Who looks for the ten-thousandth claim by turning pages wants a filter. So the last page is as
fast as the first, at a million claims too.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

from claims.models import Claim

#: Claims that are counted, and that pages lead to.
CAP = 10_000
#: Ids to claims with what a row shows.
Rows = Callable[[list[int]], Iterable[Claim]]


def counted(claims: QuerySet[Claim]) -> int:
    """How many, and CAP + 1 for more than CAP."""
    return claims.order_by().values("pk")[: CAP + 1].count()


def size(number: int) -> str:
    return f"{CAP:,}+" if number > CAP else f"{number:,}"


class QueuePaginator(Paginator):
    """Finds the ids of a page first, which indexes hold, and reads its rows then."""

    template_name = "admin/claims/claim/pages.html"

    def __init__(self, *args: Any, rows: Rows, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    @cached_property
    def found(self) -> int:
        return counted(self.object_list)  # type: ignore[arg-type]

    @cached_property
    def count(self) -> int:
        return min(self.found, CAP)

    @property
    def size(self) -> str:
        return size(self.found)

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        claims: Any = self.object_list
        ids = list(claims.values_list("pk", flat=True)[start : start + self.per_page])
        place = {pk: at for at, pk in enumerate(ids)}
        return Page(sorted(self.rows(ids), key=lambda claim: place[claim.pk]), number, self)


class QueueList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Django asks for no page where there is but one.
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
