"""A desk that left arrives in an empty one: all of it, or nothing."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction

from articles import events
from articles.models import Import
from claims.desk.moving.leaving import FILES, FORMAT, MANIFEST
from claims.desk.moving.tables import MIGRATED, Table, tables

#: Lines that the database holds twice at a time.
MOST_LINES = 5_000
ARRIVING = """
    CREATE TEMP TABLE arriving (place bigint GENERATED ALWAYS AS IDENTITY, line jsonb NOT NULL)
    ON COMMIT DROP
"""
#: Another set of columns: jsonb_populate_record would pass over those it does not know.
OTHER = """
    SELECT place FROM arriving
    WHERE ARRAY(SELECT key FROM jsonb_object_keys(line) AS key ORDER BY key COLLATE "C")
        <> %s::text[]
    ORDER BY place LIMIT 1
"""
Told = Callable[[str, int], None]


def desk_import(path: Path, after_table: Told = lambda *_: None) -> int:
    """Read what `desk_export` wrote into this desk, which must be empty; how many rows that were.

    Raises ValidationError `not_an_export`, `other_format`, `other_tables`, `not_empty`,
    `bad_row` or `rows_missing`, and OSError. Nothing is left here then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return arrived(archive, manifest_of(archive), after_table)
    except (zipfile.BadZipFile, EOFError) as error:
        raise refused("not_an_export", f"The file is no whole ZIP: {error}.") from error


def refused(code: str, message: str) -> ValidationError:
    return ValidationError(message, code=code)


def manifest_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the file says of itself, once this desk can read it."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        found, form = manifest["tables"], manifest["format"]
        columns = {label: told["columns"] for label, told in found.items()}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise refused("not_an_export", "The ZIP is no export of a desk.") from error
    if form != FORMAT:
        raise refused("other_format", f"The file has format {form}; this desk reads {FORMAT}.")
    ours = {table.label: table.columns for table in tables()}
    for label in sorted(ours.keys() | columns.keys()):
        here, there = set(ours.get(label, ())), set(columns.get(label, ()))
        if here != there:
            differing = ", ".join(sorted(here ^ there))
            raise refused(
                "other_tables",
                f"The file is of another release: {label} differs in {differing}. Import it with "
                "the release that wrote it, and upgrade then.",
            )
    return dict(manifest)


@transaction.atomic
def arrived(archive: zipfile.ZipFile, manifest: dict[str, Any], after_table: Told) -> int:
    check_empty()
    total = 0
    with connection.cursor() as cursor:
        cursor.execute(ARRIVING)
    for table in tables():
        count = table_read(archive, table)
        expected = manifest["tables"][table.label]["rows"]
        if count != expected:
            message = f"{table.file} has {count} rows of {expected}."
            raise refused("rows_missing", message)
        total += count
        after_table(table.label, count)
    check_links()
    sequences_set()
    # This server counts its transactions from its own start.
    events.renumber()
    files_read(archive)
    return total


def check_empty() -> None:
    """Whether nobody has begun to work here: an account is enough to say so."""
    for table in tables():
        if table.label not in MIGRATED and table.model._base_manager.exists():
            name = table.model._meta.verbose_name_plural
            message = f"This desk has {name}. An export is imported into an empty one."
            raise refused("not_empty", message)


def table_read(archive: zipfile.ZipFile, table: Table) -> int:
    count = 0
    try:
        with archive.open(table.file) as file:
            for lines in pieces(file):
                lines_write(table, lines, count)
                count += len(lines)
    except KeyError as error:
        raise refused("not_an_export", f"{table.file} is not in the ZIP.") from error
    return count


def pieces(file: IO[bytes]) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    for line in file:
        lines.append(line)
        if len(lines) == MOST_LINES:
            yield lines
            lines = []
    if lines:
        yield lines


def lines_write(table: Table, lines: list[bytes], before: int) -> None:
    """Insert rows, the first of which is line `before` + 1 of their file."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE arriving RESTART IDENTITY")
            with (
                connection.wrap_database_errors,
                cursor.copy("COPY arriving (line) FROM STDIN") as copy,
            ):
                for line in lines:
                    copy.write_row((line.decode(),))
            cursor.execute(OTHER, [sorted(table.columns)])
            if other := cursor.fetchone():
                message = f"{table.file}, line {before + other[0]}: it has other columns."
                raise refused("bad_row", message)
            cursor.execute(table.insert)
    except (DataError, IntegrityError, UnicodeDecodeError) as error:
        last = before + len(lines)
        message = f"{table.file}, one of the lines {before + 1} to {last}: {error}"
        raise refused("bad_row", message) from error


def check_links() -> None:
    """Whether every row that is named is there, now rather than at the commit."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise refused("bad_row", f"A row names another that is missing: {error}") from error


def sequences_set() -> None:
    """New rows are counted on from the highest key."""
    moved = [table.model for table in tables() if table.sequence_column]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), moved):
            cursor.execute(statement)


def files_read(archive: zipfile.ZipFile) -> None:
    """The files of imports that are not at their end, where these say that they lie.

    Names come from the rows, never from the ZIP: whatever else it holds is not unpacked.
    """
    wanted = Import.objects.unfinished().filter(uploaded=True)
    names = {info.filename for info in archive.infolist()}
    here: list[Path] = []
    try:
        for work in wanted:
            if FILES + work.path not in names:
                continue
            if Path(work.path).name != work.path:
                raise refused("bad_row", f"The file of import {work.pk} would lie elsewhere.")
            settings.IMPORTS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
            with archive.open(FILES + work.path) as file, work.file.open("xb") as kept:
                here.append(work.file)
                shutil.copyfileobj(file, kept)
    except BaseException:
        for left in here:
            left.unlink(missing_ok=True)
        raise
