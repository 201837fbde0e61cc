"""Whether anything was written: PostgreSQL's snapshot names the transactions that can be read.

The text is that of `pg_current_snapshot()`: "xmin:xmax:xip_list" of 64-bit transaction ids, in
PostgreSQL's documentation under “Transaction ID and Snapshot Information Functions”.
"""

from django.db import connection
from psycopg.pq import ExecStatus

#: The start of the server as well: a restored one might count through the same transactions again.
SNAPSHOT = "SELECT pg_current_snapshot()::text || pg_postmaster_start_time()"


def snapshot() -> str:
    """Two that are the same read the same rows, in every table, outside of transactions.

    Asked of libpq itself: a cursor costs four times as much as the query. What fails is asked
    again through Django, which raises its own errors and drops a connection that broke.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    answer = connection.connection.pgconn.exec_(SNAPSHOT.encode())
    if answer.status == ExecStatus.TUPLES_OK:
        return str(answer.get_value(0, 0), "ascii")
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        return str(cursor.fetchone()[0])
