"""Capitals: which of them tell words apart, and how a headline is recognised."""

import re

from .tables import words

WORD = re.compile(r"[^\W\d_]+")
# In capitals these are somebody else: "owes US", "owes us".
ACRONYMS = words(
    """act age aids am arm art bar bat can cat cop dare fast fire gap hope ice id in it la mad man
    me ms nice now oh or pa pep pin pip pm raf rap sad sage sat snap star swat tip us who"""
)
# With a capital these are a name: "Polish furniture", "polish furniture".
NAMES = words(
    """alphabet amazon angels apple august banks bath bears bill black boots brown bulls bush
    capitol cardinals catholic chargers chase china commons conservative conservatives
    cook cork cowboys dean delta democratic dick discord dodge dolphins dove drew eagles earth
    economist express faith falcons fields ford fox frank frontier gap gates giants gore grace
    grant green greens guardian hawks hornets ihnen ihr independent independents intel
    israel jack jaguar jets joy kings labor labour lance liberal liberals lions lords
    march mark mars may mercury meta metro mirror mobile moon nationals nice nick
    oracle orange orthodox panthers pat patriots pirates polish post puma raiders rams
    rangers ravens reading reds reform republic republican republicans rice rob rockets royals
    saints sharp shell sie sky slack sox spirit square stone stripe sue
    sun suns swift target threads tide tigers tinder trump turkey twins union
    visa wells white windows wolves woods x zoom"""
)
# Months beside a number are months however they are written.
MONTHS = frozenset({"march", "may", "august"})
SMALL = words(
    """a an and as at but by for from if in into is it its nor of off on or over per so than that
    the to up via vs with not be"""
)


def is_headline(text: str) -> bool:
    """Whether capitals mean nothing in `text`: all its words but small ones have them."""
    words = WORD.findall(text)
    capitals = [word for word in words[1:] if word[0].isupper()]
    return len(capitals) >= 2 and all(
        word[0].isupper() or word in SMALL or not word.islower() for word in words
    )


def folded(text: str) -> str:
    """`text` in small letters, save the words that capitals tell apart.

    In a headline those could be either, and agree only with another headline.
    """
    headline = is_headline(text)
    shouted = headline and text.upper() == text

    def fold(found: re.Match[str]) -> str:
        word = found[0]
        small = word.casefold()
        if word == "A" and _inside(text, found.start()):
            return "A*" if headline else word
        if small in ACRONYMS and word.isupper() and len(word) > 1:
            return f"{word}*" if shouted else word
        if small in NAMES and word[0].isupper() and not _beside_number(small, found):
            return f"{small.capitalize()}*" if headline else small.capitalize()
        return small

    return WORD.sub(fold, text)


def _inside(text: str, start: int) -> bool:
    """Whether no sentence begins at a place: an "A" there is a letter, as in "vitamin A"."""
    before = text[max(0, start - 3) : start].rstrip()[-1:]
    return before.isalnum() or before in (",", ";", ")")


def _beside_number(small: str, found: re.Match[str]) -> bool:
    if small not in MONTHS:
        return False
    text = found.string
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip(" ,")
    return before[-1:].isdigit() or after[:1].isdigit()
