"""Every error of the API is one RFC 9457 document with a stable `code`.

`{"type", "title", "status", "code", "detail", "errors": [{"field", "code", "message"}]}`, sent as
`application/problem+json`. `errors` is empty unless the request's own content was at fault.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

CONTENT_TYPE = "application/problem+json"

#: Our codes for what Django REST framework raises; a code not named here stays as it is.
CODES = {
    "parse_error": "malformed_json",
    "authentication_failed": "not_authenticated",
    "permission_denied": "not_allowed",
}
WHOLE = (NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY)


class Problem(exceptions.APIException):
    """An error that a view or parser names itself."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, *, wait: float | None = None
    ) -> None:
        """`wait` is after how many seconds to ask again."""
        super().__init__(detail, code)
        self.status_code = status
        self.wait = wait


def too_large() -> Problem:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    detail = f"The body has more than {most} bytes. Split it."
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)


def refuse(field: str, code: str, message: str) -> NoReturn:
    """Raise what is wrong with one field or parameter."""
    raise exceptions.ValidationError({field: [message]}, code)


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception in a view; None for a fault of ours, which becomes a 500."""
    error = known_error(exc)
    if error is None:
        return None
    errors = list(field_errors(error))
    data = problem(
        error.status_code,
        "invalid" if errors else code_of(error),
        detail=summary(errors) if errors else str(error.detail),
        errors=errors,
    )
    return Response(
        data, status=error.status_code, headers=headers_of(error), content_type=CONTENT_TYPE
    )


def problem_page(status: HTTPStatus, code: str, detail: str) -> JsonResponse:
    """The same document outside a view: for addresses that lead nowhere, and for our faults."""
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "errors": errors or [],
    }


def known_error(exc: Exception) -> exceptions.APIException | None:
    """`exc` as Django REST framework would raise it."""
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, DjangoValidationError):
        return exceptions.ValidationError(details_of(exc))
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(str(exc) or None)
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, RequestDataTooBig):
        return too_large()
    return None


def details_of(exc: DjangoValidationError) -> dict[str, list[exceptions.ErrorDetail]]:
    """The errors of a service, by field, with their own codes."""
    by_field = getattr(exc, "error_dict", None) or {NON_FIELD_ERRORS: exc.error_list}
    return {
        field: [
            exceptions.ErrorDetail(message, error.code or "invalid")
            for error in errors
            for message in error.messages
        ]
        for field, errors in by_field.items()
    }


def field_errors(error: exceptions.APIException) -> Iterator[dict[str, Any]]:
    if isinstance(error, exceptions.ValidationError):
        yield from flattened(error.detail, ())


def flattened(detail: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """One entry per message of a nested detail; a list's place is part of the field's name."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flattened(inner, path if name in WHOLE else (*path, str(name)))
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from flattened(inner, path)
    else:
        yield {"field": ".".join(path) or None, "code": detail.code, "message": str(detail)}


def summary(errors: list[dict[str, Any]]) -> str:
    return " ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in errors)


def code_of(error: exceptions.APIException) -> str:
    code = getattr(error.detail, "code", error.default_code)
    return CODES.get(error.default_code, CODES.get(code, code))


def headers_of(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    return headers
