"""Only what is public is asked, under whatever name, and only with its own certificate."""

import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from articles.intake.fetching import Limits, fetch
from articles.intake.fetching.addresses import public
from tests.articles.hostile import answered, trouble
from tests.serving import CERTIFICATE, Server, serving


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
