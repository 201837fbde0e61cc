"""From Events to deliveries, in the transaction that records the Events: nothing is missed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from articles.events import Event
from claims.models import Claim, Verdict, WebhookDelivery, WebhookEndpoint, WebhookKind
from claims.waking import wake_for_webhooks

Kind = WebhookKind

#: What subscribers are told, by the kind of the Event.
TOLD = {
    "verdict.published": Kind.VERDICT_PUBLISHED,
    "verdict.corrected": Kind.VERDICT_CORRECTED,
    "verdict.retracted": Kind.VERDICT_RETRACTED,
    "verdict.expired": Kind.VERDICT_EXPIRED,
    "claim.found": Kind.CLAIM_CREATED,
    "claim.split_off": Kind.CLAIM_CREATED,
    # Made again in other words or the same, and both sides of a merge.
    "claim.appeared": Kind.CLAIM_MATCHED,
    "claim.received": Kind.CLAIM_MATCHED,
    "claim.merged": Kind.CLAIM_MATCHED,
    "import.finished": Kind.IMPORT_FINISHED,
}


def deliveries_make(*, recorded: Iterable[Event], **_: Any) -> None:
    """Receiver of `events_recorded`: one delivery for each Event and each endpoint that wants it.

    A switched-off endpoint gets them too; they wait.
    """
    wanted = [event for event in recorded if event.kind in TOLD]
    endpoints = list(WebhookEndpoint.objects.only("kinds")) if wanted else []
    if not endpoints:
        return
    claims = claims_of(wanted)
    made = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint, kind=TOLD[event.kind], event=event, claim_id=claims.get(event.pk)
        )
        for event in wanted
        for endpoint in endpoints
        if TOLD[event.kind] in endpoint.kinds
    )
    if made:
        wake_on_commit()


def claims_of(recorded: list[Event]) -> dict[int, int]:
    """The claim of each Event, by its id; those about no claim are left out."""
    verdicts = [e.subject_id for e in recorded if e.subject_type == Verdict._meta.label_lower]
    claim_of = dict(Verdict.objects.filter(pk__in=verdicts).values_list("pk", "claim_id"))
    found = {}
    for event in recorded:
        if event.subject_type == Verdict._meta.label_lower:
            found[event.pk] = claim_of[event.subject_id]
        elif event.subject_type == Claim._meta.label_lower:
            found[event.pk] = event.subject_id
    return found


def wake_on_commit() -> None:
    transaction.on_commit(wake_for_webhooks, robust=True)
