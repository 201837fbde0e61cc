"""Validators in HTTP: every read has an ETag, and is 304 for who has it already."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe
from rest_framework.response import Response


def validated(response: Response) -> Response:
    """`response` with its ETag.

    It is of the body, since an answer holds more than its own row, behind the version where
    the view named that one as `ETag`.
    """
    body = response.render().content
    version = response.headers.get("ETag", "").strip('"')
    digest = sha256(body).hexdigest()[:20]
    response["ETag"] = f'"{version}-{digest}"' if version else f'"{digest}"'
    return response


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
