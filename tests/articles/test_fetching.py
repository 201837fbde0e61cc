"""The one way out to other people's servers, tried on a hostile one that the test allows."""

import gzip
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from articles.intake.fetching import FetchError, Limits, Trouble, Validators, fetch
from articles.intake.fetching.addresses import public
from tests.serving import CERTIFICATE, Handler, Server, serving

KILOBYTE = 1024
SMALL = Limits(body=10 * KILOBYTE)
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


@pytest.fixture
def site(settings) -> Iterator[Server]:
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    with serving(answered) as server:
        yield server


@pytest.fixture
def named(monkeypatch) -> Callable[..., None]:
    """Let a host's name lead to other addresses each time it is looked up."""
    kept = socket.getaddrinfo

    def name(host: str, *lookups: str) -> None:
        found = iter(lookups)

        def resolved(asked, *args, **kwargs):
            if asked != host:
                return kept(asked, *args, **kwargs)
            return [one for at in next(found).split() for one in kept(at, *args, **kwargs)]

        monkeypatch.setattr(socket, "getaddrinfo", resolved)

    return name


def trouble(url: str, **how) -> tuple[str, str]:
    with pytest.raises(FetchError) as caught:
        fetch(url, **how)
    return caught.value.code.value, caught.value.message


# --- What comes back -------------------------------------------------------------------------


def test_a_page(site):
    page = fetch(f"{site.url}/?ferry=7 ü#top")
    assert (page.status, page.reason, page.body) == (200, "OK", b"ferries")
    assert (page.content_type, page.charset) == ("text/html", "utf-8")
    assert page.url == f"{site.url}/?ferry=7%20%C3%BC"
    [asked] = site.asked
    assert asked.path == "/?ferry=7%20%C3%BC"
    assert asked.headers["User-Agent"].startswith("Plumbline (+http")
    assert asked.headers["Host"] == f"127.0.0.1:{site.server_port}"


def test_every_status_is_an_answer(site):
    page = fetch(f"{site.url}/404")
    assert (page.status, page.body) == (404, b"not here")


def test_redirects_lead_to_the_last_address(site):
    page = fetch(f"{site.url}/to?/to?/404")
    assert (page.status, page.url) == (404, f"{site.url}/404")
    assert fetch(f"{site.url}/nowhere").status == 302


def test_what_has_not_changed_is_not_sent_again(site):
    page = fetch(f"{site.url}/kept")
    assert page.validators == Validators('"v1"', "Mon, 04 May 2026 12:00:00 GMT")
    again = fetch(f"{site.url}/kept", known=page.validators)
    assert (again.unchanged, again.body) == (True, b"")


@pytest.mark.parametrize("path", ["gzip", "x-gzip", "members", "deflate", "bare-deflate"])
def test_what_was_packed_is_unpacked(site, path):
    assert fetch(f"{site.url}/{path}").body == TEXT


def test_pieces_are_put_together(site):
    assert fetch(f"{site.url}/chunked").body == b"ferries"


def test_a_body_is_sent_and_no_redirect_followed(site):
    answer = fetch(f"{site.url}/to?/", method="POST", body=b"{}", headers={"X-Id": "7"})
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    [asked] = site.asked
    assert (asked.method, asked.body, asked.headers["X-Id"]) == ("POST", b"{}", "7")


# --- Limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/circle", "too_many_redirects", "it redirects without end"),
        ("/endless", "too_large", "it is larger than 10,240 bytes"),
        ("/announced", "too_large", "it is larger than 10,240 bytes"),
        ("/bomb", "too_large", "it is larger than 10,240 bytes"),
        ("/members-bomb", "too_large", "it is larger than 10,240 bytes"),
        ("/half-gzip", "broken_off", "its answer broke off"),
        ("/short", "broken_off", "its answer broke off"),
        ("/no-gzip", "wrong_encoding", "its packing is broken"),
        ("/twice", "wrong_encoding", "it is packed as “gzip, gzip”, which is not read"),
        ("/brotli", "wrong_encoding", "it is packed as “br”, which is not read"),
        ("/no-http", "no_answer", "no answer (BadStatusLine)"),
        ("/many-headers", "no_answer", "no answer (HTTPException)"),
        ("/to?http://[", "not_a_url", "it leads to no valid URL"),
        ("/to?file:///etc/passwd", "not_public", "only http and https are asked"),
        ("/to?http://me:pw@127.0.0.1/", "not_public", "it names a login"),
    ],
)
def test_what_breaks_the_limits_is_no_answer(site, path, code, message):
    assert trouble(site.url + path, limits=SMALL) == (code, message)


def test_a_body_as_long_as_it_may_be_is_read(site):
    assert len(fetch(f"{site.url}/exact", limits=SMALL).body) == SMALL.body


def test_a_circle_is_walked_no_further_than_allowed(site):
    trouble(f"{site.url}/circle", limits=Limits(redirects=2))
    assert len(site.asked) == 3


def test_the_start_of_a_body_can_be_enough(site):
    limits = Limits(body=100, cut=True)
    assert fetch(f"{site.url}/endless", limits=limits).body == b"x" * 100
    assert fetch(f"{site.url}/bomb", limits=limits).body == bytes(100)
    assert fetch(f"{site.url}/", limits=limits).body == b"ferries"


@pytest.mark.parametrize("path", ["/drip", "/drip-body", "/to?/drip"])
def test_one_who_never_ends_is_hung_up_on(site, path):
    began = time.monotonic()
    assert trouble(site.url + path, limits=Limits(longest=0.5))[0] == "too_slow"
    assert time.monotonic() - began < 3


def test_one_who_says_nothing_is_hung_up_on(settings):
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        for scheme in ("http", "https"):
            url = f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}/"
            assert trouble(url, limits=Limits(patience=0.3))[0] == "too_slow"
            assert trouble(url, limits=Limits(longest=0.3))[0] == "too_slow"


