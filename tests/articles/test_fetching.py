"""The one way out to other people's servers, tried on a hostile one that the test allows."""

import socket
import time
from collections.abc import Iterator

import pytest

from articles.intake.fetching import FetchError, Limits, Trouble, Validators, fetch
from tests.articles.hostile import KILOBYTE, TEXT, answered, trouble
from tests.serving import Server, serving

SMALL = Limits(body=10 * KILOBYTE)


@pytest.fixture
def site(settings) -> Iterator[Server]:
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    with serving(answered) as server:
        yield server


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
        if url == f"{site.url}/404":
            raise FetchError(Trouble.ROBOTS, "not this one")

    assert trouble(f"{site.url}/to?/to?/404", before=before) == (
        "robots_disallowed",
        "not this one",
    )
    assert asked == ["/to?/to?/404", "/to?/404", "/404"]
    assert [one.path for one in site.asked] == ["/to?/to?/404", "/to?/404"]
