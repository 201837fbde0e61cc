"""Page tokens: where a page ended, signed, and good for the same question only."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core import signing

from claims.publishing.google.discovery import method
from claims.publishing.google.errors import invalid

SIGNER = signing.Signer(salt="claims.publishing.google.tokens")
#: Not part of the question; an offset counts only where there is no token.
APART = ("pageToken", "offset")

#: By what a row is ordered in its segment: numbers, texts and ISO 8601 dates, as JSON has them.
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Place:
    """The place after a row: the segment of the answers it is in, and its key there."""

    segment: int = 0
    after: Key | None = None


def token(place: Place, name: str, given: Mapping[str, Any]) -> str:
    """What asks for the page after `place`, with the parameters that were given to `name`."""
    told = [question(name, given), place.segment, place.after]
    return SIGNER.sign_object(told, compress=True)


def place(name: str, given: Mapping[str, Any]) -> Place:
    """Where to go on; the beginning without a token. Raises ApiError for another question's."""
    text = given.get("pageToken")
    if not text:
        return Place()
    try:
        asked, segment, after = SIGNER.unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise invalid("page_token", "This is no token of this API.") from error
    if asked != question(name, given):
        raise invalid(
            "page_token", "With a token, all other parameters are those of the request before."
        )
    return Place(segment, tuple(after))


def question(name: str, given: Mapping[str, Any]) -> str:
    """A digest of what is asked, without the form of the answer and who asks."""
    own = [part for part in method(name)["parameters"] if part not in APART]
    asked = [name, *((part, given[part]) for part in sorted(own) if given.get(part))]
    return sha256(repr(asked).encode()).hexdigest()[:16]
