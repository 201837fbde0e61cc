"""A body as it was before it was packed, read no further than its limit."""

import zlib
from http.client import HTTPResponse, IncompleteRead
from typing import IO, Any, Protocol

from articles.intake.fetching.answers import Limits
from articles.intake.fetching.errors import FetchError, Trouble

#: Asked for where a body is wanted; whatever else a site packs with is refused.
ENCODINGS = "gzip, deflate"
#: Small, as a piece of nothing but empty gzip members is looked through once for each of them.
PIECE = 16 * 1024


class Unpacker(Protocol):
    """One way of packing."""

    @property
    def whole(self) -> bool:
        """Whether what came so far is no fragment."""

    def unpacked(self, piece: bytes, most: int) -> bytes:
        """What `piece` holds, no more than `most` bytes of it."""


class Plain:
    whole = True

    def unpacked(self, piece: bytes, most: int) -> bytes:
        return piece[:most]


class Deflated:
    """gzip of any number of members, zlib, or the bare deflate that some servers call so."""

    def __init__(self, name: str) -> None:
        self.gzip = name.endswith("gzip")
        self.stream: Any = None

    @property
    def whole(self) -> bool:
        return self.stream is None or self.stream.eof

    def unpacked(self, piece: bytes, most: int) -> bytes:
        found = b""
        while piece and len(found) < most:
            self.stream = self.stream or self.begun(piece)
            found += self.stream.decompress(piece, most - len(found))
            piece = self.stream.unused_data or self.stream.unconsumed_tail
            if self.stream.eof:
                if not self.gzip or not piece.strip(b"\0"):
                    break  # Zeros may fill the end up.
                self.stream = None
        return found

    def begun(self, piece: bytes) -> Any:
        if self.gzip:
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        headed = piece[0] & 0x0F == 8 and piece[0] >> 4 <= 7
        return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)


def read_body(answer: HTTPResponse, limits: Limits, into: IO[bytes] | None = None) -> bytes:
    """The body, unpacked. Raises FetchError `too_large`, `wrong_encoding` or IncompleteRead.

    What is longer than the limit is refused, or with `limits.cut` cut there. With `into` it is
    written there instead of returned.
    """
    if into is not None:
        return read_into(answer, limits, into)
    if limits.body == 0:
        return b""
    unpacker = unpacker_of(answer)
    body, sent, cut = bytearray(), 0, False
    # One byte more tells a body that is as long as it may be from one that is longer.
    while not cut and (piece := answer.read(min(PIECE, limits.body + 1 - sent))):
        sent += len(piece)
        body += unpacker.unpacked(piece, limits.body + 1 - len(body))
        cut = max(sent, len(body)) > limits.body
    if cut and not limits.cut:
        raise FetchError(Trouble.TOO_LARGE, f"it is larger than {limits.body:,} bytes")
    if not cut and (answer.length or not unpacker.whole):
        raise IncompleteRead(bytes(body))
    return bytes(body[: limits.body])


def read_into(answer: HTTPResponse, limits: Limits, into: IO[bytes]) -> bytes:
    unpacker = unpacker_of(answer)
    written, sent = 0, 0
    while piece := answer.read(min(PIECE, limits.body + 1 - sent)):
        sent += len(piece)
        written += into.write(unpacker.unpacked(piece, limits.body + 1 - written))
        if max(sent, written) > limits.body:
            raise FetchError(Trouble.TOO_LARGE, f"it is larger than {limits.body:,} bytes")
    if answer.length or not unpacker.whole:
        raise IncompleteRead(b"")
    return b""


def unpacker_of(answer: HTTPResponse) -> Unpacker:
    name = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if name == "identity":
        return Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return Deflated(name)
    raise FetchError(Trouble.WRONG_ENCODING, f"it is packed as “{name[:40]}”, which is not read")
