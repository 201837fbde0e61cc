"""Who speaks, by the words right behind a quotation, where the dependencies do not tell.

`“…,” said James Acton, a physicist`, `“…,” Rep. Jason Chaffetz (R-Utah) said`, `“…” — Ann Lee`
"""

import re
from typing import TYPE_CHECKING

from .cues import SPEECH
from .frames import Frame, Parsed
from .quotations import Quotation

if TYPE_CHECKING:
    from spacy.tokens import Token

DASHES = re.compile(r"\s*(?:[\u2014\u2013\u2015]|--?)\s*")
LONGEST_SOURCE = 14


def named_beside(text: str, parsed: Parsed, quotation: Quotation, limit: int) -> Frame | None:
    """A frame for the name and the cue that follow the quotation before `limit`, if there are."""
    window = _window(text, parsed, quotation, limit)
    if not window:
        return None
    dash = DASHES.match(text, quotation.end)
    if dash and dash.end() > quotation.end:
        return _signed(parsed, window)
    verb = next((t for t in window if _is_cue(t)), None)
    if verb is None:
        return None
    names = _name_behind(window, verb) if verb == window[0] else _name_before(window, verb)
    if not names:
        return None
    return _frame(parsed, verb, names)


def _window(text: str, parsed: Parsed, quotation: Quotation, limit: int) -> "list[Token]":
    """The first tokens behind the quotation, up to the end of a sentence."""
    start, end = quotation.end - parsed.start, min(limit, quotation.end + 160) - parsed.start
    span = parsed.doc.char_span(start, end, alignment_mode="contract") if start < end else None
    tokens: list[Token] = []
    for token in span or ():
        if token.text in ".;:?!" or len(tokens) > LONGEST_SOURCE:
            break
        if tokens or not (token.is_punct or token.is_space):
            tokens.append(token)
    return tokens


def _is_cue(token: "Token") -> bool:
    return token.tag_ in ("VBD", "VBZ", "VBP") and token.lemma_.lower() in SPEECH


def _is_name(token: "Token") -> bool:
    return token.pos_ == "PROPN" or token.lower_ in ("he", "she", "they", "i", "we")


def _name_behind(window: "list[Token]", verb: "Token") -> "list[Token]":
    """The proper nouns, or the pronoun, right behind the cue."""
    names: list[Token] = []
    for token in window[1:]:
        if not _is_name(token) and not (names and token.lower_ in ("de", "van", "al", "-", "von")):
            break
        names.append(token)
    return names


def _name_before(window: "list[Token]", verb: "Token") -> "list[Token]":
    """What stands between the quotation and the cue, if it holds a name."""
    before = [t for t in window if t.i < verb.i]
    return before if any(_is_name(t) for t in before) and before[0].pos_ != "CCONJ" else []


def _signed(parsed: Parsed, window: "list[Token]") -> Frame | None:
    names: list[Token] = []
    for token in window:
        if token.pos_ != "PROPN" and token.text != "-":
            break
        names.append(token)
    return _frame(parsed, None, names) if names else None


def _frame(parsed: Parsed, verb: "Token | None", names: "list[Token]") -> Frame:
    head = next((t for t in names if t.ent_type_ == "PERSON"), None)
    proper = [t for t in names if t.pos_ == "PROPN"]
    head = head or (proper[0] if proper else names[-1])
    while head.i + 1 <= names[-1].i and head.nbor(1).pos_ == "PROPN":
        head = head.nbor(1)
    cue = parsed.stretch(verb, verb) if verb is not None else None
    return Frame(parsed, verb, cue, parsed.stretch(names[0], names[-1]), head, beside=True)
