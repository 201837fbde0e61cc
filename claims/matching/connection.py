"""How PostgreSQL searches wordings, on every new connection."""

from typing import Any

#: Neighbours kept while HNSW searches: .97 and more of the exact 20 at a million claims.
EF_SEARCH = 120


def widen_search(connection: Any, **_: Any) -> None:
    """Search on when rows are passed over, as those of an older model are.

    Nothing is compiled first: what looks costly by the planner's guesses, as a search for twenty
    claims among a million does, is done in less time than its compilation takes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET hnsw.ef_search = {EF_SEARCH}; SET hnsw.iterative_scan = 'strict_order';"
            "SET jit = off"
        )
