"""Garbage is looked for before a request, when hardly anything is in use, and not amid a page.

Amid a page all that it is made of is in use: Python keeps that for later, until every fourteenth
request or so it looked through all that had been kept, which took half as long as a page.
"""

import gc
from typing import Any

#: New objects for which it is worth looking, and beyond which Python looks amid a request: no page
#: makes as many.
WORTH, MOST = 2_000, 50_000
#: After so many looks at what is new, one at what was kept of it; after so many of those, one at
#: all that the process has loaded since it started, which takes the longest and finds little.
ROUNDS, LONG_ROUNDS = 10, 50


def collect(**_: Any) -> None:
    """A receiver of `request_started`."""
    gc.set_threshold(MOST, ROUNDS, ROUNDS)
    new, rounds, long_rounds = gc.get_count()
    if new > WORTH:
        gc.collect(2 if long_rounds > LONG_ROUNDS else 1 if rounds > ROUNDS else 0)
