"""Rows by many ids at once, of which PostgreSQL is sent one array.

Of a list after IN each would be a parameter: Django and psycopg took longer over them than
PostgreSQL over the rows.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, Value


class IsAmong(Func):
    """Whether the first is in the second, an array: as PostgreSQL looks up rows by index.

    A subquery after IN it may join instead, and read all rows of a small table.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def among(field: str, ids: Iterable[int]) -> Any:
    return IsAmong(field, Value(list(ids), ArrayField(BigIntegerField())))
