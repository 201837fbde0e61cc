"""The encoding, delimiter and columns of a table, told from its start."""

import codecs
import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from articles.intake import charsets
from articles.intake.reading.rows import Options, refuse
from articles.intake.reading.streams import Stream

#: Lines by which a delimiter is told.
SAMPLE_LINES = 20
DELIMITERS = (",", ";", "\t", "|")
#: What spreadsheets write where they do not write Unicode.
LEGACY = ["cp1252", "cp1250", "cp1251", "mac_roman", "iso8859_2", "iso8859_15", "cp932", "gb18030"]
#: With fewer bytes beyond ASCII nothing is told by them, and most such files are Windows'.
FEW = 40
#: Excel's own way to name its delimiter, in a line before the header.
SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: What columns are called in the wild; a field's own name comes first.
CALLED = {
    "text": ("text", "body", "content", "article", "full text", "article text"),
    "html": ("html",),
    "title": ("title", "headline", "heading"),
    "url": ("url", "link", "address", "permalink"),
    "outlet": ("outlet", "publication", "publisher", "source", "newspaper", "site"),
    "authors": ("authors", "author", "byline"),
    "published_at": ("published_at", "published", "publication date", "date", "pub date"),
    "language": ("language", "lang"),
}


@dataclass(frozen=True)
class Dialect:
    """How the lines of a table are read."""

    #: Of the lines as they are read.
    encoding: str
    delimiter: str
    #: The encoding from which the file is first made UTF-8, since its lines are not told by
    #: their bytes; empty for most.
    transcode: str
    #: Bytes before the header.
    begin: int

    @property
    def mark(self) -> bytes:
        return self.delimiter.encode(self.encoding, "replace")


def dialect_of(stream: Stream, options: Options) -> Dialect:
    """Raises ValidationError `unknown_encoding` for one that Python does not know."""
    sample = stream.read(charsets.SAMPLE)
    bom, encoding = encoding_of(sample, options.encoding)
    wide = encoding.replace("-", "").replace("_", "").startswith(("utf16", "utf32"))
    text = sample[0 if wide else bom :].decode(encoding, "replace")
    transcode = encoding if wide or old_mac(text) else ""
    text = text.removeprefix("\ufeff")
    if transcode:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    sep = SEP.match(text)
    # Of a stream that is made UTF-8 the decoder has taken the mark away.
    before = len(sep[0]) if sep else 0
    return Dialect(
        "utf-8" if transcode else encoding,
        options.delimiter or (sep[1] if sep else delimiter_of(text)),
        transcode,
        before if transcode else bom + before,
    )


def encoding_of(sample: bytes, given: str) -> tuple[int, str]:
    """(length of the byte order mark, encoding)."""
    length, name = charsets.marked(sample)
    if name:
        return length, name
    if given:
        return 0, known_encoding(given)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        # A row in another encoding is that row's trouble, not the whole file's.
        return 0, "utf-8" if charsets.mostly_utf8(sample) else legacy(sample)
    return 0, "utf-8"


def known_encoding(name: str) -> str:
    found = charsets.known(name)
    if not found:
        refuse(f"“{name[:40]}” is no encoding we know.", "unknown_encoding")
    return found


def legacy(sample: bytes) -> str:
    if sum(byte > 127 for byte in sample) < FEW and decodes(sample, "cp1252"):
        return "cp1252"
    return charsets.guessed(sample, LEGACY) or "utf-8"


def decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def old_mac(text: str) -> bool:
    """Line ends are `\\r` alone, which bytes are not split at."""
    return "\n" not in text and "\r" in text


def delimiter_of(text: str) -> str:
    """The one by which the header has most of our columns, then most columns at all."""
    lines = text.splitlines(keepends=True)[:SAMPLE_LINES]
    return max(DELIMITERS, key=lambda mark: promise(lines, mark))


def promise(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    try:
        records = csv.reader(lines, delimiter=delimiter)
        names: list[str] = next((record for record in records if any(record)), [])
    except csv.Error:
        return 0, 0
    return len(guessed(names)), len(names)


def guessed(names: Sequence[str]) -> Mapping[str, str]:
    """Field -> column, for the columns that are called as we or others call the field."""
    plain = {re.sub(r"[\s_-]+", " ", name).strip().lower(): name for name in reversed(names)}
    found = {field: next((plain[c] for c in called(field) if c in plain), "") for field in CALLED}
    return {field: column for field, column in found.items() if column}


def called(field: str) -> Sequence[str]:
    return [name.replace("_", " ") for name in CALLED[field]]
