"""Whether anything was written: PostgreSQL's snapshot names the transactions that can be read.

The text is that of `pg_current_snapshot()`: "xmin:xmax:xip_list" of 64-bit transaction ids, in
PostgreSQL's documentation under “Transaction ID and Snapshot Information Functions”.
"""

from typing import Any
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection
from psycopg.pq import ExecStatus

#: The start of the server as well: a restored one might count through the same transactions again.
SNAPSHOT = "SELECT pg_current_snapshot()::text || pg_postmaster_start_time()"
#: Of the statement in each connection: to plan it takes as long as to run it.
NAME = b"plumbline_snapshot"

prepared: WeakSet[Connection[Any]] = WeakSet()


def snapshot() -> str:
    """Two that are the same read the same rows, in every table, outside of transactions.

    Asked of libpq itself: a cursor costs four times as much as the query. The question is the
    connection's health check too. What fails is asked again through Django, which then makes
    its own, raises its own errors and replaces a connection that broke.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    answer = asked(database.connection)
    if answer.status == ExecStatus.TUPLES_OK:
        database.health_check_done = True
        return str(answer.get_value(0, 0), "ascii")
    prepared.discard(database.connection)
    database.close_if_health_check_failed()
    with database.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        return str(cursor.fetchone()[0])


def asked(connection: Connection[Any]) -> Any:
    if connection not in prepared:
        connection.pgconn.prepare(NAME, SNAPSHOT.encode())
        prepared.add(connection)
    return connection.pgconn.exec_prepared(NAME, None)
