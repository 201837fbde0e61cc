"""One reader per file format: a path in, rows out, one at a time.

A row is either a Submission or the ValidationError that says why it is none; a bad row never
stops the ones after it.
"""

import csv
import json
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from articles.services import Submission

#: A single member of an archive past this is refused before it is unpacked.
MEMBER_MAX_BYTES = 20_000_000
#: What reading a damaged, encrypted or cut-off member may raise.
UNPACKING = (
    zipfile.BadZipFile,
    RuntimeError,
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)


@dataclass(frozen=True)
class Row:
    """One article of a file, or what is wrong with it. `raw` is what a person would mend."""

    number: int
    raw: Any
    submission: Submission | None = None
    error: ValidationError | None = None


def read(path: Path, *, format: str = "", outlet: str = "") -> Iterator[Row]:
    """The rows of `path`, in a format named or told by its ending; `outlet` where a row has none.

    Raises ValidationError `unknown_format` for a file that no reader takes.
    """
    kind = format or path.suffix.lower().lstrip(".")
    reader = READERS.get(kind)
    if reader is None:
        raise ValidationError(
            f"{path.name}: no reader for “{kind}”. Use one of {', '.join(READERS)}.",
            code="unknown_format",
        )
    return reader(path, outlet)


def from_csv(path: Path, outlet: str) -> Iterator[Row]:
    csv.field_size_limit(MEMBER_MAX_BYTES)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        try:
            for number, record in enumerate(csv.DictReader(lines), start=1):
                yield row(number, record, partial(from_record, record, outlet))
        except csv.Error as error:
            # As of a quotation mark that never closes: where the next row starts is not known.
            raise ValidationError(
                f"{path.name} is no CSV from here on: {error}", code="malformed_csv"
            ) from error


def from_jsonl(path: Path, outlet: str) -> Iterator[Row]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                raw = line.decode("utf-8", "surrogateescape").rstrip("\n")
                yield row(number, raw, partial(from_line, line, outlet))


def from_text(path: Path, outlet: str) -> Iterator[Row]:
    content = path.read_bytes()
    yield row(1, path.name, partial(from_page, path.name, content, outlet))


def from_zip(path: Path, outlet: str) -> Iterator[Row]:
    """The TXT and HTML members of an archive, which are read and never unpacked to disk."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValidationError(f"{path.name} is no ZIP archive.", code="bad_archive") from error
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        for number, member in enumerate(members, start=1):
            yield row(number, member.filename, partial(from_member, archive, member, outlet))


READERS: dict[str, Callable[[Path, str], Iterator[Row]]] = {
    "csv": from_csv,
    "jsonl": from_jsonl,
    "txt": from_text,
    "html": from_text,
    "htm": from_text,
    "zip": from_zip,
}


# --- What the readers share -------------------------------------------------------------------


def row(number: int, raw: Any, make: Callable[[], Submission]) -> Row:
    try:
        return Row(number, raw, submission=make())
    except ValidationError as error:
        return Row(number, raw, error=error)


def from_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, outlet: str) -> Submission:
    name = PurePosixPath(member.filename).name
    if not name.lower().endswith((".txt", ".html", ".htm")):
        raise ValidationError(f"{name} is no TXT or HTML file.", code="unknown_format")
    if member.file_size > MEMBER_MAX_BYTES:
        raise ValidationError(f"{name} unpacks to {member.file_size} bytes.", code="text_too_long")
    try:
        content = archive.read(member)
    except UNPACKING as error:
        raise ValidationError(f"{name} cannot be unpacked: {error}", code="bad_archive") from error
    return from_page(name, content, outlet)


def from_page(name: str, content: bytes, outlet: str) -> Submission:
    """A page of HTML, or a text whose first line is its title."""
    page = decoded(content)
    if name.lower().endswith((".html", ".htm")):
        return Submission(html=page, title=Path(name).stem, outlet=outlet)
    title, _, text = page.replace("\r\n", "\n").lstrip("\n").partition("\n")
    return Submission(text=text if text.strip() else title, title=title[:500], outlet=outlet)


def from_line(line: bytes, outlet: str) -> Submission:
    return from_record(parsed(line), outlet)


def from_record(record: dict[str, Any], outlet: str) -> Submission:
    """A row of named values, as `POST /api/v1/articles/` takes them."""
    values = {name: value for name, value in record.items() if value not in (None, "")}
    for name in ("text", "html", "title", "url", "outlet", "language"):
        if not isinstance(values.get(name, ""), str):
            raise ValidationError({name: ValidationError("This must be text.", code="not_text")})
    authors = values.get("authors", [])
    if isinstance(authors, str):
        authors = [name.strip() for name in authors.split(";")]
    return Submission(
        text=utf8("text", values.get("text", "")),
        html=utf8("html", values.get("html", "")),
        title=values.get("title", ""),
        url=values.get("url", ""),
        outlet=values.get("outlet", outlet),
        authors=[str(name) for name in authors],
        published_at=moment(values.get("published_at")),
        language=values.get("language", ""),
    )


def parsed(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(decoded(line))
    except (ValueError, RecursionError) as error:  # Also of a number with too many digits.
        raise ValidationError(f"This line is no JSON: {error}", code="malformed_json") from error
    if not isinstance(record, dict):
        raise ValidationError("This line is no JSON object.", code="malformed_json")
    return record


def decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            f"Byte {error.start + 1} is not UTF-8. Save the file as UTF-8 and import it again.",
            code="invalid_utf8",
        ) from error


def utf8(name: str, value: str) -> str:
    """`value`, refused when its file held bytes there that are not UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValidationError(
            {name: ValidationError("These bytes are not UTF-8.", code="invalid_utf8")}
        ) from error
    return value


def moment(value: Any) -> datetime | None:
    """An ISO 8601 date or time; a date alone is its midnight, a time without zone ours."""
    if not value:
        return None
    try:
        found = parse_datetime(str(value)) or parse_date(str(value))
    except ValueError:
        found = None
    if found is None:
        raise ValidationError(
            {
                "published_at": ValidationError(
                    "“%(value)s” is no date. Send it as 2026-05-04T12:30:00Z.",
                    code="invalid_date",
                    params={"value": str(value)[:60]},
                )
            }
        )
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
