"""Pages of a queue of any length: counted to a thousand, and turned as far as there are claims.

Past what is counted each page knows whether there is another.
"""

import json
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import EmptyResultSet
from django.core.paginator import EmptyPage, Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.functional import cached_property
from unfold.views import ChangeList

from claims.admin.table import QueueTable
from claims.models import Claim

#: Claims that are counted. What a filter finds is not all in one index, and each is looked at.
CAP = 1_000
#: Claims that a search finds and that are sorted where they are found. PostgreSQL would read down
#: the queue until it met the first 50 of them: among half a million, as many claims as these.
SORTABLE = 6_000
#: No desk has more, and PostgreSQL counts no further than some.
MOST_PAGES = 1_000_000
#: Ids to claims with what a row shows.
Rows = Callable[[list[int]], Iterable[Any]]


def counted(*lists: QuerySet[Claim]) -> list[int]:
    """How many each has, and CAP + 1 for more than CAP; in one query."""
    parts = [claims.order_by().values("pk")[: CAP + 1].query for claims in lists]
    try:
        asked = [part.sql_with_params() for part in parts]
    except EmptyResultSet:
        return [claims.order_by().values("pk")[: CAP + 1].count() for claims in lists]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) AS found)" for sql, _params in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _sql, params in asked for value in params])
        return list(cursor.fetchone())


def size(number: int) -> str:
    return f"{CAP:,}+" if number > CAP else f"{number:,}"


class QueuePaginator(Paginator):
    """Finds ids and order of a page first, which indexes hold, and reads its rows then."""

    template_name = "admin/claims/claim/pages.html"

    def __init__(self, *args: Any, rows: Rows, searched: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.searched = rows, searched
        #: The last page that is known to have a claim.
        self.reached = 1

    @cached_property
    def first_found(self) -> tuple[int, list[int]]:
        return self.found_in_order(CAP)

    def found_in_order(self, most: int) -> tuple[int, list[int]]:
        """How many there are, or `most` + 1 of more; and the ids of no more, in order."""
        claims: Any = self.object_list
        found = claims.order_by().values(*self.columns)[: most + 1].query
        try:
            sql, params = found.sql_with_params()
        except EmptyResultSet:
            return 0, []
        named = connection.ops.quote_name
        order = ", ".join(f"{named(name)} {'DESC' if down else 'ASC'}" for name, down in self.order)
        ids = f"CASE WHEN count(*) <= %s THEN array_agg(pk ORDER BY {order}) END"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), {ids} FROM ({sql}) AS found", [most, *params])
            number, ids_in_order = cursor.fetchone()
        return number, ids_in_order or []

    @property
    def found(self) -> int:
        return self.first_found[0]

    @cached_property
    def order(self) -> list[tuple[str, bool]]:
        """The columns that claims are ordered by, each whether from its largest value on."""
        claims: Any = self.object_list
        return [(name.removeprefix("-"), name.startswith("-")) for name in claims.query.order_by]

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(["pk", *(name for name, _descending in self.order)]))

    @cached_property
    def count(self) -> int:
        return min(self.found, CAP)

    @property
    def size(self) -> str:
        return size(self.found)

    @property
    def expected(self) -> int:
        """How many PostgreSQL thinks there are."""
        claims: Any = self.object_list
        [told] = json.loads(claims.order_by().values("pk").explain(format="json"))
        return int(told["Plan"]["Plan Rows"])

    def ids(self, start: int, end: int) -> list[int]:
        """Of the claims between the two places in their order."""
        number, ids = self.first_found
        if number > CAP and self.searched and self.expected <= SORTABLE:
            _number, ids = self.found_in_order(2 * SORTABLE)
        if ids or number <= CAP:
            return ids[start:end]
        claims: Any = self.object_list
        return list(claims.values_list("pk", flat=True)[start:end])

    @property
    def num_pages(self) -> int:
        return max(self.reached, ceil(self.count / self.per_page))

    def validate_number(self, number: Any) -> int:
        try:
            return super().validate_number(number)
        except EmptyPage:
            if self.found <= CAP or not 1 <= int(number) <= MOST_PAGES:
                raise
            return int(number)

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        ids = self.ids(start, start + self.per_page + 1)
        if not ids and number > 1:
            raise EmptyPage("That page contains no results")
        self.reached = number + (len(ids) > self.per_page)
        place = {pk: at for at, pk in enumerate(ids[: self.per_page])}
        return Page(sorted(self.rows(list(place)), key=lambda row: place[row.pk]), number, self)


class PageGone(Exception):
    """Asked for is a page beyond the last one, as when its rows have left the queue."""

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self.last = last


def other_page(request: HttpRequest, number: int) -> HttpResponseRedirect:
    """The same filters and search, on another page."""
    query = request.GET.copy()
    query["p"] = str(number)
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


class QueueList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except IncorrectLookupParameters as error:
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
            raise PageGone(pages.num_pages) from error
        # Django asks for no page where there is but one.
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list
        # Unfold tells the two numbers where they differ; the queue's foot tells its own.
        self.full_result_count = self.result_count

    def table(self) -> QueueTable:
        return QueueTable(self)
