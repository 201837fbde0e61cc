"""A desk is written to a ZIP, as it was at one moment, while it goes on working."""

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Import
from claims.desk.moving.tables import Table, tables

#: Raised when a reader of an older format would read a new one wrongly.
FORMAT = 1
MANIFEST = "manifest.json"
#: Where the files of imports that are not at their end lie in the ZIP.
FILES = "files/imports/"
CHUNK = 1 << 20
#: As CSV whose signs no line of JSON has, a line comes as it is: JSON escapes control characters.
COPY = r"COPY ({}) TO STDOUT (FORMAT csv, DELIMITER e'\x02', QUOTE e'\x01')"


def desk_export(path: Path, after_table: Callable[[str, int], None] = lambda *_: None) -> int:
    """Write everything that the desk owns to `path`; how many rows that are.

    It holds password hashes and the secrets of second factors and webhooks, so only its owner may
    read it. A file is at `path` once it is whole. Raises OSError.
    """
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, **DEFLATED) as archive:
            counts = written(archive, after_table)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return sum(counts.values())


DEFLATED: dict[str, Any] = {"mode": "w", "compression": zipfile.ZIP_DEFLATED, "compresslevel": 6}


@transaction.atomic
def written(archive: zipfile.ZipFile, after_table: Callable[[str, int], None]) -> dict[str, int]:
    """Every table as it was when the first was read, the manifest last; rows of each."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    counts = {}
    for table in tables():
        counts[table.label] = table_write(archive, table)
        after_table(table.label, counts[table.label])
    for work in with_files():
        archive.write(work.file, FILES + work.path)
    archive.writestr(MANIFEST, json.dumps(manifest(counts, timezone.now()), indent=2))
    return counts


def table_write(archive: zipfile.ZipFile, table: Table) -> int:
    lines = 0
    with archive.open(table.file, "w", force_zip64=True) as file:
        for piece in rows(table):
            lines += piece.count(b"\n")
            file.write(piece)
    return lines


def rows(table: Table) -> Iterator[bytes]:
    """Lines of JSON, in pieces of many."""
    with connection.cursor() as cursor, cursor.copy(COPY.format(table.select)) as copy:
        pieces, size = [], 0
        for piece in copy:
            pieces.append(bytes(piece))
            size += len(piece)
            if size >= CHUNK:
                yield b"".join(pieces)
                pieces, size = [], 0
        yield b"".join(pieces)


def with_files() -> Iterator[Import]:
    """The imports whose file is ours and still needed."""
    for work in Import.objects.unfinished().filter(uploaded=True).order_by("pk"):
        if work.file.exists():
            yield work


def manifest(counts: dict[str, int], at: datetime) -> dict[str, Any]:
    """What is in the file: for each table its rows and columns, which the reader must know."""
    return {
        "format": FORMAT,
        "written_at": at.isoformat(),
        "desk": settings.PUBLIC_URL,
        "tables": {
            table.label: {
                "file": table.file,
                "rows": counts[table.label],
                "columns": table.columns,
            }
            for table in tables()
        },
    }
