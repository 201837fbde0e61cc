"""Validators in HTTP: every read has an ETag, and is 304 for who has it already.

A write may name it in `If-Match`, and is refused when the row would be answered otherwise now.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.problems import Problem

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag last read. When the row has changed since: 412, and nothing is written.",
)


def validated(response: Response) -> Response:
    """`response` with its ETag.

    It is of the body, since an answer holds more than its own row, behind the version where
    the view named that one as `ETag`.
    """
    body = response.render().content
    version = response.headers.get("ETag", "").strip('"')
    response["ETag"] = f'"{version}-{digest(body)}"' if version else f'"{digest(body)}"'
    return response


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:20]


def as_read(handler: Callable[..., Response]) -> Callable[..., Response]:
    """For actions on a row that has no version: `If-Match` compares it as a GET answers it.

    Of a GET without `fields`, since another shape has another ETag.
    """

    @wraps(handler)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            if "If-Match" in request.headers:
                check_as_read(view, request)
            response = handler(view, request, *args, **kwargs)
        response.headers.setdefault("ETag", etag_of_row(response.data))
        return response

    return answered


def check_as_read(view: Any, request: Request) -> None:
    """Hold the addressed row as the caller read it. Raises Problem, 412 `changed_meanwhile`."""
    row = view.get_object()
    type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    # A proxy that compresses puts `W/` before it.
    read = {etag.removeprefix("W/") for etag in parse_etags(request.headers["If-Match"])}
    if not read & {"*", etag_of_row(view.get_serializer(view.get_object()).data)}:
        detail = "This has changed since you read it. Nothing was done: read it again."
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "changed_meanwhile", detail)


def etag_of_row(data: Any) -> str:
    return f'"{digest(JSONRenderer().render(data))}"'


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """`response`, which has its validators, or 304 when the caller has it already."""
    moment = parse_http_date_safe(response.headers.get("Last-Modified", ""))
    answer: Any = get_conditional_response(request, response["ETag"], moment, response)
    return answer


def last_modified(*moments: Any) -> dict[str, str]:
    """The header, from when the parts of an answer were written; None is a part without one.

    HTTP knows whole seconds: what changes twice in one has the same header, and another ETag.
    """
    return {"Last-Modified": http_date(max(filter(None, moments)).timestamp())}
