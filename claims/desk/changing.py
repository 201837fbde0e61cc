"""One guarded step: permission, state, version, write, Event."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from articles import events
from claims.desk.errors import Conflict, Refused
from claims.desk.rules import Rule
from claims.models import Claim, ExternalMatch, Match, Verdict

#: What the desk decides on, each with a status or state and a version.
Row = Claim | Verdict | Match | ExternalMatch


def allowed(rule: Rule, row: Row, by: Any) -> bool:
    """Whether `by` may do this to `row` as it stands; buttons follow it."""
    return state_of(row) in rule.states and by.has_perm(rule.permission)


def change(
    row: Row,
    rule: Rule,
    kind: str,
    *,
    by: Any,
    version: int | None,
    note: str = "",
    told: Any = None,
    **fields: Any,
) -> None:
    """Set `fields` on `row` if `rule` and `version` allow it, and record the Event `kind`.

    `told` is a dict of what the Event says beside them. The row changes only while it is in a
    state of the rule and, when `version` is given, still at that version. Raises what `locked`
    raises; nothing is written then.
    """
    with transaction.atomic():
        current = locked(row, rule, by=by, version=version)
        before = {name: plain(getattr(current, name)) for name in fields}
        after = {name: plain(value) for name, value in fields.items()}
        type(row)._default_manager.filter(pk=row.pk).update(
            version=F("version") + 1, updated_at=timezone.now(), **fields
        )
        old, new = events.changes(before, after)
        events.record(kind, row, actor=by, before=old, after={**new, **(told or {})}, note=note)
    row.refresh_from_db()


def locked(row: Row, rule: Rule, *, by: Any, version: int | None) -> Any:
    """`row` as it stands now, locked until the transaction ends, if `rule` and `version` allow.

    For a step that looks before it writes. Raises PermissionDenied, Refused (`wrong_state`) or
    Conflict (`changed_meanwhile`).
    """
    check_permission(rule, by)
    # No key: a worker that writes a row which points at this one need not wait, nor we for it.
    current = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    if version is not None and current.version != version:
        raise Conflict("changed_meanwhile", changed_by(row, version))
    if state_of(current) not in rule.states:
        raise Refused(
            "wrong_state",
            f"This {row._meta.verbose_name} is {state_label(current)}; "
            f"that cannot be done from there.",
        )
    return current


def check_permission(rule: Rule, by: Any) -> None:
    """Raise PermissionDenied unless `by` may do this; None is the machine, which may."""
    if by is not None and not by.has_perm(rule.permission):
        raise PermissionDenied(f"This needs the permission {rule.permission}.")


def state_of(row: Row) -> str:
    return row.status if isinstance(row, Claim) else row.state


def state_label(row: Row) -> str:
    return (row.get_status_display() if isinstance(row, Claim) else row.get_state_display()).lower()


def changed_by(row: Model, version: int) -> str:
    """Who changed `row` last, for the one who comes second."""
    subject = row.claim if isinstance(row, Match | ExternalMatch) else row
    last = events.Event.objects.about(subject).first()
    who = f"{last.actor_name} ({last.kind})" if last else "someone"
    return (
        f"{who} changed this {row._meta.verbose_name} while you were working on version {version}. "
        f"Nothing of yours was saved over it: look at the change, then save again."
    )


def plain(value: Any) -> Any:
    """`value` as JSON holds it, people and rows by their names."""
    if isinstance(value, AbstractUser):
        return value.get_full_name() or value.get_username()
    if isinstance(value, Model):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
