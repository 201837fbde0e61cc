"""How widely PostgreSQL searches the graph of vectors, on every new connection."""

from typing import Any

#: Neighbours kept while HNSW searches: .97 and more of the exact 20 at a million claims.
EF_SEARCH = 120


def widen_search(connection: Any, **_: Any) -> None:
    """Search on when rows are passed over, as those of an older model are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET hnsw.ef_search = {EF_SEARCH}; SET hnsw.iterative_scan = 'strict_order'"
        )
