"""Saved filters: a user's own, shown to the desk when they share them."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from articles import events
from claims.desk.claims import one_line
from claims.models import SavedFilter

#: Of one user, which all stand above the queue.
MOST = 30


def filter_save(*, name: str, query: str, shared: bool, by: Any) -> SavedFilter:
    """Keep `query`, what stands behind the `?` of the queue, under `name`.

    One of that name of theirs is replaced. Raises ValidationError: `name_required`,
    `name_too_long`, `query_too_long`, `too_many_filters`.
    """
    name = one_line("name", name, ask="Give it a name.", most=60)
    if len(query) > 2000:
        raise ValidationError({"name": ValidationError("Too long.", code="query_too_long")})
    with transaction.atomic():
        mine = SavedFilter.objects.filter(owner=by)
        if not mine.filter(name=name).exists() and mine.count() >= MOST:
            text = f"{MOST} saved filters at most. Delete one that you do not need."
            raise ValidationError({"name": ValidationError(text, code="too_many_filters")})
        row, _created = SavedFilter.objects.update_or_create(
            owner=by, name=name, defaults={"query": query, "shared": shared}
        )
        after = {"name": name, "query": query, "shared": shared}
        events.record("savedfilter.saved", row, actor=by, after=after)
    return row


def filter_delete(row: SavedFilter, *, by: Any) -> None:
    """Raises PermissionDenied unless it is their own."""
    if row.owner_id != by.pk:
        raise PermissionDenied("Only its owner deletes a saved filter.")
    with transaction.atomic():
        events.record("savedfilter.deleted", row, actor=by, before={"name": row.name})
        row.delete()
