"""The worker asks whether each source can be opened, and is led nowhere that is not public."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.utils import timezone

from articles.intake.fetching import Limits
from claims import tasks
from claims.desk import reaching
from claims.desk import verdicts as desk
from claims.desk.reaching import reach
from claims.models import Evidence
from tests.conftest import wait_until
from tests.factories import draft_verdict, published_verdict, user_in


class Site(BaseHTTPRequestHandler):
    """`/410` is answered with 410, `/get/404` with 404 to HEAD only, `/to?URL` with a redirect."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_GET(self) -> None:
        self.answer("GET")

    def answer(self, method: str) -> None:
        self.asked.append(f"{method} {self.path}")
        path, _, target = self.path.partition("?")
        if path == "/to":
            self.send_response(302)
            self.send_header("Location", target)
        elif path.startswith("/get/"):
            self.send_response(int(path[5:]) if method == "HEAD" else 200)
        elif path == "/circle":
            self.send_response(301)
            self.send_header("Location", "/circle")
        elif path == "/drip":
            self.drip()
            return
        else:
            self.send_response(int(path[1:] or 200))
        self.end_headers()

    def drip(self) -> None:
        """A first line that goes on and on, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 ")
        try:
            while not self.server.ended:
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.ended = False
    Site.asked = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.ended = True
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(server, settings) -> str:
    """The address of a site that the desk counts as its own network."""
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def outside(server) -> str:
    """The same site, on a network that is nobody's business."""
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("path", "state", "note"),
    [
        ("/200", "alive", "200 OK"),
        ("/get/405", "alive", "200 OK"),
        ("/get/404", "alive", "200 OK"),
        ("/get/500", "alive", "200 OK"),
        ("/404", "dead", "404 Not Found"),
        ("/410", "dead", "410 Gone"),
        ("/403", "unreachable", "403 Forbidden"),
        ("/503", "unreachable", "503 Service Unavailable"),
        ("/to?/200", "alive", "200 OK"),
        ("/to?/404", "dead", "404 Not Found"),
        ("/to?http://[", "unreachable", "it leads to no valid URL"),
    ],
)
def test_what_a_site_answers(site, path, state, note):
    found = reach(site + path)
    assert (found.state, found.note) == (state, note)


def test_a_circle_ends(site):
    found = reach(f"{site}/circle")
    assert (found.state, found.note) == ("unreachable", "it redirects without end")
    assert len(Site.asked) == reaching.LIMITS.redirects + 1


def test_one_who_never_ends_is_hung_up_on(site, monkeypatch):
    monkeypatch.setattr(reaching, "LIMITS", Limits(body=0, longest=0.5))
    found = reach(f"{site}/drip")
    assert (found.state, found.note) == ("unreachable", "it took too long to answer")


@pytest.mark.parametrize(
    ("url", "note"),
    [
        ("{outside}/200", "its address is not public"),
        ("http://localhost/", "its address is not public"),
        ("http://[::1]/", "its address is not public"),
        ("http://[::ffff:127.0.0.1]/", "its address is not public"),
        ("http://169.254.169.254/latest/meta-data/", "its address is not public"),
        ("http://10.0.0.1/", "its address is not public"),
        ("http://0x7f000001/", "its address is not public"),
        ("http://1.1.1.1:22/", "its port is not one of the web"),
        ("http://known@1.1.1.1/", "it names a login"),
        ("file:///etc/passwd", "only http and https are asked"),
        ("gopher://1.1.1.1/", "only http and https are asked"),
    ],
)
def test_nobody_is_led_where_not_everybody_may_go(outside, url, note):
    found = reach(url.format(outside=outside))
    assert (found.state, found.note) == ("refused", note)
    assert Site.asked == []


def test_a_redirect_leads_nowhere_else_either(site, settings, server):
    """The site is allowed by its own address alone; it redirects to another one of the machine."""
    settings.FETCH_NETWORKS = ["127.0.0.1/32"]
    found = reach(f"{site}/to?http://127.0.0.2:{server.server_port}/200")
    assert (found.state, found.note) == ("refused", "its address is not public")
    assert Site.asked == [f"HEAD /to?http://127.0.0.2:{server.server_port}/200"]


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(site, server, monkeypatch):
    """A name that leads elsewhere the second time it is looked up is looked up once."""
    answers = iter(["127.0.0.1", "127.0.0.2"])
    kept = socket.getaddrinfo

    def resolved(host, *args, **kwargs):
        return kept(next(answers) if host == "rebinding.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    found = reach(f"http://rebinding.example:{server.server_port}/200")
    assert found.state == "alive"
    assert next(answers) == "127.0.0.2"


def state_of(source: Evidence) -> tuple[str, str]:
    source.refresh_from_db()
    return source.link_state, source.link_note


@pytest.fixture
def source(db) -> Evidence:
    return draft_verdict(user_in("researcher")).evidence.get()


def test_the_worker_asks_what_is_due_once(site, source):
    Evidence.objects.filter(pk=source.pk).update(url=f"{site}/404")
    tasks.check_evidence()
    tasks.check_evidence()
    assert state_of(source) == ("dead", "404 Not Found")
    assert timezone.now() - source.link_checked_at < timedelta(minutes=1)
    assert Site.asked == ["HEAD /404", "GET /404"]


@pytest.mark.parametrize(
    ("age", "published", "asked"),
    [
        (timedelta(minutes=50), False, False),
        (timedelta(minutes=70), False, True),
        (timedelta(days=6), True, False),
        (timedelta(days=8), True, True),
    ],
)
def test_an_answer_counts_for_a_while(site, source, age, published, asked):
    if published:
        source = published_verdict().evidence.get()
    Evidence.objects.update(link_checked_at=timezone.now(), link_state="alive")
    Evidence.objects.filter(pk=source.pk).update(
        url=f"{site}/410", link_checked_at=timezone.now() - age
    )
    tasks.check_evidence()
    assert state_of(source)[0] == ("dead" if asked else "alive")


def test_what_was_retracted_is_asked_no_more(site, editor):
    verdict = published_verdict()
    verdict.evidence.update(url=f"{site}/410")
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    tasks.check_evidence()
    assert state_of(verdict.evidence.get()) == ("unchecked", "")
    assert Site.asked == []


def test_a_running_worker_does_so_unasked(server, start_worker):
    source = draft_verdict(user_in("researcher")).evidence.get()
    Evidence.objects.update(url=f"http://127.0.0.1:{server.server_port}/404")
    start_worker(FETCH_NETWORKS="127.0.0.0/8")
    wait_until(lambda: state_of(source)[0] == "dead")
