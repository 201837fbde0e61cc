"""JSON Lines: one object a line. Goes on at the byte where the next line starts."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from articles.intake.reading.rows import (
    MOST_BYTES,
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    from_record,
    refuse,
    too_large,
)
from articles.intake.reading.streams import Stream, lines, opened
from articles.services import Submission


def rows(source: Source, place: Place) -> Iterator[Row]:
    with opened(source.path) as stream:
        yield from lines_of(stream, source.options, place)


def lines_of(stream: Stream, options: Options, place: Place) -> Iterator[Row]:
    number, at = place.get("row", 0), place.get("byte", 0)
    stream.seek(at)
    for line, whole in lines(stream, MOST_BYTES):
        number += 1
        if not line.strip():
            continue
        yield Row(
            number,
            line.rstrip(b"\r\n") if whole else line[:MOST_KEPT],
            {"row": number, "byte": stream.tell()},
            stream.position,
            partial(from_json, line, options) if whole else too_large(),
            cut=not whole,
        )


def from_json(content: bytes, options: Options) -> Submission:
    return from_record(parsed(content), options)


def parsed(content: bytes) -> dict[str, Any]:
    try:
        record = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        refuse(f"Byte {error.start + 1} is not UTF-8.", "invalid_utf8")
    except RecursionError:
        refuse("Its JSON is nested too deeply.", "nested_too_deeply")
    except ValueError as error:  # Also of a number with too many digits.
        refuse(f"This is no JSON: {error}", "malformed_json")
    if not isinstance(record, dict):
        refuse("This is no JSON object.", "malformed_json")
    return record
