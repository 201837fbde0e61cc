"""How many rows many lists have, in one query that never counts further than a reader cares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

#: Counted to here, so that a million rows take no longer than these.
MOST = 1_000


@dataclass(frozen=True)
class Size:
    """The number of rows, or that it is more than `most`."""

    number: int
    most: int = MOST

    def __str__(self) -> str:
        return f"{self.most:,}+" if self.number > self.most else f"{self.number:,}"

    def __bool__(self) -> bool:
        return self.number > 0


def sizes(lists: Mapping[str, tuple[QuerySet[Any], int]]) -> dict[str, Size]:
    """The size of each list, counted so far, by its name.

    A list that Django knows to be empty cannot be asked.
    """
    counts: list[str] = []
    params: list[Any] = []
    for rows, most in lists.values():
        sql, its = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
        counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
        params += its
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", params)
        found = cursor.fetchone()
    both = zip(lists.items(), found, strict=True)
    return {name: Size(number, most) for (name, (_rows, most)), number in both}
