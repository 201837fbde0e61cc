"""The names in a sentence, as its capitals show them."""

import re
from collections.abc import Sequence

from .casing import is_headline
from .dates import MONTHS, WEEKDAYS
from .tables import words

TOKEN = re.compile(r"[^\W\d_](?:[\w'-]*[\w])?|\S")
INSIDE = words("of de la von van bin al der du di da el le dos")
TITLES = words(
    """president mr mrs ms dr sir lord lady dame senator sen governor gov representative rep prime
    minister king queen prince princess pope judge justice chancellor secretary general
    professor prof mayor chief former vice"""
)
NO_NAME = words(
    """a all although an and any as at because both but by despite did do does during each every
    few for from had has have he her here his how i if in is it its many more most my neither no
    nobody none not nothing of on one only or our over she should since so some such than that
    the their there these they this those though to under until was we were what when where
    which while who why will with without would yes you your"""
)
DEMONYM = re.compile(r"(?:an|ian|ese|ish|i|ean|ans|ians|ch)$")


def names(text: str) -> tuple[str, ...]:
    """The names in a text with its capitals, without titles, in its order; none in a headline."""
    if is_headline(text):
        return ()
    tokens = TOKEN.findall(text)
    found: list[str] = []
    at = 0
    while at < len(tokens):
        end = _end(tokens, at) if _begins(tokens, at) else at
        name = _untitled(tokens[at:end])
        if name and name not in found:
            found.append(name)
        at = max(end, at + 1)
    return tuple(found)


def _capital(word: str) -> bool:
    return (word[0].isupper() and word.removesuffix("'s").lower() not in NO_NAME) or (
        len(word) > 1 and word.isupper() and word.isalpha()
    )


def _begins(tokens: Sequence[str], at: int) -> bool:
    """Whether a name begins at a token; the first of a sentence has a capital anyway."""
    word = tokens[at]
    if (
        len(word) < 2
        or not _capital(word)
        or word.lower().removesuffix("s") in WEEKDAYS
        or word.lower() in MONTHS
    ):
        return False
    if at and tokens[at - 1] not in (".", ":", "?", "!"):
        return True
    after = tokens[at + 1 : at + 2]
    return (len(word) > 1 and word.isupper()) or bool(after and _capital(after[0]))


def _end(tokens: Sequence[str], at: int) -> int:
    """Where the name that begins at a token ends."""
    end = at + 1
    while end < len(tokens) and not tokens[end - 1].endswith("'s"):
        if tokens[end] in INSIDE and end + 1 < len(tokens) and _capital(tokens[end + 1]):
            end += 2
        elif _capital(tokens[end]) and tokens[end].lower() not in WEEKDAYS:
            end += 1
        else:
            break
    return end


def _untitled(words: Sequence[str]) -> str:
    while words and words[0].lower() in TITLES:
        words = words[1:]
    return " ".join(words).removesuffix("'s")


def same_name(one: str, other: str) -> bool:
    """Whether two names may be the same: one is part of the other, its initials or its people."""
    mine, yours = one.casefold().split(), other.casefold().split()
    if set(mine) <= set(yours) or set(yours) <= set(mine):
        return True
    return _initials(one, other) or _initials(other, one) or _one_people(mine, yours)


def _initials(short: str, long: str) -> bool:
    words = [word for word in long.split() if word[0].isupper()]
    return short.isupper() and len(words) > 1 and short == "".join(word[0] for word in words)


def _one_people(mine: Sequence[str], yours: Sequence[str]) -> bool:
    """ "Germany" and "German", "Italy" and "Italian"; not "Austria" and "Australian"."""
    if len(mine) > 1 or len(yours) > 1:
        return False
    short, long = sorted((mine[0], yours[0]), key=len)
    if min(len(short), len(long)) < 4 or not (DEMONYM.search(short) or DEMONYM.search(long)):
        return False
    return long.startswith(short[:-1])
