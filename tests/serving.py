"""A web server on loopback, as good or as hostile as a test wants it."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

#: A certificate for harbour.example and its key, which guards nothing.
CERTIFICATE = Path(__file__).parent / "harbour.pem"


@dataclass(frozen=True)
class Asked:
    """A request as it came in, and when."""

    method: str
    path: str
    headers: HTTPMessage
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's `answer`, and writes down that it came."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def handle_one_request(self) -> None:
        self.close_connection = True
        # Who hung up on us is what some tests are about.
        with suppress(OSError):
            super().handle_one_request()

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        self.server.asked.append(Asked(self.command, self.path, self.headers, body))
        self.server.answer(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer; `content_type="…"` is the header Content-Type."""
        self.send_response(status)
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        for name, value in ({"Content-Length": str(len(body))} | named).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def go_on(self, piece: bytes, *, pause: float = 0) -> None:
        """Send `piece` again and again until the other side or the test ends it."""
        while not self.server.ended.wait(pause):
            self.wfile.write(piece)

    def log_message(self, *args: object) -> None:
        return


class Server(ThreadingHTTPServer):
    """`answer` may be changed while it serves."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Handler], None], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.asked: list[Asked] = []
        self.ended = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving(
    answer: Callable[[Handler], None], *, secure: bool = False, port: int = 0
) -> Iterator[Server]:
    """Serve on `port`, or on one that is free."""
    server = Server(answer, port)
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
