"""TXT and HTML: one file is one article. Also what folders and archives share of members."""

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import PurePosixPath

from articles.intake import charsets
from articles.intake.reading.rows import (
    MOST_KEPT,
    Options,
    Place,
    Row,
    Source,
    refuse,
    refusing,
    too_large,
)
from articles.intake.reading.streams import opened
from articles.services import Submission

#: A page of HTML carries much that is no text.
MOST_PAGE_BYTES = 20_000_000
HTML = (".html", ".htm")
PAGES = (".txt", *HTML)
ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".warc")
#: What systems put beside people's files, which nobody means to import.
LITTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,2000})</title", re.IGNORECASE)


def rows(source: Source, place: Place) -> Iterator[Row]:
    if place:
        return
    with opened(source.path) as stream:
        content = stream.read(MOST_PAGE_BYTES + 1)
        whole = len(content) <= MOST_PAGE_BYTES
        yield Row(
            1,
            content if whole else content[:MOST_KEPT],
            {"row": 1},
            stream.position,
            partial(from_page, page_name(source), content, source.options)
            if whole
            else too_large(MOST_PAGE_BYTES),
            name=source.name,
            cut=not whole,
        )


def page_name(source: Source) -> str:
    """With an ending that tells HTML, also where only the format said so."""
    name = source.name.removesuffix(".gz")
    html = source.options.format == "html" and not name.lower().endswith(HTML)
    return f"{name}.html" if html else name


def why_not(name: str) -> str:
    """What is wrong with the name of a member, as a code of WRONG; empty for a page."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        return "unsafe_path"
    if name.lower().endswith(ARCHIVES):
        return "nested_archive"
    return "" if name.lower().endswith(PAGES) else "unknown_format"


WRONG = {
    "unsafe_path": "Its path leads out of the archive.",
    "nested_archive": "An archive in an archive is not opened.",
    "unknown_format": "This is no TXT or HTML file.",
    "symlink": "This is a link to another file, which is not followed.",
    "encrypted": "It is locked with a password.",
}


def wrong(code: str) -> "partial[Submission]":
    return partial(refusing(WRONG[code], code))


def from_page(name: str, content: bytes, options: Options) -> Submission:
    """A page of HTML, or a text whose first line is its title."""
    if name.lower().endswith(HTML):
        page = decoded(content, options.encoding, charsets.declared(content))
        return Submission(html=page, title=html_title(page, name), outlet=options.outlet)
    page = decoded(content, options.encoding)
    title, _, text = page.replace("\r\n", "\n").lstrip("\n").partition("\n")
    return Submission(
        text=text if text.strip() else title, title=title[:500], outlet=options.outlet
    )


def html_title(page: str, name: str) -> str:
    found = TITLE.search(page[:100_000])
    return unescape(found[1]).strip()[:500] if found else PurePosixPath(name).stem


def decoded(content: bytes, *named: str) -> str:
    """As `charsets.decoded`; nothing is guessed, since who has the file can mend it."""
    try:
        return charsets.decoded(content, *named)
    except UnicodeError as error:
        refuse(f"{error}. Save the file as UTF-8 and import it again.", "invalid_utf8")
