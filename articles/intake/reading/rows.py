"""What every reader yields: one row of a file, with the place from which reading goes on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from articles.intake.text import check_characters
from articles.services import Submission

#: A row past this many bytes is refused, and reading goes on after it.
MOST_BYTES = 8_000_000
#: Of a row that is refused for its size, this much is kept for a person to look at.
MOST_KEPT = 10_000
#: The values of an article, by the names of the API.
FIELDS = ("text", "html", "title", "url", "outlet", "authors", "published_at", "language")

#: Where reading goes on, as JSON holds it; each reader has its own. Empty: the start.
Place = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """How a file is to be read; what is empty is found out, or comes from the rows."""

    format: str = ""
    #: Of rows that name none.
    outlet: str = ""
    encoding: str = ""
    delimiter: str = ""
    #: As `strptime` takes it; empty: ISO 8601.
    date_format: str = ""
    #: Field of an article -> the name that this file has for it.
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A file or folder, what people call it, and how it is to be read."""

    path: Path
    name: str
    options: Options = Options()


@dataclass(frozen=True)
class Row:
    """One row. `make` gives its article, or raises the ValidationError that says why not."""

    number: int
    #: What a person would mend, as it stands in the file.
    content: bytes
    #: Where reading goes on after this row.
    place: Place
    #: Bytes of the file, as it lies there, read by then.
    position: int
    make: Callable[[], Submission]
    #: Of a member of an archive or folder, where it lies in it.
    name: str = ""
    #: `content` is only the start of it.
    cut: bool = False


def check_options(options: Options) -> None:
    """Raise ValidationError, keyed by option, for one that no file could be read with."""
    for name, value in vars(options).items():
        for text in [value] if isinstance(value, str) else value.values():
            try:
                check_characters(text)
            except ValidationError as error:
                raise ValidationError({name: error}) from error
    if options.delimiter in ("\n", "\r", '"', " "):
        refuse("Rows are not parted by this.", "invalid_delimiter", "delimiter")


def refuse(message: str, code: str, field: str = "") -> NoReturn:
    error = ValidationError(message, code=code)
    raise ValidationError({field: error}) if field else error


def refusing(message: str, code: str) -> Callable[[], Submission]:
    """A `make` of a row that is none, for a reason that its reader has found."""

    def make() -> Submission:
        refuse(message, code)

    return make


def too_large(most: int = MOST_BYTES) -> Callable[[], Submission]:
    return refusing(f"This row has more than {most:,} bytes.", "row_too_large")


# --- Named values -----------------------------------------------------------------------------


def from_record(record: Mapping[str, Any], options: Options) -> Submission:
    """A row of named values, as `POST /api/v1/articles/` takes them, or under `columns`' names."""
    called = {name: options.columns.get(name, name) for name in FIELDS}
    found = {name: record.get(column) for name, column in called.items() if column}
    values: dict[str, Any] = {n: value for n, value in found.items() if value not in (None, "")}
    for name in ("text", "html", "title", "url", "outlet", "language"):
        if not isinstance(values.get(name, ""), str):
            refuse("This must be text.", "not_text", name)
    for name in ("text", "html"):
        check_decoded(name, values.get(name, ""))
    return Submission(
        text=values.get("text", ""),
        html=values.get("html", ""),
        title=values.get("title", ""),
        url=values.get("url", ""),
        outlet=values.get("outlet", options.outlet),
        authors=names(values.get("authors", [])),
        published_at=moment(values.get("published_at"), options.date_format),
        language=values.get("language", ""),
    )


def names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [name.strip() for name in value.split(";")]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        refuse("Send a list of names, or one text with “;” between them.", "not_a_list", "authors")
    return value


def check_decoded(name: str, value: str) -> None:
    """Refuse a `value` whose file held bytes there that its encoding does not have."""
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse("Some bytes of this are not in the file's encoding.", "invalid_utf8", name)


def moment(value: Any, date_format: str = "") -> datetime | None:
    """An ISO 8601 date or time, or one in `date_format`.

    A date alone is its midnight, a time without zone is in ours.
    """
    if not value:
        return None
    try:
        found = parsed_moment(str(value).strip(), date_format)
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError, re.error):  # The last of a format that names a part twice.
        wanted = f"as “{date_format}” says" if date_format else "as 2026-05-04T12:30:00Z"
        message = f"“{str(value)[:60]}” is no date. Send it {wanted}."
        refuse(message, "invalid_date", "published_at")


def parsed_moment(value: str, date_format: str) -> datetime:
    if date_format:
        return datetime.strptime(value, date_format)
    found = parse_datetime(value) or parse_date(value)
    if found is None:
        raise ValueError(value)
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day)
