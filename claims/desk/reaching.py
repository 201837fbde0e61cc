"""Whether a URL can be opened. No body is read."""

from dataclasses import dataclass

from articles.intake.fetching import Fetched, FetchError, Limits, Trouble, fetch
from claims.models.choices import LinkState

LIMITS = Limits(body=0)
#: Answers by which a site says that the page is no more.
GONE = (404, 410)
#: Who is told so by a robot may well let a person in.
GUARDED = (401, 402, 403, 405, 406, 407, 429, 451, 501)


@dataclass(frozen=True)
class Reached:
    """What a URL answered. `note` is for a person: “404 Not Found”, “timed out”."""

    state: LinkState
    note: str


def reach(url: str) -> Reached:
    """Ask `url` with HEAD, and with GET where that is refused. Raises nothing that it answers."""
    try:
        return judged(answered(url))
    except FetchError as error:
        refused = error.code == Trouble.NOT_PUBLIC
        return Reached(LinkState.REFUSED if refused else LinkState.UNREACHABLE, error.message)


def answered(url: str) -> Fetched:
    found = fetch(url, method="HEAD", limits=LIMITS)
    if found.status in (*GUARDED, *GONE) or found.status >= 500:
        # Many sites answer HEAD wrongly, and only GET as a reader is answered.
        return fetch(url, limits=LIMITS)
    return found


def judged(found: Fetched) -> Reached:
    note = f"{found.status} {found.reason}".strip()[:100]
    if found.status in GONE:
        return Reached(LinkState.DEAD, note)
    return Reached(LinkState.ALIVE if found.status < 400 else LinkState.UNREACHABLE, note)
