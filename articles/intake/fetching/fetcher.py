"""`fetch`: one request, and where it leads to."""

from collections.abc import Callable, Collection, Mapping
from http.client import HTTPResponse
from typing import IO
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from django.conf import settings

from articles.intake.fetching.addresses import public_places
from articles.intake.fetching.answers import Fetched, Limits, Validators
from articles.intake.fetching.bodies import ENCODINGS, read_body
from articles.intake.fetching.connecting import Deadline, connected
from articles.intake.fetching.errors import FetchError, Trouble, troubles_named

REDIRECTS = (301, 302, 303, 307, 308)
#: What is sent on to where a redirect leads. A body never is.
FOLLOWED = ("GET", "HEAD")
#: Characters that stand for themselves in a path or query; others are escaped.
AS_THEY_ARE = "/%?:@!$&'()*+,;=-._~[]|"
PAGE = Limits()


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    types: Collection[str] = (),
    known: Validators | None = None,
    limits: Limits = PAGE,
    before: Callable[[str], None] | None = None,
    into: IO[bytes] | None = None,
) -> Fetched:
    """Ask `url` over http or https, at public addresses and in FETCH_NETWORKS alone.

    Redirects of GET and HEAD are followed, each checked like the first; that of another method is
    the answer. `types` are the content types that a 200 may have, as “text/html”. With `known`
    the page comes only if it has changed; else the status is 304. `before` is called with each
    URL that is to be asked, redirects included, and raises FetchError for what shall not be. With
    `into` the body is written there as it comes, and is not in the answer. Any status is an answer.
    No answer, and one that breaks the limits or the types, raises FetchError.
    """
    deadline = Deadline(limits.longest)
    sent = {**own_headers(limits), **(known.headers if known else {}), **(headers or {})}
    for _ in range(limits.redirects + 1):
        with troubles_named():
            parts = asked(url)
            if before:
                before(urlunsplit(parts))
            fetched = answered(parts, method, sent, body, types, limits, deadline, into)
            target = redirected(fetched, method)
            if target is None:
                return fetched
            url = urljoin(fetched.url, target)
    raise FetchError(Trouble.TOO_MANY_REDIRECTS, "it redirects without end")


def own_headers(limits: Limits) -> dict[str, str]:
    return {
        "User-Agent": f"Plumbline (+{settings.PUBLIC_URL})",
        "Accept": "*/*",
        "Accept-Encoding": ENCODINGS if limits.body else "identity",
        "Connection": "close",
    }


def asked(url: str) -> SplitResult:
    """`url` as it is asked: trimmed, escaped, without fragment."""
    parts = urlsplit(url.strip())
    path, query = quote(parts.path or "/", AS_THEY_ARE), quote(parts.query, AS_THEY_ARE)
    return parts._replace(path=path, query=query, fragment="")


def answered(
    parts: SplitResult,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    types: Collection[str],
    limits: Limits,
    deadline: Deadline,
    into: IO[bytes] | None,
) -> Fetched:
    """The answer of the URL `parts` itself; the body of a redirect is left unread."""
    with connected(parts, public_places(parts), limits.patience, deadline) as link:
        link.request(method, urlunsplit(("", "", parts.path, parts.query, "")), body, dict(headers))
        answer = link.getresponse()
        fetched = Fetched(urlunsplit(parts), answer.status, answer.reason, answer.headers, b"")
        if redirected(fetched, method) is not None:
            return fetched
        check_type(fetched, types)
        return with_body(fetched, answer, limits, into)


def with_body(
    fetched: Fetched, answer: HTTPResponse, limits: Limits, into: IO[bytes] | None
) -> Fetched:
    body = read_body(answer, limits, into)
    return Fetched(fetched.url, fetched.status, fetched.reason, fetched.headers, body)


def redirected(fetched: Fetched, method: str) -> str | None:
    """Where an answer sends us on to; None where it is the answer."""
    if fetched.status in REDIRECTS and method in FOLLOWED:
        return fetched.headers.get("Location") or None
    return None


def check_type(fetched: Fetched, types: Collection[str]) -> None:
    if fetched.status == 200 and types and fetched.content_type not in types:
        told = fetched.content_type[:100] or "nothing that it names"
        raise FetchError(Trouble.WRONG_TYPE, f"it is {told}, not {' or '.join(types)}")
