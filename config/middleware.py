"""The Content-Security-Policy, the second factor between a session and its user, the limits."""

import functools
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from claims.desk.rates import rate_limit_fields
from claims.desk.second_factor import owes_second_factor
from claims.desk.sign_in import sign_in_seen


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp, with what `CSP_UPDATES` says of the addresses below one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for start, update in settings.CSP_UPDATES.items():
            if request.path.startswith(start):
                response._csp_replace = update  # type: ignore[attr-defined]
        return super().process_response(request, response)


class SecondFactorMiddleware:
    """Whoever owes the second factor is nobody yet, so that no page or endpoint need ask.

    `request.half_signed_in()` is then the user whose password was right, else None. API keys are
    no sessions and pass untouched. It stands after OTPMiddleware, and reads the session as late
    as that: a public page asks for neither.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        owes = functools.cache(functools.partial(owes_second_factor, user))

        def whole() -> Any:
            if user.is_authenticated:
                sign_in_seen(request.session.session_key)
            return AnonymousUser() if owes() else user

        request.user = SimpleLazyObject(whole)  # type: ignore[assignment]
        request.half_signed_in = lambda: user if owes() else None  # type: ignore[attr-defined]
        return self.get_response(request)


class RateLimitMiddleware:
    """What a request was counted under, in the fields of its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in rate_limit_fields(request).items():
            response[name] = value
        return response