@pytest.mark.parametrize(
    ("path", "named_as"), [("/image", "image/gif"), ("/untyped", "nothing that it names")]
)
def test_other_content_than_was_asked_for(site, path, named_as):
    code, message = trouble(site.url + path, types=("text/html", "application/xhtml+xml"))
    assert code == "wrong_type"
    assert message == f"it is {named_as}, not text/html or application/xhtml+xml"
    assert fetch(f"{site.url}/", types=("text/html",)).status == 200


# --- Only to the public ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "①②⑦.⓪.⓪.①",
        "localhost",
        "[::1]",
        "[::]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_no_disguise_leads_into_the_desk(host):
    with serving(answered) as inside:
        url = f"http://{host}:{inside.server_port}/"
        assert trouble(url, limits=Limits(longest=2)) == (
            "not_public",
            "its address is not public",
        )
        assert inside.asked == []


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        ("http://1.1.1.1:22/", "not_public", "its port is not one of the web"),
        ("http://1.1.1.1:0/", "not_public", "its port is not one of the web"),
        ("http://1.1.1.1:99999/", "not_a_url", "it leads to no valid URL"),
        ("http://known@1.1.1.1/", "not_public", "it names a login"),
        ("http://@1.1.1.1/", "not_public", "it names a login"),
        ("http://1.1.1.1\\@127.0.0.1/", "not_public", "it names a login"),
        ("file:///etc/passwd", "not_public", "only http and https are asked"),
        ("gopher://1.1.1.1/", "not_public", "only http and https are asked"),
        ("//1.1.1.1/", "not_public", "only http and https are asked"),
        ("http://", "not_public", "only http and https are asked"),
        ("http://nobody.invalid/", "host_unknown", "its host was not found"),
        (f"http://{'a' * 70}.example/", "not_a_url", "it leads to no valid URL"),
    ],
)
def test_urls_that_are_not_asked(url, code, message):
    assert trouble(url, limits=Limits(longest=2)) == (code, message)


def test_a_redirect_leads_nowhere_else_either(site, settings):
    """The site is allowed by its own address alone; it redirects to another one of the machine."""
    settings.FETCH_NETWORKS = ["127.0.0.1/32"]
    url = f"{site.url}/to?http://127.0.0.2:{site.server_port}/"
    assert trouble(url)[0] == "not_public"
    assert len(site.asked) == 1


def test_a_name_is_looked_up_once(site, settings, named):
    """The second time it would lead to where nobody may go."""
    settings.FETCH_NETWORKS = ["127.0.0.1/32"]
    named("rebinding.example", "127.0.0.1", "127.0.0.2")
    url = f"http://rebinding.example:{site.server_port}/"
    assert fetch(url).body == b"ferries"
    assert site.asked[0].headers["Host"] == f"rebinding.example:{site.server_port}"
    assert trouble(url)[0] == "not_public"


def test_one_private_address_among_public_ones_is_one_too_many(named):
    named("mixed.example", "1.1.1.1 10.0.0.1")
    assert trouble("http://mixed.example/")[0] == "not_public"


def test_the_next_address_is_asked_where_the_first_is_deaf(site, named):
    named("two.example", "127.0.0.9 127.0.0.1")
    assert fetch(f"http://two.example:{site.server_port}/").body == b"ferries"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("::ffff:93.184.215.14", True),
        ("64:ff9b::5db8:d70e", True),
        ("100.64.0.1", False),
        ("198.18.0.1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2001:db8::1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("::a9fe:a9fe", False),
    ],
)
def test_which_addresses_are_public(address, expected):
    assert public(ip_address(address)) is expected


# --- Certificates ----------------------------------------------------------------------------


def test_the_certificate_must_be_the_hosts(settings, monkeypatch, named):
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    with serving(answered, secure=True) as site:
        url = f"https://harbour.example:{site.server_port}/"
        named("harbour.example", "127.0.0.1", "127.0.0.1")
        assert trouble(url)[0] == "certificate", "nobody vouches for it"
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert fetch(url).body == b"ferries"
        named("herald.example", "127.0.0.1")
        assert trouble(url.replace("harbour", "herald"))[0] == "certificate"


# --- Into a file, and asked before -----------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/chunked", "/gzip", "/members", "/deflate", "/exact"])
def test_a_body_is_the_same_in_a_file(site, tmp_path, path):
    with (tmp_path / "body").open("wb+") as file:
        assert fetch(site.url + path, limits=SMALL, into=file).body == b""
        file.seek(0)
        assert file.read() == fetch(site.url + path, limits=SMALL).body


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/bomb", "too_large"),
        ("/members-bomb", "too_large"),
        ("/endless", "too_large"),
        ("/short", "broken_off"),
        ("/half-gzip", "broken_off"),
        ("/no-gzip", "wrong_encoding"),
    ],
)
def test_a_file_is_filled_no_further_than_the_limit(site, tmp_path, path, code):
    with (tmp_path / "body").open("wb+") as file:
        assert trouble(site.url + path, limits=SMALL, into=file)[0] == code
        assert file.tell() <= SMALL.body + 1


def test_each_address_on_the_way_is_asked_about_before(site):
    asked = []

    def before(url: str) -> None:
        asked.append(url.removeprefix(site.url))
        if url.endswith("/404"):
            raise FetchError(Trouble.ROBOTS, "not this one")

    assert trouble(f"{site.url}/to?/to?/404", before=before) == (
        "robots_disallowed",
        "not this one",
    )
    assert asked == ["/to?/to?/404", "/to?/404", "/404"]
    assert [one.path for one in site.asked] == ["/to?/to?/404", "/to?/404"]
