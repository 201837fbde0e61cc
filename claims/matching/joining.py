"""Whether a sentence joins a known claim by itself: only what cannot differ in truth does."""

from .facts import compare
from .same import key
from .wording import wording


def joins(known: str, new: str, *, language: str = "en") -> bool:
    """Whether `new` is the same claim as `known` without anybody's say.

    Both are single sentences. Of other languages than English only the same sentence joins.
    """
    return reason(known, new, language=language) is not None


def reason(known: str, new: str, *, language: str = "en") -> str | None:
    """Why a sentence joins a known one: the same sentence, or the same but for its spelling."""
    keys = key(known), key(new)
    if not any(letter.isalnum() for letter in keys[0]):
        return None
    if keys[0] == keys[1]:
        return "the same sentence"
    if language != "en" or wording(keys[0]).words != wording(keys[1]).words:
        return None
    return None if compare(known, new).differing else "the same but for spelling"
