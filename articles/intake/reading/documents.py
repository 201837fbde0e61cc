"""A JSON document: a list of objects, an object that holds such a list, or one object.

Goes on after so many elements, which are found again by their brackets and not parsed.
"""

import re
from collections.abc import Iterator
from functools import partial

from articles.intake.reading.elements import MOST_BYTES, BrokenOff, Cutter, Piece
from articles.intake.reading.json_lines import from_json
from articles.intake.reading.rows import Place, Row, Source, refuse, too_large
from articles.intake.reading.streams import Stream, opened
from articles.services import Submission

BOM = b"\xef\xbb\xbf"
#: The members of an object whose lists hold articles.
LISTS = re.compile(rb'\s*"(?:articles|items|results|data|documents|rows)"\s*:\s*')


def rows(source: Source, place: Place) -> Iterator[Row]:
    done = place.get("row", 0)
    with opened(source.path) as stream:
        if stream.peek(3).startswith(BOM):
            stream.read(3)
        for number, piece in pieces(stream):
            if number > done:
                yield Row(
                    number,
                    piece or b"",
                    {"row": number},
                    stream.position,
                    made(piece, source),
                    cut=piece is None,
                )


def pieces(stream: Stream) -> Iterator[tuple[int, Piece]]:
    """The elements with their numbers from 1."""
    number = 0
    try:
        for number, piece in enumerate(Cutter(stream, LISTS).elements(), start=1):
            yield number, piece
    except BrokenOff:
        message = f"The JSON is not complete: it breaks off after element {number}."
        refuse(message, "broken_off")


def made(piece: Piece, source: Source) -> "partial[Submission]":
    if piece is None:
        return partial(too_large(MOST_BYTES))
    return partial(from_json, piece, source.options)
