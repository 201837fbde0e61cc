"""What an authenticator app shows (RFC 6238), computed apart from the code under test."""

import hmac
import time
from base64 import b32decode


def totp(secret: str, *, steps: int = 0) -> str:
    """The six digits for the base32 `secret` now, or `steps` half minutes from now."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(b32decode(secret.replace(" ", "")), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
