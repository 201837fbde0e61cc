"""One address for one text, however it was linked."""

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: Parameters that say where a reader came from, not what they read.
TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src", "cmpid", "igshid")


# Of each article it is asked more than once.
@lru_cache(maxsize=100)
def normalised_url(url: str) -> str:
    """`url` with lower-case host, without fragment, tracking parameters and trailing slash.

    The scheme is dropped to https, since sites answer the same text on both.
    """
    if not url:
        return ""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith(TRACKING)
    ]
    path = parts.path.rstrip("/")
    return urlunsplit(("https", host + port, path, urlencode(sorted(query)), ""))


def site(url: str) -> str:
    """The host of `url` without `www`, lower case; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # As in "http://[": no address, and the form says so at `url`.
        return ""
