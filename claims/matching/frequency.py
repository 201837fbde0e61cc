"""How many wordings hold a word, from the planner's statistics, which PostgreSQL keeps itself.

No table to keep in step with a million claims. Words that are too rare to be listed count as held
by none; so does every word of a desk that is too young to have been analysed.
"""

import time
from threading import Lock

from django.db import connection

from .candidates import Frequencies

#: How long they are believed, in seconds; they change as slowly as the desk grows.
FRESH = 300.0

_lock = Lock()
_read: tuple[float, Frequencies] | None = None

STATISTICS = """
    SELECT greatest(c.reltuples, 0), s.most_common_elems::text::text[],
        s.most_common_elem_freqs
    FROM pg_stats s JOIN pg_class c ON c.oid = 'claims_wording'::regclass
    WHERE s.schemaname = current_schema AND s.tablename = 'claims_wording' AND s.attname = 'words'
"""


def frequencies() -> Frequencies:
    """Those of the desk's wordings, at most FRESH seconds old."""
    global _read
    with _lock:
        if _read is None or time.monotonic() - _read[0] > FRESH:
            _read = time.monotonic(), _statistics()
        return _read[1]


def forget() -> None:
    """Read them anew when they are next asked for."""
    global _read
    with _lock:
        _read = None


def _statistics() -> Frequencies:
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS)
        row = cursor.fetchone()
    if row is None or row[1] is None:
        return Frequencies()
    rows, words, shares = row
    # After the shares come their smallest and largest and that of nulls.
    holding = {word: round(share * rows) for word, share in zip(words, shares, strict=False)}
    return Frequencies(round(rows), holding)
