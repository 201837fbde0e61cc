"""Answers that are given again for as long as nothing at all was written.

Which rows an answer shows need not be known: PostgreSQL's snapshot names every transaction whose
writes can be read, so two that are the same read the same. It is asked for at each request. Any
commit, by whomever, makes another one and the next answer is built anew; nothing is ever emptied
(`docs/decisions/0007-kept-answers.md`).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import ResolverMatch
from django.utils import timezone
from rest_framework.response import Response

from articles.api.conditions import conditional
from articles.callers import caller_of
from claims.api.desk import DeskViewSet
from claims.api.snapshots import snapshot
from claims.api.throttles import is_too_much
from claims.desk.keys import USE_SHOWN
from claims.models import ApiKey

#: What an answer tells of the time that has passed, a claim's priority, moves slower than this.
LONGEST = timedelta(minutes=1)
REPEATED = {"Cache-Control", "ETag", "Last-Modified", "Vary"}
#: Of one process.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """A read's answer, as `caller` gets it until then; None is whoever brings no key.

    `until` is in seconds since 1970; `match` is the view's address, by which metrics name it.
    """

    snapshot: str
    until: float
    caller: str | None
    body: bytes
    headers: Mapping[str, str]
    match: ResolverMatch | None

    def holds(self, now: str) -> bool:
        """Whether it is still right, under the snapshot of `now`."""
        return self.snapshot == now and time.time() < self.until

    def sent(self, request: HttpRequest) -> HttpResponseBase:
        request.resolver_match = self.match
        if is_the_one_known(self.headers["ETag"], request):
            return HttpResponseNotModified(headers=self.repeated)
        return conditional(request, HttpResponse(self.body, headers=self.headers))

    @cached_property
    def repeated(self) -> dict[str, str]:
        """The headers that a 304 has, too (RFC 9110, 15.4.5)."""
        return {name: value for name, value in self.headers.items() if name in REPEATED}


class Kept:
    """The answers that were asked for last, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self.lock = Lock()

    def get(self, question: Hashable) -> Answer | None:
        with self.lock:
            if question in self.answers:
                self.answers.move_to_end(question)
            return self.answers.get(question)

    def put(self, question: Hashable, answer: Answer) -> None:
        with self.lock:
            if old := self.answers.pop(question, None):
                self.size -= len(old.body)
            self.answers[question] = answer
            self.size += len(answer.body)
            while self.size > self.most:
                _question, oldest = self.answers.popitem(last=False)
                self.size -= len(oldest.body)


KEPT = Kept(MOST_BYTES)


class KeptViewSet(DeskViewSet):
    """Its reads, by key or without, are kept for `kept_first`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        question, before = self.asked(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        # What was written meanwhile made another snapshot, and this one never comes back.
        if question is not None and self.whole is not None:
            KEPT.put(question, self.kept(self.whole, before))
        return response

    def asked(self, request: HttpRequest) -> tuple[Hashable, str]:
        """What is asked and the snapshot before it is answered; none of what is not kept."""
        if self.action_map.get("get") not in ("list", "retrieve") or not is_keepable(request):
            return None, ""
        before = request.__dict__.get("snapshot_before")
        return question_of(request), snapshot() if before is None else before

    def kept(self, whole: Response, before: str) -> Answer:
        key: Any = self.request.auth
        caller = caller_of(self.request) if key else None
        headers, match = dict(whole.items()), self.request.resolver_match
        return Answer(before, valid_until(key), caller, whole.content, headers, match)


def kept_first(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: what is kept is answered before anybody looks for a session or a view.

    Outside of it stands what every answer has: headers of security and limits, the metrics.
    """

    def answered(request: HttpRequest) -> HttpResponseBase:
        known = KEPT.get(question_of(request)) if is_keepable(request) else None
        if known is not None:
            before = request.__dict__["snapshot_before"] = snapshot()
            if known.holds(before) and not is_too_much(request, known.caller):
                return known.sent(request)
        return get_response(request)

    return answered


def is_keepable(request: HttpRequest) -> bool:
    """A session may end without a write; a transaction reads what it wrote itself."""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not connection.in_atomic_block
    )


def is_the_one_known(etag: str, request: HttpRequest) -> bool:
    """Whether all that `request` asks is if its answer still has this ETag, and it has."""
    asked = request.META
    return (
        asked.get("HTTP_IF_NONE_MATCH") == etag
        and "HTTP_IF_MATCH" not in asked
        and "HTTP_IF_UNMODIFIED_SINCE" not in asked
    )


def question_of(request: HttpRequest) -> Hashable:
    """All that an answer depends on besides the rows: links in it name scheme and host."""
    key = request.META.get("HTTP_AUTHORIZATION", "")
    return (
        request.scheme,
        # As it was sent: CommonMiddleware has refused one that is not ours.
        request.META.get("HTTP_HOST") or request.get_host(),
        request.path,
        request.META.get("QUERY_STRING"),
        request.META.get("HTTP_ACCEPT"),
        key and sha256(key.encode()).digest(),
    )


def valid_until(key: ApiKey | None) -> float:
    """When time alone makes an answer another one: a key ends, or its use is to be noted again."""
    soon = timezone.now() + LONGEST
    if key is None:
        return soon.timestamp()
    noted_again = key.used_at + USE_SHOWN if key.used_at else soon
    return min(soon, key.expiry or soon, noted_again).timestamp()
