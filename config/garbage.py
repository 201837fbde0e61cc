"""Garbage is looked for before a request, when hardly anything is in use, and not amid a page.

Amid a page all that it is made of is in use: Python keeps that for later, until every fourteenth
request or so it looked through all that had been kept, which took half as long as a page.
"""

import gc
from typing import Any

#: New objects by which it is worth looking for garbage, and with which a request is no page, so
#: that Python looks amid it.
WORTH, MOST = 2_000, 50_000
#: So many times what is new is looked through, then what was kept of it; and so many times that,
#: then all that the web process has loaded since it started, which is little and stays.
ROUNDS, LONG_ROUNDS = 10, 50


def collect(**_: Any) -> None:
    """A receiver of `request_started`."""
    gc.set_threshold(MOST, ROUNDS, ROUNDS)
    new, rounds, long_rounds = gc.get_count()
    if new > WORTH:
        gc.collect(2 if long_rounds > LONG_ROUNDS else 1 if rounds > ROUNDS else 0)
