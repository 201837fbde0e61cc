"""The Event record: who did what, when, before and after. Append-only.

Both apps write it through `record`; a database trigger forbids update and delete.

Who reads events one after another (the changes feed, webhooks) reads `settled()` ones, in their
order. Ids are no such order: id 9 may be committed after id 10 was read. The transaction that wrote
an event is one: an event is settled once every transaction as old as its own has ended.
"""

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Func, Q, Value

from articles.happenings import happened
from articles.signals import events_recorded

#: What the public may be told: it sees these on the public pages too.
PUBLIC_KINDS = ("verdict.published", "verdict.corrected", "verdict.retracted", "verdict.expired")


class Position(NamedTuple):
    """Where an event stands in the order that events are read in; as text, `12345-678`."""

    transaction: int
    pk: int

    def __str__(self) -> str:
        return f"{self.transaction}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Position":
        """Raises ValueError unless `text` is what a position is as text."""
        if not re.fullmatch(r"[0-9]{1,18}-[0-9]{1,18}", text):
            raise ValueError(f"{text} is no position of an event")
        return cls(*map(int, text.split("-")))


class Numbered(Func):
    """One of the functions that the first migration makes; it explains them."""

    template = "%(function)s()"
    output_field = models.BigIntegerField()


def row(*values: Any) -> Func:
    return Func(*values, function="ROW", output_field=models.BigIntegerField())


#: After these the lists that everybody reads may be others; the rows on them tell of the rest.
SEEN_OUTSIDE = models.Q(
    kind__in=(
        "verdict.published",
        "verdict.corrected",
        "verdict.retracted",
        "verdict.expired",
        "verdict.confirmed",
    )
) | models.Q(
    subject_type__in=("articles.outlet", "claims.claimant", "claims.rating", "claims.ratingscale")
)


class EventQuerySet(models.QuerySet["Event"]):
    def seen_outside(self) -> "EventQuerySet":
        """Not the desk's own work: a public date must not tell when somebody writes a draft."""
        return self.filter(SEEN_OUTSIDE)

    def about(self, subject: models.Model) -> "EventQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def settled(self) -> "EventQuerySet":
        """In an order that only grows at its end: no event will ever come before one of these."""
        settled = Numbered(function="articles_events_settled")
        return self.filter(transaction__lt=settled).order_by("transaction", "pk")

    def after(self, position: Position) -> "EventQuerySet":
        """Those past `position`, which an index finds also amid many events of one transaction."""
        here, there = row("transaction", "pk"), row(*map(Value, position))
        past = {"template": "%(expressions)s", "arg_joiner": " > "}
        return self.filter(Func(here, there, output_field=models.BooleanField(), **past))

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
    #: The transaction that wrote it, numbered so that a later one never has a lower number.
    transaction = models.BigIntegerField(
        db_default=Func(
            function="articles_event_transaction", output_field=models.BigIntegerField()
        ),
        editable=False,
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"]),
            models.Index(fields=["transaction", "id"], name="event_in_order"),
            models.Index(
                fields=["transaction", "id"],
                condition=Q(kind__in=PUBLIC_KINDS),
                name="event_public_in_order",
            ),
            models.Index(fields=["-id"], condition=SEEN_OUTSIDE, name="event_seen_outside"),
        ]

    def __str__(self) -> str:
        return f"{happened(self.kind)}, by {self.actor_name}"

    @property
    def position(self) -> Position:
        return Position(self.transaction, self.pk)


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


def settled_position() -> Position:
    """Just before the first event that is not settled yet, so that all settled ones are before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_events_settled()")
        return Position(cursor.fetchone()[0], 0)


#: Of a database that was migrated back to nothing, the function is gone.
RENUMBER = """
    DO $$ BEGIN
        IF to_regproc('articles_events_renumber') IS NOT NULL THEN
            PERFORM articles_events_renumber();
        END IF;
    END $$
"""


def renumber(**_: Any) -> None:
    """After a restore, let the transactions of this server come after those in its events.

    Runs after each `migrate`. Another server counts its transactions from its own start, so the
    events of a restored backup may bear numbers that it has yet to reach.
    """
    with connection.cursor() as cursor:
        cursor.execute(RENUMBER)
