"""A hostile site, which the test allows: what each of its paths does to who asks."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from articles.intake.fetching import FetchError, fetch
from tests.serving import Handler

KILOBYTE = 1024
TEXT = b"The harbour log counts four late ferries. " * 50


def answered(page: Handler) -> None:
    """What each path of the site does."""
    path, _, rest = page.path.partition("?")
    ANSWERS[path](page, rest)


def redirect(page: Handler, target: str) -> None:
    page.send(302, location=target)


def page_with_validators(page: Handler, _: str) -> None:
    if page.headers.get("If-None-Match") == '"v1"':
        page.send(304, etag='"v1"')
    else:
        page.send(200, b"ferries", etag='"v1"', last_modified="Mon, 04 May 2026 12:00:00 GMT")


def endless(page: Handler, _: str) -> None:
    page.send_response(200)
    page.send_header("Content-Type", "text/html")
    page.end_headers()
    page.go_on(b"x" * KILOBYTE)


def dripping_status(page: Handler, _: str) -> None:
    page.wfile.write(b"HTTP/1.1 200 ")
    page.go_on(b"x", pause=0.05)


def dripping_body(page: Handler, _: str) -> None:
    page.send_response(200)
    page.end_headers()
    page.go_on(b"x", pause=0.05)


def chunked(page: Handler, _: str) -> None:
    page.send_response(200)
    page.send_header("Transfer-Encoding", "chunked")
    page.end_headers()
    page.wfile.write(b"7\r\nferries\r\n0\r\n\r\n")


def sent(body: bytes, encoding: str) -> Callable[[Handler, str], None]:
    return lambda page, _: page.send(200, body, content_encoding=encoding)


def bare_deflate(text: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(text) + stream.flush()


def two_members(text: bytes) -> bytes:
    return gzip.compress(text[:100]) + gzip.compress(text[100:]) + b"\0" * 10


ANSWERS: dict[str, Callable[[Handler, str], None]] = {
    "/": lambda page, _: page.send(200, b"ferries", content_type="text/html; charset=UTF-8"),
    "/to": redirect,
    "/circle": lambda page, _: redirect(page, "/circle"),
    "/nowhere": lambda page, _: page.send(302),
    "/kept": page_with_validators,
    "/404": lambda page, _: page.send(404, b"not here"),
    "/image": lambda page, _: page.send(200, b"GIF89a", content_type="image/gif"),
    "/untyped": lambda page, _: page.send(200, b"?"),
    "/endless": endless,
    "/drip": dripping_status,
    "/drip-body": dripping_body,
    "/announced": lambda page, _: page.send(200, b"x" * 20 * KILOBYTE),
    "/exact": lambda page, _: page.send(200, b"x" * 10 * KILOBYTE),
    "/short": lambda page, _: page.send(200, b"ferr", content_length="7"),
    "/chunked": chunked,
    "/gzip": sent(gzip.compress(TEXT), "gzip"),
    "/x-gzip": sent(gzip.compress(TEXT), "X-GZip"),
    "/members": sent(two_members(TEXT), "gzip"),
    "/deflate": sent(zlib.compress(TEXT), "deflate"),
    "/bare-deflate": sent(bare_deflate(TEXT), "deflate"),
    "/bomb": sent(gzip.compress(bytes(50_000_000)), "gzip"),
    "/members-bomb": sent(gzip.compress(b"") * 2_000, "gzip"),
    "/half-gzip": sent(gzip.compress(TEXT)[:-20], "gzip"),
    "/no-gzip": sent(TEXT, "gzip"),
    "/twice": sent(TEXT, "gzip, gzip"),
    "/brotli": sent(TEXT, "br"),
    "/no-http": lambda page, _: page.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "/many-headers": lambda page, _: page.send(200, **{f"x{n}": "y" for n in range(200)}),
}


def trouble(url: str, **how) -> tuple[str, str]:
    """Code and message with which nothing is fetched."""
    with pytest.raises(FetchError) as caught:
        fetch(url, **how)
    return caught.value.code.value, caught.value.message
