"""How many rows many lists have, in one query that never counts further than a reader cares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

#: Counted to here, so that a million rows take no longer than these.
MOST = 10_000


@dataclass(frozen=True)
class Size:
    """The number of rows, or that it is more than `MOST`."""

    number: int

    def __str__(self) -> str:
        return f"{MOST:,}+" if self.number > MOST else f"{self.number:,}"

    def __bool__(self) -> bool:
        return self.number > 0


def sizes(lists: Mapping[str, QuerySet[Any]]) -> dict[str, Size]:
    """The size of each list by its name. A list that Django knows to be empty cannot be asked."""
    counts: list[str] = []
    params: list[Any] = []
    for rows in lists.values():
        sql, its = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
        params += its
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", params)
        found = cursor.fetchone()
    return dict(zip(lists, map(Size, found), strict=True))
