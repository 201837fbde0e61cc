"""A JSON document cut into its elements while it is read, so that it is never held whole.

Only brackets, commas and quotation marks are looked at here; each element is parsed by itself
afterwards. A streaming parser ends at the first fault it meets, and everything after it is lost:
this goes on with the next element, as long as the brackets and quotation marks pair.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 20
#: An element past this many bytes is given up.
MOST_BYTES = 8_000_000

#: Outside of a string: a whole string, or what gives the document its structure.
STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\],]', re.DOTALL)
#: Inside of one: its end, or an escape, which may be of a quotation mark.
STRING = re.compile(rb'"|\\.', re.DOTALL)
#: The JSON of an element; None for one of too many bytes.
Piece = bytes | None


class BrokenOff(Exception):
    """The document ends before it is complete."""


class Window:
    """The part of a stream that is still needed. Places count bytes from the stream's start."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.text = b""
        self.start = 0
        #: What comes before this place may be forgotten.
        self.needed = 0

    def structure(self) -> Iterator[tuple[bytes, int]]:
        """Every bracket and comma outside of strings, with its place."""
        inside, at = False, 0
        while chunk := self.stream.read(CHUNK):
            at -= self.forget(at)
            self.text += chunk
            while found := (STRING if inside else STRUCTURE).search(self.text, at):
                at = found.end()
                if found[0] == b'"':
                    inside = not inside
                elif not inside and found[0][:1] != b'"':
                    yield found[0], self.start + found.start()
            # A backslash at the end waits for what it escapes.
            at = len(self.text) - (inside and self.text.endswith(b"\\", at))

    def forget(self, read: int) -> int:
        """Drop what is not needed of the first `read` bytes, or all when that is too much."""
        drop = min(self.needed - self.start, read)
        if read - drop > MOST_BYTES:
            drop = read
        self.text = self.text[drop:]
        self.start += drop
        return drop

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The bytes from `start` to `end`, without white space around them."""
        end = self.start + len(self.text) if end is None else end
        if start < self.start or end - start > MOST_BYTES:
            return None
        return self.text[start - self.start : end - self.start].strip()


class Cutter:
    """Where in a document the reading is, and what has been cut of it."""

    def __init__(self, stream: BinaryIO, lists: re.Pattern[bytes]) -> None:
        """`lists` matches the name, and its colon, of a member whose list is cut as well."""
        self.window = Window(stream)
        self.lists = lists
        self.depth = 0
        #: Where the element starts that is being read, and the member of the outermost object.
        self.start = self.member = 0
        #: How deep the list lies that is being cut; 0 while there is none.
        self.level = 0
        #: Whether a list of the outermost value was cut, so that it is no element itself.
        self.listed = False

    def elements(self) -> Iterator[Piece]:
        """The elements of lists and feeds, and objects that are neither.

        Raises BrokenOff after the last whole one when the document is not complete.
        """
        steps = {b",": self.comma, b"[": self.open, b"{": self.open, b"]": self.close}
        for mark, place in self.window.structure():
            yield from steps.get(mark, self.close)(mark, place)
        if self.depth:
            raise BrokenOff
        yield from self.rest()

    def comma(self, mark: bytes, place: int) -> Iterator[Piece]:
        if self.depth == self.level and self.level:
            yield self.window.cut(self.start, place)
            self.starts(place + 1)
        elif self.depth == 1:
            self.member = place + 1

    def open(self, mark: bytes, place: int) -> Iterator[Piece]:
        if self.depth == 0:
            yield from self.rest(place)
            self.listed = mark == b"["
            self.level = int(self.listed)
            self.member = place + 1
            self.starts(place + self.level)
        elif self.depth == 1 and self.level == 0 and mark == b"[" and self.named(place):
            self.listed, self.level = True, 2
            self.starts(place + 1)
        self.depth += 1

    def close(self, mark: bytes, place: int) -> Iterator[Piece]:
        if self.depth == 0:
            return
        if self.depth == self.level:
            yield from self.rest(place)
            self.level = 0
            self.starts(place + 1)
        self.depth -= 1
        if self.depth == 0:
            if not self.listed:
                yield self.window.cut(self.start, place + 1)
            self.starts(place + 1)

    def starts(self, place: int) -> None:
        self.start = self.window.needed = place

    def rest(self, place: int | None = None) -> Iterator[Piece]:
        """What stands between the last cut and `place`, when it is not blank."""
        piece = self.window.cut(self.start, place)
        if piece != b"":
            yield piece

    def named(self, place: int) -> bool:
        """Whether the list that opens at `place` is one to cut."""
        return self.lists.fullmatch(self.window.cut(self.member, place) or b"") is not None
