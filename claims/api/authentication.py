"""`Authorization: Token plumb_…`: a program, as a person, within its key's scopes."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from claims.desk.keys import key_of
from claims.models import ApiKey, KeyHolder


class KeyAuthentication(TokenAuthentication):
    """knox reads the header; a key that has ended stays, for the desk to see."""

    def authenticate_credentials(self, token: bytes) -> tuple[KeyHolder, ApiKey]:
        key = key_of(token.decode())
        if key is None:
            raise AuthenticationFailed("No working key: unknown, expired or revoked.")
        return key.user, key


class KeyScheme(KnoxTokenScheme):
    """In the schema, as knox describes its own."""

    target_class = "claims.api.authentication.KeyAuthentication"
