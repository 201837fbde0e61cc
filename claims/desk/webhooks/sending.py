"""The worker's side: what is due is sent, and what came of it is written down.

A try is written down before it is made, and no lock is held meanwhile: a worker that dies leaves
its delivery due again when the lease has run out. So a message may come twice, but never none.
"""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from articles.intake.fetching import Fetched, FetchError, Limits, fetch
from claims.desk.errors import Refused
from claims.desk.notifications import Kind, notify
from claims.desk.webhooks.endpoints import CHANGE, endpoint_switch_off
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.publishing.webhooks import message

State = WebhookDelivery.State

#: Bytes of an answer that are kept, for a person to read.
KEPT = 2_000
GONE = 410
#: A subscriber that asks for more time gets no more than this at once.
LONGEST_REST = timedelta(days=1)
LOST = "the worker was lost; nobody knows whether it arrived"


@dataclass(frozen=True)
class Outcome:
    """What came of a try. `rest` is what the endpoint asked for with Retry-After."""

    status: int | None
    note: str
    body: str = ""
    rest: timedelta = timedelta(0)


def webhooks_send(*, seconds: float) -> bool:
    """Send what is due, each endpoint in turn, for about so long; whether more may be due."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        # Who was asked longest ago comes first, so that one does not wait for all of another's.
        if not any(sent_next(endpoint) for endpoint in WebhookEndpoint.objects.ready()):
            return False
    return True


def sent_next(endpoint: WebhookEndpoint) -> bool:
    """Whether there was something to send."""
    attempt = taken(endpoint)
    if attempt is None:
        return False
    # One that has lost its worker at every try, the last one too, loses no other.
    tries_left = attempt.number <= len(settings.WEBHOOK_RETRIES) + 1
    written(attempt, tried(attempt.delivery) if tries_left else Outcome(None, LOST))
    return True


def webhooks_forget() -> None:
    """Delete what was done WEBHOOK_KEEP_DAYS ago, or has waited so long at one switched off."""
    old = timezone.now() - settings.WEBHOOK_KEEP
    stale = Q(done_at=None, endpoint__switched_off_at__isnull=False, made_at__lt=old)
    WebhookDelivery.objects.filter(Q(done_at__lt=old) | stale).delete()


# --- Taking -----------------------------------------------------------------------------------


@transaction.atomic
def taken(endpoint: WebhookEndpoint) -> WebhookAttempt | None:
    """The try of the delivery that is due next; no other worker makes one before the lease ends."""
    due = WebhookDelivery.objects.due().filter(endpoint=endpoint)
    locking = due.select_for_update(skip_locked=True, of=("self",))
    delivery = locking.select_related("endpoint", "event").first()
    if delivery is None:
        return None
    now = timezone.now()
    delivery.tries.filter(ended_at=None).update(ended_at=now, note=LOST)
    delivery.attempts += 1
    delivery.next_at = now + settings.WEBHOOK_LEASE
    delivery.save(update_fields=["attempts", "next_at"])
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(last_tried_at=now)
    return WebhookAttempt.objects.create(delivery=delivery, number=delivery.attempts, began_at=now)


# --- Sending ----------------------------------------------------------------------------------


def tried(delivery: WebhookDelivery) -> Outcome:
    body = message(delivery)
    try:
        answer = fetch(
            delivery.endpoint.url,
            method="POST",
            body=body,
            headers={"Content-Type": "application/json", **signed(delivery, body)},
            limits=limits(),
        )
    except FetchError as error:
        return Outcome(None, error.message)
    return judged(answer)


def limits() -> Limits:
    patience = settings.WEBHOOK_TIMEOUT.total_seconds()
    return Limits(body=KEPT, cut=True, patience=patience, longest=patience)


def signed(delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks, one signature for each secret that signs now."""
    now = datetime.now(UTC)
    signatures = [
        Webhook(secret).sign(delivery.message_id, now, body.decode())
        for secret in delivery.endpoint.secrets
    ]
    return {
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def judged(answer: Fetched) -> Outcome:
    note = f"{answer.status} {answer.reason}".strip()[:100]
    if 300 <= answer.status < 400:
        note = f"{note}: redirects are not followed"
    body = answer.body.decode(errors="replace").replace("\0", "�")
    return Outcome(answer.status, note, body, asked_rest(answer.headers.get("Retry-After", "")))


def asked_rest(value: str) -> timedelta:
    """How long `Retry-After` asks us to stay away; none for what cannot be read."""
    try:
        if value.isdigit():
            rest = timedelta(seconds=int(value))
        else:
            rest = parsedate_to_datetime(value) - timezone.now()
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), min(rest, LONGEST_REST))


