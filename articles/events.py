"""The Event record: who did what, when, before and after. Append-only.

Both apps write it through `record`; a database trigger forbids update and delete.
"""

from typing import Any

from django.conf import settings
from django.db import models, transaction

from articles.signals import events_recorded


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> "EventQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """As Django's, and announced like a single one."""
        with transaction.atomic(savepoint=False):
            recorded = super().bulk_create(objs, *args, **kwargs)
            events_recorded.send(sender=Event, recorded=recorded)
        return recorded


class Event(models.Model):
    """One thing that happened to one subject."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    #: `<subject>.<verb in the past>`, as "verdict.approved".
    kind = models.CharField(max_length=60)
    #: Who; empty for the machine. Accounts that acted are deactivated, never deleted.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: The actor's name at that time, which a later change of name leaves as it was.
    actor_name = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor_name}"


MACHINE = "Plumbline"


def built(
    kind: str,
    subject: models.Model,
    *,
    actor: Any = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> Event:
    """An Event about `subject`, not saved. `actor` None is the machine."""
    return Event(
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        actor=actor,
        actor_name=name_of(actor),
        before=before or {},
        after=after or {},
        note=note,
    )


def name_of(actor: Any) -> str:
    """What people call `actor`; None is the machine."""
    return (actor.get_full_name() or actor.get_username()) if actor else MACHINE


def record(kind: str, subject: models.Model, **what: Any) -> Event:
    """Append the Event that `built` makes of the same arguments.

    Call it in the transaction that makes the change, so that neither stands without the other.
    """
    event = built(kind, subject, **what)
    with transaction.atomic(savepoint=False):
        event.save()
        events_recorded.send(sender=Event, recorded=[event])
    return event


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two states of the same fields, what differs: (before, after)."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {n: before.get(n) for n in changed}, {n: after[n] for n in changed}
