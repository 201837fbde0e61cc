"""One reader per format: a file in, rows out, one at a time, from any place on.

Everything is read as a stream, and nothing but a single row is ever held whole. A bad row never
stops the ones after it; what is wrong with the file as a whole is raised as a ValidationError with
a stable code.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePath

from articles.intake.reading import (
    archives,
    documents,
    folders,
    json_lines,
    pages,
    tables,
    warcs,
)
from articles.intake.reading.dialects import encoding_of, guessed
from articles.intake.reading.rows import Options, Place, Row, Source, check_options, refuse
from articles.intake.reading.streams import opened

__all__ = [
    "FORMATS",
    "Options",
    "Place",
    "Row",
    "Source",
    "check_options",
    "header",
    "recognised",
    "rows",
]

READERS: dict[str, Callable[[Source, Place], Iterator[Row]]] = {
    "csv": tables.rows,
    "jsonl": json_lines.rows,
    "json": documents.rows,
    "txt": pages.rows,
    "html": pages.rows,
    "zip": archives.rows,
    "warc": warcs.rows,
    "folder": folders.rows,
}
FORMATS = tuple(READERS)
ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
    ".zip": "zip",
    ".warc": "warc",
}
SAMPLE = 65_536


def recognised(source: Source) -> Source:
    """`source` with its format: the one it names, or told by its ending, or by its content.

    Raises ValidationError `unknown_format` when no reader takes it.
    """
    given = source.options.format
    found = given or ("folder" if source.path.is_dir() else by_ending(source.name))
    found = found or by_content(source)
    if found not in READERS or (found == "folder") != source.path.is_dir():
        refuse(
            f"{source.name}: no reader for “{given or PurePath(source.name).suffix.lstrip('.')}”. "
            f"Use one of {', '.join(READERS)}.",
            "unknown_format",
        )
    return replace(source, options=replace(source.options, format=found))


def by_ending(name: str) -> str:
    return ENDINGS.get(PurePath(name.lower().removesuffix(".gz")).suffix, "")


def by_content(source: Source) -> str:
    """The format that the start of the file looks like; empty when it looks like none."""
    with opened(source.path) as stream:
        start = stream.peek(SAMPLE)[:SAMPLE].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PK\3\4"):
        return "zip"
    if start.startswith(b"WARC/"):
        return "warc"
    if start.startswith(b"<"):
        return "html"
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"{"):
        return "jsonl" if b"}\n{" in start.replace(b"\r", b"") else "json"
    return "csv" if is_table(start) else ""


def is_table(start: bytes) -> bool:
    """Whether the first line names a text of ours between delimiters."""
    text = start.decode(encoding_of(start, "")[1], "replace")
    first = text.partition("\n")[0]
    for mark in (",", ";", "\t", "|"):
        found = guessed([name.strip('" \r') for name in first.split(mark)])
        if len(found) > 1 and ("text" in found or "html" in found):
            return True
    return False


def rows(source: Source, place: Place) -> Iterator[Row]:
    """The rows of a `recognised` source after `place`; an empty one is the start."""
    return READERS[source.options.format](source, place)


def header(source: Source) -> list[str]:
    """The names of the columns of a table; empty for every other format."""
    return tables.header(source) if source.options.format == "csv" else []