# --- Writing down -----------------------------------------------------------------------------


@transaction.atomic
def written(attempt: WebhookAttempt, outcome: Outcome) -> None:
    """Keep what came of a try; nothing is decided by one whose lease was lost meanwhile."""
    now = timezone.now()
    attempt.ended_at, attempt.status = now, outcome.status
    attempt.note, attempt.body = outcome.note[:200], outcome.body
    attempt.save(update_fields=["ended_at", "status", "note", "body"])
    endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).get(
        pk=attempt.delivery.endpoint_id
    )
    mine = WebhookDelivery.objects.waiting().filter(pk=attempt.delivery_id, attempts=attempt.number)
    if attempt.taken:
        mine.update(state=State.DELIVERED, next_at=None, done_at=now)
        delivered_to(endpoint)
    elif mine.exists():
        failed(attempt, endpoint, outcome)


def delivered_to(endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failures=0, resting_until=None, last_delivered_at=timezone.now()
    )


def failed(attempt: WebhookAttempt, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Try again later, or give the message up, and the endpoint where nothing got through."""
    now, rest = timezone.now(), max(outcome.rest, own_rest(endpoint))
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, resting_until=now + rest
    )
    mine = WebhookDelivery.objects.filter(pk=attempt.delivery_id)
    if outcome.status == GONE:
        give_up(endpoint, "It answered 410 Gone: it is not there any more.")
    elif attempt.number <= len(settings.WEBHOOK_RETRIES):
        wait = settings.WEBHOOK_RETRIES[attempt.number - 1] * random.uniform(0.85, 1)
        mine.update(next_at=now + max(rest, timedelta(seconds=wait)))
    else:
        mine.update(state=State.FAILED, next_at=None, done_at=now)
        if nothing_since(endpoint, attempt.delivery):
            give_up(endpoint, f"Nothing got through for all tries of a message: {outcome.note}.")


def own_rest(endpoint: WebhookEndpoint) -> timedelta:
    """How long one that failed so often is left alone: it must not keep the worker from others."""
    return min(timedelta(seconds=2 ** min(endpoint.failures, 20)), settings.WEBHOOK_REST)


def nothing_since(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> bool:
    """Whether nothing was delivered since the first try of the last round of `delivery`."""
    first = delivery.tries.filter(number=1).latest("id").began_at
    return endpoint.last_delivered_at is None or endpoint.last_delivered_at < first


def give_up(endpoint: WebhookEndpoint, reason: str) -> None:
    """Switch it off, and tell those who can mend it."""
    try:
        endpoint_switch_off(endpoint, reason=reason, by=None)
    except Refused:
        return  # Somebody, or another message that was given up, has done so already.
    for person in keepers():
        notify(Kind.WEBHOOK, to=person, about=endpoint, by=None, note=reason)


def keepers() -> list[User]:
    """Who may switch webhooks on and off."""
    app, _, codename = CHANGE.partition(".")
    permission = Permission.objects.filter(content_type__app_label=app, codename=codename)
    able = Q(is_superuser=True) | Q(groups__permissions__in=permission)
    return list(User.objects.filter(able, is_active=True).distinct().order_by("pk"))
