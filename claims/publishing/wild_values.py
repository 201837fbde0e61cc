"""Texts and dates as other sites write them."""

import html
import re
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.core.exceptions import SuspiciousOperation
from django.utils import timezone
from django.utils.html import strip_tags

from articles.intake.text import CONTROL, SURROGATE

#: More of a text is not looked at: no claim and no label is as long.
MOST_LOOKED_AT = 20_000
#: Markup in entities in markup is met twice; a third time it is somebody's joke.
MOST_LAYERS = 2
CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)

FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d.%m.%Y", "%Y/%m/%d")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
#: Nobody checks what was said before; an earlier date is a mistake, as 0001-01-01.
EARLIEST = date(1900, 1, 1)


def plain(text: str) -> str:
    """`text` in one line, without markup, entities and control characters."""
    text = text[:MOST_LOOKED_AT]
    for _ in range(MOST_LAYERS):
        text = without_markup(html.unescape(text))
    text = SURROGATE.sub("", CONTROL.sub(" ", text))
    return " ".join(text.split())


def without_markup(text: str) -> str:
    if "<" not in text:
        return text
    try:
        return strip_tags(CODE.sub(" ", text))
    except SuspiciousOperation:  # Far more tags than text.
        return ""


def day(text: str) -> date | None:
    """The day that `text` names, as it is written there; None for one that cannot be.

    Read are ISO 8601, the form of e-mail headers, days and months by English name, and with
    slashes when only one order is possible.
    """
    found = iso_day(text) or header_day(text) or worded_day(text) or slashed_day(text)
    tomorrow = timezone.localdate() + timedelta(days=1)
    return found if found and EARLIEST <= found <= tomorrow else None


def iso_day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def header_day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def worded_day(text: str) -> date | None:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def slashed_day(text: str) -> date | None:
    found = SLASHED.fullmatch(text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    if first <= 12 and second <= 12 and first != second:
        return None
    month, of_month = (second, first) if first > 12 else (first, second)
    try:
        return date(year, month, of_month)
    except ValueError:
        return None
