"""The claimants of names that extraction found: known by name or alias, or made now."""

from collections.abc import Collection
from functools import partial

from django.db import connection, transaction

from claims.desk.searching import names_learn
from claims.models import Claimant, ClaimantKind

#: One name leads to one claimant, an alias before a name.
KNOWN = """
    SELECT asked.name, coalesce(alias.claimant_id, claimant.id)
    FROM unnest(%s::text[]) AS asked (name)
    LEFT JOIN claims_claimantalias AS alias ON lower(alias.name) = lower(asked.name)
    LEFT JOIN claims_claimant AS claimant
        ON lower(claimant.name) = lower(asked.name) AND claimant.merged_into_id IS NULL
"""


def stored_name(name: str) -> str:
    """`name` as claimants are called: one kind of apostrophe, no longer than its column."""
    return name.replace("’", "'")[:200]


def claimants_of(kinds: dict[str, str | None]) -> dict[str, Claimant]:
    """The claimant of each stored name; one that nobody knows is made, of the kind given with it.

    Call it in a transaction.
    """
    known = ids_of(kinds)
    if missing := sorted(kinds.keys() - known.keys()):
        # In one order everywhere: two workers that make the same people wait, and do not deadlock.
        Claimant.objects.bulk_create(
            [Claimant(name=name, kind=kinds[name] or ClaimantKind.PERSON) for name in missing],
            ignore_conflicts=True,
        )
        transaction.on_commit(partial(names_learn, missing), robust=True)
        known |= ids_of(missing)
    claimants = Claimant.objects.in_bulk(set(known.values()))
    return {name: claimants[pk] for name, pk in known.items()}


def ids_of(names: Collection[str]) -> dict[str, int]:
    """Of those names that lead to a claimant, its id."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(names)])
        return {name: pk for name, pk in cursor.fetchall() if pk is not None}
