"""A connection to one looked-up address, which ends in time whatever the other side does."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import SplitResult

from articles.intake.fetching.addresses import PORTS, Place, port_of


class Deadline:
    """The moment at which a fetch is given up, redirects and all."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; raises TimeoutError when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextmanager
def connected(
    parts: SplitResult, places: list[Place], patience: float, deadline: Deadline
) -> Iterator[http.client.HTTPConnection]:
    """Speak HTTP with the first of `places` that answers, as with the host of the URL `parts`.

    The certificate must be the host's. Raises TimeoutError past `deadline`, also of one who sends
    a byte whenever our patience is ending.
    """
    with closing(first_answering(places, patience, deadline)) as sock, hung_up(sock, deadline):
        link = http.client.HTTPConnection(str(parts.hostname), port_of(parts), timeout=patience)
        link.default_port = PORTS[parts.scheme]  # What the Host header need not name.
        link.sock = sock if parts.scheme == "http" else secured(sock, str(parts.hostname))
        with closing(link):
            yield link


def first_answering(places: list[Place], patience: float, deadline: Deadline) -> socket.socket:
    """A socket to the first place that takes one; raises what the last raised."""
    for place in places[:-1]:
        with suppress(OSError):
            return opened(place, min(patience, deadline.left))
    return opened(places[-1], min(patience, deadline.left))


def opened(place: Place, patience: float) -> socket.socket:
    """A socket to exactly this address: nothing is looked up again."""
    sock = socket.socket(place.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(patience)
        sock.connect(place.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


def secured(sock: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(sock, server_hostname=host)


@contextmanager
def hung_up(sock: socket.socket, deadline: Deadline) -> Iterator[None]:
    """Hang up at the deadline. Raises TimeoutError then, whatever had been sent."""
    # TLS takes the socket over; a second handle on it stays ours.
    handle, late = sock.dup(), threading.Event()

    def hang_up() -> None:
        late.set()
        # Already gone: it ended in this very moment.
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(deadline.left, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()
        if late.is_set():
            raise TimeoutError
