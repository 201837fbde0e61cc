"""Whether a sentence joins a known claim by itself: only what cannot differ in truth does."""

from .facts import compare
from .same import is_english, key
from .wording import wording

#: Words of the shortest claim, articles not counted: "Vaccines cause autism".
SHORTEST = 3


def joins(known: str, new: str, *, language: str = "en") -> bool:
    """Whether `new` is the same claim as `known` without anybody's say.

    Both are single sentences. Of other languages than English only the same sentence joins.
    """
    return reason(known, new, language=language) is not None


def reason(known: str, new: str, *, language: str = "en") -> str | None:
    """Why a sentence joins a known one: the same sentence, or the same but for its spelling."""
    mine, yours = key(known), key(new)
    if not (_is_sentence(mine) and _is_sentence(yours)):
        return None
    if mine == yours:
        return "the same sentence"
    if not is_english(language) or wording(mine).words != wording(yours).words:
        return None
    return None if compare(known, new).differing else "the same but for spelling"


def _is_sentence(key: str) -> bool:
    """Whether there is enough of it to say something: "The word" and "False" are no claims."""
    return sum(any(map(str.isalnum, word)) for word in wording(key).words) >= SHORTEST
