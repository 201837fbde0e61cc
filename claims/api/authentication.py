"""`Authorization: Token plumb_…`: a program, as a person, within its key's scopes."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from articles.api.problems import Problem
from articles.callers import network_of
from claims.desk.keys import key_of
from claims.desk.rates import Spent, overspent, spend
from claims.models import ApiKey, KeyHolder

WRONG_KEY = "wrong_key"


class KeyAuthentication(TokenAuthentication):
    """knox reads the header; a key that has ended stays, for the desk to see."""

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        if "Authorization" not in request.headers:
            return None
        try:
            with guesses_limited(request):
                found: tuple[KeyHolder, ApiKey] | None = super().authenticate(request)
                return found
        except UnicodeDecodeError as error:
            detail = "A header is not UTF-8."
            raise Problem(HTTPStatus.BAD_REQUEST, "invalid_utf8", detail) from error

    def authenticate_credentials(self, token: bytes) -> tuple[KeyHolder, ApiKey]:
        key = key_of(token.decode())
        if key is None:
            raise AuthenticationFailed("No working key: unknown, expired or revoked.")
        return key.user, key


@contextmanager
def guesses_limited(request: Request) -> Iterator[None]:
    """Count a key that turns out not to work; look at none from where too many have come.

    Who guesses must not learn that one was right. Raises Throttled.
    """
    stop(overspent(request._request, WRONG_KEY, network_of(request)))
    try:
        yield
    except AuthenticationFailed:
        spent = spend(request._request, WRONG_KEY, network_of(request))
        stop(spent if spent and spent.too_much else None)
        raise


def stop(spent: Spent | None) -> None:
    if spent:
        raise Throttled(wait=spent.resets)


class KeyScheme(KnoxTokenScheme):
    """In the schema, as knox describes its own."""

    target_class = "claims.api.authentication.KeyAuthentication"
