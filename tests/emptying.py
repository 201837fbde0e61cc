"""The database of a test that commits, emptied after it: only what it wrote to.

Django's own way truncates all tables, and makes permissions and roles anew; for the few rows of a
test that takes many times as long as deleting them.
"""

from typing import Any

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase

#: What `migrate` writes. It stays, unless a test changed it.
WRITTEN_BY_MIGRATE = (
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
)
#: Bytes of a table above which it is truncated: its dead rows would slow down all that follow.
LARGE = 1_000_000
#: A request that the test did not wait for may still write.
TRIES = 3


class Emptying:
    """Takes the place of Django's way in every test case that commits."""

    def __init__(self) -> None:
        self.written = written_by_migrate()
        self.as_django_does = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def __call__(self, case: TransactionTestCase) -> None:
        if written_by_migrate() == self.written:
            empty()
        else:
            self.as_django_does(case)
            self.written = written_by_migrate()


def tables() -> list[str]:
    return sorted({*connection.introspection.table_names()} - {*WRITTEN_BY_MIGRATE})


def filled(names: list[str]) -> list[str]:
    """Those of the tables that have rows."""
    quoted = [connection.ops.quote_name(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {name})" for name in quoted))
        return [name for name, there in zip(names, cursor.fetchone(), strict=True) if there]


def written_by_migrate() -> tuple[Any, ...]:
    """A digest of each table that stays."""
    digest = "(SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {} t)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(map(digest.format, WRITTEN_BY_MIGRATE)))
        return tuple(cursor.fetchone())


def empty() -> None:
    """Take all rows from all tables but those that `migrate` writes."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                take_rows(filled(tables()))
            return
        except OperationalError:
            if not left:
                raise


def take_rows(names: list[str]) -> None:
    with connection.cursor() as cursor:
        # Who still writes is waited for. Guards and foreign keys are of no use to what ends.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in map(connection.ops.quote_name, names):
            cursor.execute(f"LOCK TABLE {name} IN SHARE MODE")
        for name in names:
            quoted = connection.ops.quote_name(name)
            cursor.execute("SELECT pg_table_size(%s::regclass)", [quoted])
            large = cursor.fetchone()[0] > LARGE
            cursor.execute(f"TRUNCATE {quoted} CASCADE" if large else f"DELETE FROM {quoted}")
