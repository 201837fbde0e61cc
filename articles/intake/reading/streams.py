"""A file as one stream of bytes, unpacked when it is gzip'd, that knows how far it is.

Seeking goes straight there in a plain file; in a gzip'd one it reads on from the start.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

CHUNK = 1 << 18
GZIP = b"\x1f\x8b"
#: Text shrinks to a tenth, rarely to a fiftieth; zeros shrink to a thousandth.
MOST_RATIO = 200
#: Unpacked bytes that no ratio is asked of.
NO_RATIO_BELOW = 100_000_000
#: What reading a damaged or cut-off file may raise.
UNPACKING = (gzip.BadGzipFile, EOFError, zlib.error)


class Stream(io.BufferedReader):
    """The content of a file; `position` is how many bytes of the file itself were read for it."""

    def __init__(self, content: Any, file: BinaryIO) -> None:
        super().__init__(content, CHUNK)
        self.file = file

    @property
    def position(self) -> int:
        return self.file.tell()


class Guarded(io.RawIOBase):
    """What a gzip'd file unpacks to, ended with an error when that is out of proportion."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.content = gzip.GzipFile(fileobj=file)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or place < self.content.tell():
            return self.content.seek(place, whence)
        while (left := place - self.content.tell()) > 0 and self.content.read(min(left, CHUNK)):
            self.check()
        return self.content.tell()

    def tell(self) -> int:
        return self.content.tell()

    def readinto(self, buffer: Any) -> int:
        found = self.content.read(len(buffer))
        buffer[: len(found)] = found
        self.check()
        return len(found)

    def check(self) -> None:
        check_size(self.content.tell(), self.file.tell())


def check_size(unpacked: int, packed: int) -> None:
    """Raise ValidationError `unpacks_to_too_much` for a bomb, told by its ratio or its size."""
    ratio = unpacked > NO_RATIO_BELOW and unpacked > MOST_RATIO * max(packed, 1)
    if ratio or unpacked > settings.IMPORT_MAX_UNPACKED_BYTES:
        raise ValidationError(
            f"The file unpacks to more than {unpacked:,} bytes.", code="unpacks_to_too_much"
        )


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """The content of a file. What is wrong with it as a whole comes as a ValidationError.

    `nested_archive` is a gzip in a gzip, `broken_off` one that is damaged or not complete.
    """
    with path.open("rb") as file:
        try:
            yield unpacked(file)
        except UNPACKING as error:
            raise ValidationError(
                f"The file breaks off or is damaged from here on: {error}", code="broken_off"
            ) from error


def unpacked(file: "io.BufferedReader[Any]") -> Stream:
    if not file.peek(2).startswith(GZIP):
        return Stream(file, file)
    stream = Stream(Guarded(file), file)
    if stream.peek(2).startswith(GZIP):
        raise ValidationError("The archive is packed a second time.", code="nested_archive")
    return stream


def broken(error: UnicodeError) -> tuple[str, int]:
    """Of bytes that their encoding does not have, one that UTF-8 does not have either."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error("plumbline.broken", broken)


class Transcoded(io.RawIOBase):
    """A stream in any encoding as UTF-8 with `\\n` line ends; what is broken stays broken."""

    def __init__(self, stream: Stream, encoding: str) -> None:
        self.stream = stream
        self.encoding = encoding
        self.begin()

    def begin(self) -> None:
        self.stream.seek(0)
        decoder = codecs.getincrementaldecoder(self.encoding)("plumbline.broken")
        self.decoder = io.IncrementalNewlineDecoder(decoder, translate=True)
        self.ready = b""
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        if place < self.at:
            self.begin()
        while self.at < place and self.read(min(CHUNK, place - self.at)):
            pass
        return self.at

    def readinto(self, buffer: Any) -> int:
        ended = False
        while not self.ready and not ended:
            chunk = self.stream.read(CHUNK)
            ended = not chunk
            self.ready = self.decoder.decode(chunk, final=ended).encode("utf-8", "surrogateescape")
        found, self.ready = self.ready[: len(buffer)], self.ready[len(buffer) :]
        buffer[: len(found)] = found
        self.at += len(found)
        return len(found)


def transcoded(stream: Stream, encoding: str) -> Stream:
    return Stream(Transcoded(stream, encoding), stream.file)


def lines(stream: Stream, most: int) -> Iterator[tuple[bytes, bool]]:
    """(line, whole): of a line past `most` bytes its start, and False. The rest is passed over."""
    while line := stream.readline(most + 1):
        whole = len(line) <= most or line.endswith(b"\n")
        if not whole:
            pass_over_line(stream)
        yield line, whole


def pass_over_line(stream: Stream) -> None:
    while (more := stream.readline(CHUNK)) and not more.endswith(b"\n"):
        pass
