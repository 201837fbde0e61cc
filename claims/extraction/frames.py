"""The parse of a paragraph, and who says something in it with which word."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Offsets in the text; places of tokens in a paragraph. Ends are excluded.
Stretch = tuple[int, int]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A cue that the network found, with its source and contents."""

    cue: Range
    source: Range | None
    contents: tuple[Range, ...]


@dataclass(slots=True)
class Parsed:
    """A paragraph, or a cut of a very long one, with its analysis; it begins at `start`."""

    doc: "Doc"
    start: int
    end: int
    paragraph: int

    def stretch(self, left: "Token", right: "Token") -> Stretch:
        """Offsets in the text of the tokens from left to right, both included."""
        return self.start + left.idx, self.start + right.idx + len(right)


@dataclass(slots=True)
class Frame:
    """A cue and its source; stretches are offsets in the text.

    A name that only stands beside a quotation has no cue; a cue may name no source.
    """

    parsed: Parsed
    cue: Stretch | None
    cue_token: "Token | None"
    source: Stretch | None
    source_head: "Token | None"

    @property
    def local(self) -> Stretch:
        """From the first to the last character of source and cue."""
        parts = [part for part in (self.source, self.cue) if part]
        return min(a for a, _ in parts), max(b for _, b in parts)
