"""The words of a text, the same for every store: folded, stemmed, without what says nothing.

Links say nothing; tags and handles are read as the words they are made of. A language without a
stemmer keeps its words as they are, only folded.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from Stemmer import Stemmer

from .stopwords import STOP_WORDS

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
# Nobody's word is longer, and an index of words has a limit.
LONGEST = 40

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|pic\.twitter\.com/\w+", re.IGNORECASE)
# A tweet as it is embedded in a page ends in "— Ann Lee (@annlee) May 3, 2016"; only the name says
# something of the claim.
SIGNATURE = re.compile(r"(— [^—\n]{1,80})\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")
# One outlet's “quotation” is another's 'quotation'.
DOUBLE = re.compile("[“”„‟«»〝〞]|''")
SINGLE = re.compile(r"(?<!\w)[‘‚'](?=\S)((?:[^'‘’\n]|(?<=\w)['’](?=\w))+)(?<=\S)['’](?!\w)")
TAG = re.compile(r"[#@](\w+)")
_UPPER = "A-ZÀ-ÖØ-ÞΑ-ΩА-Я"
HUMP = re.compile(rf"(?<=[^\W\d_{_UPPER}])(?=[{_UPPER}])|(?<=[{_UPPER}])(?=[{_UPPER}][a-z]{{2}})")

# Combining marks are no letters to `re`, but words of many scripts are full of them.
_MARKS = "".join(chr(c) for c in range(0x300, 0xFE00) if unicodedata.category(chr(c))[0] == "M")
# What writers of Latin, Greek, Cyrillic, Hebrew and Arabic leave out when in a hurry.
ACCENTS = re.compile(r"[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
# Thai, Lao, Burmese, Khmer, Japanese, Chinese: no spaces between words.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
# 1,500 and 4.9; U.S.; a word.
WORD = re.compile(rf"\d+(?:[.,]\d+)*|(?:[^\W\d_]\.){{2,}}|(?:[^\W\d_]|[{_MARKS}])+")
THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")

# A stemmer keeps the word that it is at in itself.
_stemming = threading.Lock()


def words(text: str, language: str) -> tuple[str, ...]:
    """The words of a text in their order, repeats and all; `language` as in "en" or "pt-BR"."""
    return tuple(word for word, _surface in spoken(text, language))


def spoken(text: str, language: str) -> Iterator[tuple[str, str]]:
    """(word, its form in the text) of everything that `words` gives."""
    code = language.partition("-")[0].lower()
    stop = STOP_WORDS.get(code, frozenset())
    for found in WORD.finditer(plain(text)):
        for surface in _pieces(found[0]):
            word = folded(surface, code)
            if _says_something(word) and surface.casefold() not in stop:
                yield word, surface


def plain(text: str) -> str:
    """The text as it is embedded: no links, no tweet's date, tags as words, one kind of quote."""
    text = URL.sub(" ", unicodedata.normalize("NFKC", text))
    text = TAG.sub(_untagged, SIGNATURE.sub(r"\1", text))
    return SINGLE.sub(r'"\1"', DOUBLE.sub('"', text)).replace("’", "'")


def _untagged(tag: re.Match[str]) -> str:
    return f" {HUMP.sub(' ', tag[1]).replace('_', ' ')} "


def _says_something(word: str) -> bool:
    """A single letter does not; a digit, a Chinese sign does."""
    return len(word) > 1 or word.isdigit() or bool(UNSPACED.match(word))


def _pieces(surface: str) -> Iterator[str]:
    """A word as it is; where words have no spaces between them, every two letters."""
    if len(surface) == 1 or not UNSPACED.match(surface):
        yield surface
    else:
        yield from (surface[i : i + 2] for i in range(len(surface) - 1))


@lru_cache(maxsize=100_000)
def folded(surface: str, language: str) -> str:
    """One word or number in the form that all its forms share."""
    if surface[0].isdigit():
        return THOUSANDS.sub("", surface).replace(",", ".")[:LONGEST]
    word = surface.casefold().replace(".", "")[:LONGEST]
    if language in STEMMERS:
        with _stemming:
            word = _stemmer(STEMMERS[language]).stemWord(word)
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", bare)


@cache
def _stemmer(name: str) -> Stemmer:
    # `folded` remembers; a second cache would only cost memory.
    return Stemmer(name, 0)
