"""A client that keeps a server busy: some connections that stay open, each with one request."""

import re
import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

CONNECTIONS = 4
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Connection:
    """One request at a time, over and over."""

    def __init__(self, port: int, request: bytes, status: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request
        self.status = b"HTTP/1.1 %d " % status
        self.read = b""

    def ask(self) -> None:
        self.read = b""
        self.socket.sendall(self.request)

    def answered(self) -> bool:
        """Read what is there; whether that was the end of the answer, which is as expected."""
        self.read += self.socket.recv(1 << 17)
        head, _, body = self.read.partition(b"\r\n\r\n")
        if not self.read.startswith(self.status):
            raise RuntimeError(self.read[:500])
        length = LENGTH.search(head)
        return len(body) == (int(length[1]) if length else 0)


def written(path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *map(": ".join, headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True)
class Driven:
    answers: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def drive(
    port: int, path: str, headers: Mapping[str, str], *, status: int, seconds: float
) -> Driven:
    """Ask for so many seconds. Raises RuntimeError for an answer of another status."""
    request = written(path, headers)
    connections = [Connection(port, request, status) for _n in range(CONNECTIONS)]
    try:
        return driven(connections, seconds)
    finally:
        for connection in connections:
            connection.socket.close()


def driven(connections: list[Connection], seconds: float) -> Driven:
    with selectors.DefaultSelector() as ready:
        for connection in connections:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask()
        start = time.perf_counter()
        answers = 0
        while (took := time.perf_counter() - start) < seconds:
            for key, _events in ready.select(timeout=5):
                if key.data.answered():
                    answers += 1
                    key.data.ask()
    return Driven(answers, took)
