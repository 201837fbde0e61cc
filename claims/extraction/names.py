"""Names as the text writes them: their words, their short forms, what stands around them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .people import TITLES, gender_of_name, words_of

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

POSSESSIVE = re.compile(r"[\u2019']s?$")
SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
PARTICLES = words_of("de van von der den al bin la le del da di du el dos ben ter")
ARABIC_ARTICLE = re.compile(r"(?:al|el|ul|bin)-[A-Z]")
# Newspapers carry their article.
KEEP_ARTICLE = re.compile(
    r"The (?:New|Washington|Wall|Hill|Guardian|Times|Sun|Atlantic|Economist|Daily|Boston|Intercept"
    r"|Nation|Huffington|Independent|Verge|Onion|Weekly|Los|Associated)\b"
)
# A run of proper nouns is looked at so far to either side.
LONGEST_RUN = 6


def name_words(text: str) -> list[str]:
    """The words of a name without titles before it, initials' commas or a possessive after it."""
    words = [POSSESSIVE.sub("", word).strip(',"\u201c\u201d()') for word in text.split()]
    words = [word for word in words if word]
    while len(words) > 1 and words[0].lower().rstrip(".") in TITLES | {"the"}:
        words.pop(0)
    while len(words) > 2 and words[-1].lower().rstrip(".") in SUFFIXES:
        words.pop()
    return words


def body_name(text: str) -> str:
    """An organisation's name without a small `the` before it or a possessive after it."""
    words = POSSESSIVE.sub("", text.strip()).split()
    if words and words[0] in ("the", "a", "an", "The") and not KEEP_ARTICLE.match(" ".join(words)):
        words = words[1:]
    return " ".join(words)


def is_name_word(word: str) -> bool:
    return word[:1].isupper() or word.lower() in PARTICLES or bool(ARABIC_ARTICLE.match(word))


def is_given(word: str) -> bool:
    return gender_of_name(word) is not None


def short_names(name: str) -> Iterator[str]:
    """What else an organisation of several words may be called: its initials, its last word."""
    words = name.split()
    if len(words) > 1:
        yield initials(name)
        yield "The " + words[-1]


def initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def run_of(token: "Token") -> list[str]:
    """The words of the run of proper nouns around a token."""
    doc, left, right = token.doc, token.i, token.i
    while left > 0 and token.i - left < LONGEST_RUN and _joins(doc[left - 1]):
        left -= 1
    while right + 1 < len(doc) and right - token.i < LONGEST_RUN and _joins(doc[right + 1]):
        right += 1
    words = name_words(doc[left : right + 1].text)
    return words or [token.text]


def _joins(token: "Token") -> bool:
    return (
        token.pos_ == "PROPN"
        or token.lower_ in PARTICLES
        or (token.text == "-" and not token.whitespace_)
    )


def words_before(token: "Token") -> list[str]:
    """The two words before a name."""
    return [t.text for t in token.doc[max(0, token.i - 2) : token.i]]


def describing_words(entity: "Entity") -> Iterator[str]:
    """Words that describe the bearer of a name.

    Up to six before it, an apposition behind it, what a form of `be` says about it.
    """
    doc, root = entity.doc, entity.root
    for token in reversed(doc[max(0, entity.start - 6) : entity.start]):
        if (token.is_punct and token.text != "-") or token.pos_ in ("VERB", "ADP", "AUX", "CCONJ"):
            break
        yield token.text
    yield from entity.text.split()[:-1]
    for child in root.children:
        if child.dep_ == "appos" and child.i > root.i:
            yield from _phrase_words(child)
    if root.dep_ == "appos" and root.head.pos_ == "NOUN" and root.head.i < root.i:
        yield from _phrase_words(root.head)
    if root.dep_ == "nsubj" and root.head.lemma_ == "be":
        for child in root.head.children:
            if child.dep_ == "attr" and child.pos_ == "NOUN":
                yield from _phrase_words(child)


def _phrase_words(noun: "Token") -> list[str]:
    """The words of a noun phrase up to its noun, and the nouns joined to that."""
    joined = [t.text for t in noun.children if t.dep_ == "conj" and t.pos_ in ("NOUN", "PROPN")]
    return [t.text for t in noun.doc[noun.left_edge.i : noun.i + 1]] + joined
