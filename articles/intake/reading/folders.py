"""A folder of TXT and HTML, with the folders in it, in the order of their names.

Goes on after the path that was read last. Links are told, not followed.
"""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from articles.intake.reading.pages import LITTER, MOST_PAGE_BYTES, from_page, why_not, wrong
from articles.intake.reading.rows import (
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    refusing,
    too_large,
)
from articles.services import Submission


def rows(source: Source, place: Place) -> Iterator[Row]:
    number, position = place.get("row", 0), place.get("byte", 0)
    done = place.get("path", "").encode("latin-1")
    for path in files(source.path):
        at = os.fsencode(path.relative_to(source.path))
        # Names are bytes, and not always text.
        name = at.decode("utf-8", "replace")
        if LITTER.search(name) or (done and at.split(b"/") <= done.split(b"/")):
            continue
        number += 1
        content, make = content_of(path, name, source.options)
        position += len(content)
        whole = len(content) <= MOST_PAGE_BYTES
        yield Row(
            number,
            content if whole else content[:MOST_KEPT],
            {"row": number, "path": at.decode("latin-1"), "byte": position},
            position,
            make,
            name=name,
            cut=not whole,
        )


def files(folder: Path) -> Iterator[Path]:
    """Files and links below `folder`; names are ordered part by part, as `rows` goes on."""
    with os.scandir(folder) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    for name, is_folder in sorted(entries, key=lambda entry: os.fsencode(entry[0])):
        if is_folder:
            yield from files(folder / name)
        else:
            yield folder / name


def content_of(path: Path, name: str, options: Options) -> "tuple[bytes, partial[Submission]]":
    code = "symlink" if path.is_symlink() else why_not(name)
    if code or not path.is_file():
        return b"", wrong(code or "unknown_format")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_PAGE_BYTES + 1)
    except OSError as error:
        return b"", partial(refusing(f"It cannot be read: {error.strerror}.", "unreadable"))
    if len(content) > MOST_PAGE_BYTES:
        return content, partial(too_large(MOST_PAGE_BYTES))
    return content, partial(from_page, name, content, options)


def size(folder: Path) -> int:
    """Bytes of all files that would be read."""
    return sum(path.stat().st_size for path in files(folder) if not path.is_symlink())
