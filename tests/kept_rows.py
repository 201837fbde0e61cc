"""Rows that one test built, put back for the next: `desk_with(3)` walks them through their lives.

They come back as they were, ids and times included, and what is read from them is built anew. The
sequences have gone on meanwhile, so that no id is given twice.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction
from psycopg import sql

from tests.emptying import filled, tables, written_by_migrate

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """What the tables held, what named it, and the permissions and roles that it refers to."""

    tables: dict[str, bytes]
    named: bytes
    written_by_migrate: tuple[Any, ...]


_kept: dict[str, Kept] = {}


def kept(name: str, build: Callable[[], T]) -> T:
    """What `build` returns and writes; from the second time on it is put back, not built.

    A test that has written rows before gets its own.
    """
    before = _kept.get(name)
    if before and before.written_by_migrate == written_by_migrate():
        put_back(before.tables)
        named: T = pickle.loads(before.named)
        return named
    alone = not filled(tables())
    built = build()
    if alone:
        _kept[name] = Kept(contents(), pickle.dumps(built), written_by_migrate())
    return built


def contents() -> dict[str, bytes]:
    held = {}
    with connection.cursor() as cursor:
        for table in filled(tables()):
            with cursor.copy(copying("COPY {} TO STDOUT (FORMAT binary)", table)) as copy:
                held[table] = b"".join(bytes(part) for part in copy)
    return held


def put_back(held: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # In any order, and not as changes that a guard would look at.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in held.items():
            with cursor.copy(copying("COPY {} FROM STDIN (FORMAT binary)", table)) as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")


def copying(statement: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))
