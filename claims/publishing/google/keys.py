"""Who asks: nobody in particular, or the owner of a key of this desk.

What is answered is the same. A key is in the parameter `key`, the header `X-Goog-Api-Key`, or
where OAuth has its token.
"""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from claims.api.authentication import KeyAuthentication, guesses_limited
from claims.publishing.google.errors import key_refused
from claims.publishing.google.parameters import query_of


class GoogleKey(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = given(request)
        if not key:
            return None
        try:
            with guesses_limited(request):
                return working(key)
        except AuthenticationFailed as error:
            raise key_refused() from error


def working(key: str) -> tuple[Any, Any]:
    try:
        if "\0" in key:
            raise AuthenticationFailed
        return KeyAuthentication().authenticate_credentials(key.encode())
    except UnicodeError as error:
        raise AuthenticationFailed from error


def given(request: Request) -> str:
    """The key that came with a request; "" for none."""
    query = query_of(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = [
        query.get("key"),
        request.headers.get("X-Goog-Api-Key"),
        query.get("access_token"),
        query.get("oauth_token"),
        token.strip() if scheme.lower() in ("bearer", "token") else "",
    ]
    return next((key for key in found if key), "")
