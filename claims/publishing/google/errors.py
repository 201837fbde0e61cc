"""Errors as Google words them: `{"error": {"code", "message", "status", "details"}}`.

Source: google.rpc.Status, Code, BadRequest and ErrorInfo, and AIP-193. With `$.xgafv=1` the list
`errors` of the older form stands beside `status`.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from rest_framework import exceptions

from articles.intake.urls import site

Details = Sequence[Mapping[str, Any]]

#: google.rpc.Code by the HTTP status that carries it.
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
#: What the older form calls the same.
REASON = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    429: "rateLimitExceeded",
    500: "backendError",
    501: "notImplemented",
    503: "backendError",
}
INVALID = "Request contains an invalid argument."


class ApiError(exceptions.APIException):
    """An error that a view or a reader of parameters names itself."""

    def __init__(self, status: HTTPStatus, message: str, details: Details = ()) -> None:
        super().__init__(message)
        self.status_code = status
        self.details = details


def invalid(field: str, description: str, message: str = INVALID) -> ApiError:
    """400, with what is wrong in which field of the request; "" is none in particular."""
    return violated([(field, description)], message)


def violated(violations: Sequence[tuple[str, str]], message: str) -> ApiError:
    told = [
        {"field": field, "description": description} if field else {"description": description}
        for field, description in violations
    ]
    kind = "type.googleapis.com/google.rpc.BadRequest"
    return ApiError(HTTPStatus.BAD_REQUEST, message, [{"@type": kind, "fieldViolations": told}])


def key_refused() -> ApiError:
    """400, as Google has it for a key that it does not know."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": site(settings.PUBLIC_URL),
    }
    message = "API key not valid. Please pass a valid API key."
    return ApiError(HTTPStatus.BAD_REQUEST, message, [info])


def not_found() -> ApiError:
    return ApiError(HTTPStatus.NOT_FOUND, "Requested entity was not found.")


def not_offered(message: str) -> ApiError:
    return ApiError(HTTPStatus.NOT_IMPLEMENTED, message)


def known(error: Exception) -> ApiError | None:
    """`error` as one of ours; None for a fault of ours. A method unknown is a path unknown."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, SuspiciousOperation):
        return ApiError(HTTPStatus.BAD_REQUEST, "The request is too large or malformed.")
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.MethodNotAllowed | exceptions.NotFound):
        return ApiError(HTTPStatus.NOT_FOUND, "Method not found.")
    status = error.status_code if error.status_code in STATUS else HTTPStatus.BAD_REQUEST
    return ApiError(HTTPStatus(status), str(error.detail))


def envelope(error: ApiError, *, older: bool = False) -> dict[str, Any]:
    """The body of an error's answer; `older` adds what `$.xgafv=1` asks for."""
    code, message = int(error.status_code), str(error.detail)
    body: dict[str, Any] = {"code": code, "message": message}
    if older:
        body["errors"] = [{"message": message, "domain": "global", "reason": REASON[code]}]
    body["status"] = STATUS[code]
    if error.details:
        body["details"] = list(error.details)
    return {"error": body}


def fault() -> dict[str, Any]:
    """The body for a fault of ours."""
    return envelope(ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error encountered."))
