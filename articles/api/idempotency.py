"""`Idempotency-Key` on every POST: sent again, a request is answered as it was before."""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from articles.api.problems import Problem
from articles.api.uploads import CHUNK, BodyParser, check_length
from articles.callers import caller_of
from articles.idempotency import (
    AnswerInProgress,
    KeptAnswer,
    KeyReused,
    answer_keep,
    kept_answer,
)

HEADER = "Idempotency-Key"
#: A structured field's string, or what stands between its quotes.
KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Any text of your own, as a UUID, 1 to 255 printable ASCII characters. Sent again "
    "within a day, the same request gets the same answer, with `Idempotent-Replayed: true`. For a "
    "different request the same key is a 409 `idempotency_key_reused`, and while the first one is "
    "being answered a 409 `request_in_progress`. Answers 5xx, and those with `Retry-After`, are "
    "not kept.",
)


class Repeatable(GenericViewSet[Any]):
    """For viewsets: their POSTs may be sent again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        post = getattr(self, "post", None)
        if post and request.method == "POST" and HEADER in request.headers:
            self.post = once(self, post)
        return super().dispatch(request, *args, **kwargs)


def once(view: Any, handler: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`handler`, a method of `view`, for requests that carry the header."""

    def answered(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = {"caller": caller_of(request), "key": key_in(request)}
        asked["fingerprint"] = fingerprint(request)
        with transaction.atomic():
            if before := answered_before(asked):
                return replayed(before)
            answer = attempted(view, handler, request, *args, **kwargs)
            if is_final(answer):
                answer_keep(**asked, **content_of(answer))
            else:
                transaction.set_rollback(True)
            return answer

    return answered


def key_in(request: Request) -> str:
    found = KEY.fullmatch(request.headers[HEADER].strip())
    if found is None:
        detail = f"Send 1 to 255 printable ASCII characters as {HEADER}, as a UUID."
        raise Problem(HTTPStatus.BAD_REQUEST, "invalid_idempotency_key", detail)
    return found[1]


def fingerprint(request: Request) -> str:
    """SHA-256 of what is asked, in hexadecimal."""
    digest = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for piece in pieces(request):
        digest.update(piece)
    return digest.hexdigest()


def pieces(request: Request) -> Iterator[bytes]:
    """The body; of a form with files what is in it, since its boundary differs each time."""
    if is_file(request):
        yield from spooled(request)
        return
    if not str(request.content_type).startswith("multipart/"):
        yield request._request.body
        return
    files = sorted(request.FILES.lists())
    yield repr(sorted(request.POST.lists())).encode()
    for name, file in ((name, file) for name, several in files for file in several):
        yield repr((name, file.name, file.size)).encode()
        yield from file.chunks()
        file.seek(0)


def is_file(request: Any) -> bool:
    return isinstance(request.negotiator.select_parser(request, request.parsers), BodyParser)


def spooled(request: Request) -> Iterator[bytes]:
    """A body that is a file, put aside while it is read: the parser reads it a second time."""
    check_length(request)
    aside = SpooledTemporaryFile(CHUNK)  # noqa: SIM115 - it ends with the request
    while piece := request._request.read(CHUNK):
        aside.write(piece)
        yield piece
    aside.seek(0)
    request._stream = aside  # type: ignore[assignment]


def answered_before(asked: dict[str, str]) -> KeptAnswer | None:
    try:
        return kept_answer(**asked)
    except AnswerInProgress as error:
        detail = "The first request with this Idempotency-Key is being answered. Ask again."
        raise Problem(HTTPStatus.CONFLICT, "request_in_progress", detail, wait=1) from error
    except KeyReused as error:
        detail = "This Idempotency-Key came with another request. Make a new one for each."
        raise Problem(HTTPStatus.CONFLICT, "idempotency_key_reused", detail) from error


def attempted(
    view: Any, handler: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """The answer of `handler`, or to the error it raises; faults of ours are raised on."""
    try:
        with transaction.atomic():
            return handler(*args, **kwargs)
    except Exception as error:
        answer: HttpResponseBase = view.handle_exception(error)
        return answer


def is_final(answer: HttpResponseBase) -> bool:
    """Whether asking again could bring nothing else."""
    return answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and "Retry-After" not in answer


def content_of(answer: Any) -> dict[str, Any]:
    content = b"" if answer.data is None else JSONRenderer().render(answer.data)
    headers = {**answer.headers, "Content-Type": answer.content_type or "application/json"}
    return {"status": answer.status_code, "headers": headers, "body": content}


def replayed(kept: KeptAnswer) -> HttpResponse:
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return HttpResponse(bytes(kept.body), status=kept.status, headers=headers)
