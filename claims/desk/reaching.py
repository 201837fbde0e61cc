"""Whether a URL can be opened, asked without being led anywhere that is not public.

The host is resolved once, and the address that was looked at is the one that is asked; so is that
of every redirect. No body is read.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from django.conf import settings

from claims.models.choices import LinkState

#: Seconds that connecting and each reading may take, and one request altogether.
PATIENCE, LONGEST = 8, 20
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
#: Answers by which a site says that the page is no more.
GONE = (404, 410)
#: Who is told so by a robot may well let a person in.
GUARDED = (401, 402, 403, 405, 406, 407, 429, 451, 501)


@dataclass(frozen=True)
class Reached:
    """What a URL answered. `note` is for a person: “404 Not Found”, “timed out”."""

    state: LinkState
    note: str


class NotPublic(Exception):
    """The URL leads where we do not ask: another scheme, port or network."""


def reach(url: str) -> Reached:
    """Ask `url` with HEAD, and with GET where that is refused. Raises nothing that it answers."""
    try:
        return followed(url)
    except NotPublic as error:
        return Reached(LinkState.REFUSED, str(error))
    except TimeoutError:
        return Reached(LinkState.UNREACHABLE, "it took too long to answer")
    except ssl.SSLCertVerificationError as error:
        return Reached(LinkState.UNREACHABLE, f"its certificate is wrong ({error.verify_message})")
    except socket.gaierror:
        return Reached(LinkState.UNREACHABLE, "its host was not found")
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        return Reached(LinkState.UNREACHABLE, f"no answer ({type(error).__name__})")


def followed(url: str) -> Reached:
    for _ in range(MOST_REDIRECTS + 1):
        status, reason, location = answered(url)
        if status not in REDIRECTS or not location:
            return judged(status, reason)
        url = urljoin(url, location)
    return Reached(LinkState.UNREACHABLE, "it redirects without end")


def judged(status: int, reason: str) -> Reached:
    note = f"{status} {reason}".strip()[:100]
    if status in GONE:
        return Reached(LinkState.DEAD, note)
    return Reached(LinkState.ALIVE if status < 400 else LinkState.UNREACHABLE, note)


def answered(url: str) -> tuple[int, str, str]:
    """Status, reason and `Location` of `url`, asked at one address that was looked at."""
    parts = urlsplit(url)
    address = public_address(parts)
    status, reason, location = asked("HEAD", parts, address)
    if status in (*GUARDED, *GONE) or status >= 500:
        # Many sites answer HEAD wrongly, and only GET as a reader is answered.
        status, reason, location = asked("GET", parts, address)
    return status, reason, location


def public_address(parts: SplitResult) -> str:
    """The address of a URL's host. Raises NotPublic when any of them is not for everybody."""
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotPublic("only http and https are asked")
    if parts.username or parts.password:
        raise NotPublic("it names a login")
    found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    for address in addresses:
        if within_desk(address):
            continue
        if not public(address):
            raise NotPublic("its address is not public")
        if port_of(parts) not in PORTS.values():
            raise NotPublic("its port is not one of the web")
    return str(addresses[0])


def port_of(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody can ask `address`; one that wraps another counts as that one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or nat64(address)
        if inner is not None:
            return public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def nat64(address: IPv6Address) -> IPv4Address | None:
    inside = address in ip_network("64:ff9b::/96")
    return IPv4Address(int(address) & 0xFFFFFFFF) if inside else None


def within_desk(address: IPv4Address | IPv6Address) -> bool:
    """Whether the desk itself names the network, as that of its own archive."""
    return any(address in ip_network(network) for network in settings.EVIDENCE_NETWORKS)


def asked(method: str, parts: SplitResult, address: str) -> tuple[int, str, str]:
    """One request to `address` for the URL's host; the answer's body is left unread."""
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    headers = {
        "User-Agent": f"Plumbline (+{settings.PUBLIC_URL})",
        "Accept": "*/*",
        "Connection": "close",
    }
    with closing(connection(parts, address)) as link, no_longer_than(LONGEST, link):
        link.request(method, path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.reason, answer.getheader("Location") or ""


def connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """Connected to `address`, whatever the host's name leads to by now."""
    host, port = str(parts.hostname), port_of(parts)
    link = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    link.sock = socket.create_connection((address, port), timeout=PATIENCE)
    if parts.scheme == "https":
        link.default_port = PORTS["https"]
        context = ssl.create_default_context()
        try:
            link.sock = context.wrap_socket(link.sock, server_hostname=host)
        except OSError:
            link.close()
            raise
    return link


@contextmanager
def no_longer_than(seconds: float, link: http.client.HTTPConnection) -> Iterator[None]:
    """Hang up after `seconds`, also on one who sends a byte whenever our patience is ending.

    Raises TimeoutError then, whatever had been sent.
    """
    sock, late = link.sock, threading.Event()

    def hang_up() -> None:
        late.set()
        # Already gone: it ended in this very moment.
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError
