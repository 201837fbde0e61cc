"""Rows as JSON, rendered once and again only when something that they show was written.

Whether it was tells a row's stamp, which the database makes of all rows that its answer is made
of (`claims/migrations/0002_stamps.py`). It is asked for at each request, so that a correction
reaches everyone at once; what is kept is in this process's memory alone, and nothing need ever be
emptied: a stamp never comes back, and what is not asked for any more gives way to what is.
"""

import json
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, Func, QuerySet, TextField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

#: Parameters by which a row reads otherwise than in other answers.
SHAPING = frozenset({"like", "fields", "expand"})
#: Of one process.
MOST_BYTES = 16 * 1024 * 1024


class Rendered(NamedTuple):
    body: bytes
    changed_at: datetime | None

    @property
    def digest(self) -> str:
        return digest_of(self.body)


class Kept:
    """The rendered rows that were asked for last, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.rows: OrderedDict[Hashable, Rendered] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Hashable) -> Rendered | None:
        with self.lock:
            if key in self.rows:
                self.rows.move_to_end(key)
            return self.rows.get(key)

    def put(self, key: Hashable, row: Rendered) -> None:
        with self.lock:
            if key not in self.rows:
                self.size += len(row.body)
            self.rows[key] = row
            while self.size > self.most:
                _key, oldest = self.rows.popitem(last=False)
                self.size -= len(oldest.body)


KEPT = Kept(MOST_BYTES)


def stamp(function: str) -> Func:
    """A row's stamp, by the database's `function` of its id."""
    return Func(F("pk"), function=function, output_field=TextField())


class StampedRows:
    """For viewsets: their lists, and rows by id and stamp, in JSON that is rendered once."""

    stamp: Func
    #: Read of a list's rows.
    columns: Sequence[str] = ()

    def list(self: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.shaped_by_query():
            return ListModelMixin.list(self, request)
        self.columns = ("stamp",)
        stamped = self.filter_queryset(self.get_queryset().annotate(stamp=self.stamp))
        rows = self.rendered(self.paginate_queryset(stamped))
        links = (self.paginator.get_next_link(), self.paginator.get_previous_link())
        following, before = (json.dumps(link).encode() for link in links)
        body = b'{"next":%s,"previous":%s,"results":[%s]}' % (
            following,
            before,
            b",".join(row.body for row in rows),
        )
        return conditional_json(
            request._request, body, etag=f'"{digest_of(body)}"', changed_at=self.list_changed_at()
        )

    def shaped_by_query(self: Any) -> bool:
        return not SHAPING.isdisjoint(self.request.query_params)

    def list_changed_at(self) -> datetime | None:
        return None

    def rendered(self: Any, stamped: Sequence[Any]) -> Sequence[Rendered]:
        """Of rows with `pk` and `stamp`, those that are still there, in the same order.

        What the desk reads is kept apart from what everyone does. A row that is written between
        its stamp and its answer is kept under a stamp that nobody reads any more.
        """
        reader = self.request.user.is_authenticated
        keys = {row.pk: self.key(row, reader) for row in stamped}
        found = {pk: row for pk, key in keys.items() if (row := KEPT.get(key))}
        if missing := keys.keys() - found:
            for row, shown in self.rendering(self.get_queryset().filter(pk__in=missing)):
                found[row.pk] = shown
                KEPT.put(keys[row.pk], shown)
        return [found[pk] for pk in keys if pk in found]

    def key(self, row: Any, reader: bool) -> Hashable:
        return self.stamp.function, reader, row.pk, row.stamp

    def rendering(self: Any, rows: QuerySet[Any]) -> Iterator[tuple[Any, Rendered]]:
        shown = self.get_serializer(rows, many=True).data
        for row, its in zip(rows, shown, strict=True):
            yield row, Rendered(JSONRenderer().render(its), self.changed_at(row))

    def changed_at(self, row: Any) -> datetime:
        moment: datetime = row.updated_at
        return moment


def is_plain_read(request: HttpRequest) -> bool:
    """Whether nobody in particular asks, for what everyone gets."""
    accepted = request.META.get("HTTP_ACCEPT", "*/*")
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and "HTTP_AUTHORIZATION" not in request.META
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and ("*/*" in accepted or "application/json" in accepted)
    )


def conditional_json(
    request: HttpRequest, body: bytes, *, etag: str, changed_at: datetime | None
) -> HttpResponseBase:
    """`body` with its validators, or 304 when the caller has it already."""
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    moment = int(changed_at.timestamp()) if changed_at else None
    if moment is not None:
        response["Last-Modified"] = http_date(moment)
    answer: Any = get_conditional_response(request, etag, moment, response)
    return answer


def digest_of(body: bytes) -> str:
    return sha256(body).hexdigest()[:20]
