"""`“…” — Ann Lee`: who signs a quotation that no verb attributes."""

import re
from itertools import takewhile

from .frames import Frame, Parsed
from .quotations import Quotation

DASHES = re.compile(r"\s*(?:[\u2014\u2013\u2015]|--?)\s*")
LONGEST_NAME = 160


def signed(text: str, parsed: Parsed, quotation: Quotation) -> Frame | None:
    """A frame for the name behind a dash behind the quotation, if there is one."""
    dash = DASHES.match(text, quotation.end, parsed.end)
    if not dash or dash.end() == quotation.end:
        return None
    start, end = (
        dash.end() - parsed.start,
        min(parsed.end, dash.end() + LONGEST_NAME) - parsed.start,
    )
    behind = parsed.doc.char_span(start, end, alignment_mode="contract") if start < end else None
    names = list(takewhile(lambda t: t.pos_ == "PROPN" or t.text == "-", behind or ()))
    if not names:
        return None
    return Frame(parsed, None, None, parsed.stretch(names[0], names[-1]), names[-1])
