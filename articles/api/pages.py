"""Pages by cursor that neither skip nor repeat a row while rows are added.

A cursor is the place of a page's edge: the value rows are ordered by, and the row's id. REST
framework's own cursor counts rows that share a value, and an added row shifts that count.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param


@dataclass(frozen=True)
class Order:
    """Rows by `key`, those that share it by id: no two rows have the same place."""

    key: Combinable
    descending: bool = True


class Cursor(NamedTuple):
    """Where a page starts: beyond this place, forwards or back, in the order of that name."""

    order: str
    back: bool
    key: Any
    pk: int


NEWEST = {"newest": Order(F("pk"))}


class Pages(CursorPagination):
    """The view's `orders`, by name, first one first; `?ordering=` chooses another."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"
    cursor_query_description = "Where the page starts: follow `next` and `previous`."
    page_size_query_description = "Rows per page, 1 to 100."

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        self.name, order = self.chosen(request, view.orders)
        queryset = queryset.annotate(place=order.key)
        cursor = self.cursor_in(request, queryset)
        back = cursor is not None and cursor.back
        descending = order.descending != back
        if cursor:
            queryset = queryset.filter(beyond(cursor, descending))
        sign = "-" if descending else ""
        size = self.get_page_size(request)
        queryset = queryset.order_by(f"{sign}place", f"{sign}pk")[: size + 1]
        rows = list(alone(queryset, view.columns) if view.columns else queryset)
        more = len(rows) > size
        self.page = rows[size - 1 :: -1] if back and more else rows[:size][:: -1 if back else 1]
        self.has_next, self.has_previous = (True, more) if back else (more, cursor is not None)
        return self.page

    def chosen(self, request: Request, orders: dict[str, Order]) -> tuple[str, Order]:
        name = request.query_params.get("ordering") or next(iter(orders))
        if name not in orders:
            refuse("ordering", "invalid_choice", f"Choose one of: {', '.join(orders)}.")
        return name, orders[name]

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get("page_size", str(self.page_size))
        if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= self.max_page_size):
            refuse("page_size", "invalid", f"Send a number from 1 to {self.max_page_size}.")
        return int(given)

    def cursor_in(self, request: Request, queryset: QuerySet[Any]) -> Cursor | None:
        encoded = request.query_params.get("cursor")
        if not encoded:
            return None
        field = queryset.query.annotations["place"].output_field
        try:
            order, back, key, pk = json.loads(urlsafe_b64decode(encoded))
            key = field.to_python(key)
            if isinstance(key, datetime):
                key = key.astimezone(UTC)
            cursor = Cursor(order, back is True, key, int(pk))
        except (ArithmeticError, ValueError, TypeError, RecursionError, DjangoValidationError):
            cursor = None
        if cursor is None or cursor.key is None or cursor.order != self.name:
            refuse("cursor", "invalid_cursor", "Take cursors from `next` and `previous`.")
        return cursor

    def get_next_link(self) -> str | None:
        return self.link(self.page[-1], back=False) if self.page and self.has_next else None

    def get_previous_link(self) -> str | None:
        return self.link(self.page[0], back=True) if self.page and self.has_previous else None

    def link(self, row: Any, *, back: bool) -> str:
        key = row.place.isoformat() if hasattr(row.place, "isoformat") else row.place
        encoded = urlsafe_b64encode(json.dumps([self.name, back, key, row.pk]).encode()).decode()
        return replace_query_param(self.address, "cursor", encoded)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = super().get_schema_operation_parameters(view)
        parameters[1]["schema"] |= {
            "minimum": 1,
            "maximum": self.max_page_size,
            "default": self.page_size,
        }
        names = list(view.orders)
        if len(names) > 1:
            schema = {"type": "string", "enum": names, "default": names[0]}
            parameters.append({"name": "ordering", "in": "query", "schema": schema})
        return parameters


def alone(queryset: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any, Any]:
    """Of each row these columns and its place, and nothing that it leads to."""
    bare = queryset.prefetch_related(None)
    return bare.values_list("pk", "place", *columns, named=True)


def beyond(cursor: Cursor, descending: bool) -> Q:
    """Rows past the cursor's place. The first condition alone lets an index find the start."""
    than = "lt" if descending else "gt"
    past = Q(**{f"place__{than}": cursor.key}) | Q(**{f"pk__{than}": cursor.pk})
    return Q(**{f"place__{than}e": cursor.key}) & past


def refuse(field: str, code: str, message: str) -> None:
    raise ValidationError({field: [message]}, code)
