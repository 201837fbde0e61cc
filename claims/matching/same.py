"""The same sentence again: the form under which it is recognised, and whether it reads alone."""

import re
import unicodedata
from functools import lru_cache

from .anaphora import refers_back
from .casing import folded

# Marks that say nothing about what is claimed, and characters that are not seen.
UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f\u00ae\u2122\u00a9]"
)
FRACTION = re.compile("(\\d?)([\u00bc-\u00be\u2150-\u215e])")
SUPERSCRIPT = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
DIGIT_GROUPS = re.compile("(?<=\\d)[\u00a0\u2007\u2009\u202f](?=\\d{3}(?!\\d))")
APOSTROPHES = dict.fromkeys(map(ord, "’‘‛ʼ′`´＇"), "'")
QUOTATION_MARKS = dict.fromkeys(map(ord, "“”„‟«»‹›″＂"), '"')
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–−﹣－"), "-")
DASHES = dict.fromkeys(map(ord, "—―﹘"), " - ")
MARKS = str.maketrans({**APOSTROPHES, **QUOTATION_MARKS, **HYPHENS, **DASHES})

INITIALS = re.compile(r"\b[^\W\d_]\.(?:\s?[^\W\d_]\.)+(?!\w)")
ABBREVIATED = re.compile(
    r"\b([A-Z]|Mrs?|Ms|Drs?|Prof|St|Sens?|Govs?|Reps?|Gen|Lt|Col|Capt|Sgt|Jr|Sr|Inc|Ltd|Co|Corp"
    r"|vs?|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.(?=\s|,|$)",
    re.I,
)
TIDYING = (
    (re.compile(r"'(?=[3-9]0s\b)"), "19"),
    (re.compile(r'"|(?<!\w)\'|\'(?!\w)'), ""),
    (re.compile(r"\bno\.\s*(?=\d)", re.I), "number "),
    (re.compile(r"(?<![\w)%])-(?=[$€£¥]?\d)"), "minus "),
    (re.compile(r"\s+(?=[,;:!?%)]|\.(?!\d))"), ""),
    (re.compile(r"(?<=[$€£¥(])\s+"), ""),
    (re.compile(r",(?=[^\W\d])"), ", "),
    (re.compile(r"-{2,}|(?<!\S)-(?!\S)"), " – "),
    (re.compile(r"\s+"), " "),
)

NOT_JOINED = (
    "do|does|did|is|are|was|were|has|have|had|could|would|should|must|might|need|dare|ought|may"
)
CONTRACTIONS = (
    (re.compile(r"\b(?:can't|cannot|cant)\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"\bshan't\b", re.I), "shall not"),
    (re.compile(rf"\b({NOT_JOINED})n't\b", re.I), r"\1 not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|could|would)nt\b", re.I), r"\1 not"),
    (re.compile(r"\b(\w+)'re\b", re.I), r"\1 are"),
    (re.compile(r"\b(\w+)'ve\b", re.I), r"\1 have"),
    (re.compile(r"\b(\w+)'ll\b", re.I), r"\1 will"),
    (re.compile(r"\bI'm\b", re.I), "I am"),
    (re.compile(r"(?<=\w)'s (?=been\b)", re.I), " has "),
    # "It's sold" may be "it is sold" or "it has sold": before such a word it stays.
    (
        re.compile(
            r"\b(it|he|she|that|there|what|who|here)'s"
            r" (?=(?:not|a|an|the|in|on|at|also|now|still|no)\b|\w+ing\b)",
            re.I,
        ),
        r"\1 is ",
    ),
)
FINAL = " ,;:!–"


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The normal form of a sentence: equal for the same sentence in another dress.

    Letters, quotation marks, dashes, spaces, contractions and the final stop agree; words,
    figures and inner punctuation stay as they are.
    """
    return _unstopped(folded(worded(text)))


def _unstopped(text: str) -> str:
    """`text` without its final stop.

    A question is not what it asks about, and a sentence cut short is not the whole one.
    """
    text = text.rstrip(FINAL)
    while text.endswith(".") and not text.endswith(".."):
        text = text[:-1].rstrip(FINAL)
    return text


@lru_cache(maxsize=4096)
def worded(text: str) -> str:
    """`text` with one character for each mark and contractions written out; capitals stay."""
    text = " ".join(_plain(text).split())
    text = INITIALS.sub(lambda found: re.sub(r"[.\s]", "", found[0]), text)
    text = ABBREVIATED.sub(r"\1", text)
    for pattern, put in (*TIDYING, *CONTRACTIONS):
        text = pattern.sub(put, text)
    return text.strip(" –")


def _plain(text: str) -> str:
    """`text` with one character for each mark; fractions and powers keep their meaning."""
    if text.isascii():
        return text
    text = FRACTION.sub(lambda found: f"{found[1]} {found[2]}" if found[1] else found[2], text)
    text = SUPERSCRIPT.sub(lambda found: f"^{found[0]}", text)
    text = UNSEEN.sub("", DIGIT_GROUPS.sub("", text)).translate(MARKS)
    text = unicodedata.normalize("NFKC", text).translate(MARKS).replace("\u2044", "/")
    return re.sub(r"\d", lambda found: str(unicodedata.decimal(found[0])), text)


def is_english(language: str) -> bool:
    """Whether a language code is English of some country: "en", "en-gb"."""
    return language.partition("-")[0] == "en"


def anchored(text: str, *, language: str = "en") -> bool:
    """Whether a sentence reads alone at any time: nobody and no time is only pointed at.

    What is not English is taken to point at something, as it cannot be told.
    """
    return is_english(language) and not refers_back(_plain(text))
