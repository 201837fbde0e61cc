"""The services that change who is told by webhook. Events never name a URL or a secret.

A URL may hold a password of the subscriber's, and Events are read by every role and kept for ever.
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles import events
from articles.intake.urls import site
from claims.desk.errors import Conflict, Refused
from claims.desk.webhooks.outbox import wake_on_commit
from claims.models import WebhookDelivery, WebhookEndpoint, WebhookKind

ADD, CHANGE = "claims.add_webhookendpoint", "claims.change_webhookendpoint"
#: Bytes; Standard Webhooks asks for 24 to 64.
SECRET_SIZE = 32
SCHEMES = ("http://", "https://")
#: What can be chosen; a test message is asked for.
CHOSEN = tuple(kind for kind in WebhookKind if kind != WebhookKind.PING)


def endpoint_create(*, name: str, url: str, kinds: Sequence[str], by: Any) -> WebhookEndpoint:
    """A new subscriber. Its `secret` is shown to its maker, this once."""
    require(by, ADD)
    endpoint = WebhookEndpoint(
        name=name.strip(),
        url=url.strip(),
        kinds=in_order(kinds),
        secret=new_secret(),
        created_by=by,
    )
    check(endpoint)
    with transaction.atomic():
        endpoint.save()
        events.record("webhook.created", endpoint, actor=by, after=told(endpoint))
    return endpoint


def endpoint_change(
    endpoint: WebhookEndpoint,
    *,
    name: str,
    url: str,
    kinds: Sequence[str],
    by: Any,
    version: int | None = None,
) -> WebhookEndpoint:
    """Name, URL and kinds. What waits goes to the new URL, and at once."""
    with transaction.atomic():
        current = locked(endpoint, by, version)
        before, moved = told(current), current.url != url.strip()
        current.name, current.url, current.kinds = name.strip(), url.strip(), in_order(kinds)
        check(current)
        if moved:
            rested(current)
        old, new = events.changes(before, told(current))
        written(current, "webhook.changed", by, before=old, after=new)
    return current


def secret_renew(
    endpoint: WebhookEndpoint, *, at_once: bool, by: Any, version: int | None = None
) -> WebhookEndpoint:
    """A new secret, shown this once. The former one signs as well for WEBHOOK_OVERLAP_HOURS.

    `at_once`: it does not, because somebody else knows it.
    """
    with transaction.atomic():
        current = locked(endpoint, by, version)
        current.former_secret = "" if at_once else current.secret
        current.former_until = None if at_once else timezone.now() + settings.WEBHOOK_OVERLAP
        current.secret = new_secret()
        written(current, "webhook.secret_renewed", by, after={"at_once": at_once})
    return current


def endpoint_switch_off(
    endpoint: WebhookEndpoint, *, reason: str, by: Any, version: int | None = None
) -> WebhookEndpoint:
    """Send nothing any more. What happens meanwhile waits until it is switched on again.

    `by` None is the machine. Raises Refused `already_off`.
    """
    with transaction.atomic():
        current = locked(endpoint, by, version)
        if current.switched_off_at is not None:
            raise Refused("already_off", f"{current} is switched off already.")
        current.switched_off_at, current.off_reason = timezone.now(), reason[:300]
        written(current, "webhook.switched_off", by, note=reason)
    return current


def endpoint_switch_on(
    endpoint: WebhookEndpoint, *, by: Any, version: int | None = None
) -> WebhookEndpoint:
    """Send again, first what waits, with all its tries. Raises Refused `already_on`."""
    with transaction.atomic():
        current = locked(endpoint, by, version)
        if current.switched_off_at is None:
            raise Refused("already_on", f"{current} is switched on already.")
        current.switched_off_at, current.off_reason = None, ""
        rested(current)
        current.deliveries.waiting().update(attempts=0)
        written(current, "webhook.switched_on", by)
    return current


def endpoint_ping(endpoint: WebhookEndpoint, *, by: Any) -> WebhookDelivery:
    """Send a test message. Raises Refused `switched_off`."""
    with transaction.atomic():
        current = locked(endpoint, by, None)
        require_on(current)
        events.record("webhook.pinged", current, actor=by)
        ping = WebhookDelivery.objects.create(endpoint=current, kind=WebhookKind.PING)
        wake_on_commit()
    return ping


def delivery_resend(delivery: WebhookDelivery, *, by: Any) -> WebhookDelivery:
    """Send a message again, or now instead of later; its id stays, so a repeat is known as one.

    Raises Refused `switched_off`, or `being_sent` while a worker has it.
    """
    with transaction.atomic():
        endpoint = locked(delivery.endpoint, by, None)
        require_on(endpoint)
        current = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
        if current.tries.filter(ended_at=None).exists() and current.state == current.State.WAITING:
            raise Refused("being_sent", "It is being sent at this moment.")
        current.state, current.attempts = current.State.WAITING, 0
        current.next_at, current.done_at = timezone.now(), None
        current.save(update_fields=["state", "attempts", "next_at", "done_at"])
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(resting_until=None)
        events.record("webhook.resent", endpoint, actor=by, after={"message": current.message_id})
        wake_on_commit()
    return current


# --- What the above share ---------------------------------------------------------------------


def require(by: Any, permission: str) -> None:
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(f"This needs the permission {permission}.")


def require_on(endpoint: WebhookEndpoint) -> None:
    if endpoint.switched_off_at is not None:
        raise Refused("switched_off", f"{endpoint} is switched off. Switch it on first.")


def locked(endpoint: WebhookEndpoint, by: Any, version: int | None) -> WebhookEndpoint:
    """The row as it is now, locked. Raises PermissionDenied, or Conflict `changed_meanwhile`."""
    require(by, CHANGE)
    current = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    if version is not None and current.version != version:
        raise Conflict(
            "changed_meanwhile",
            f"{current} was changed while you had this page open. Nothing of yours was saved: "
            "look at the change, then save again.",
        )
    return current


def written(endpoint: WebhookEndpoint, kind: str, by: Any, **what: Any) -> None:
    """Save the locked row as a new version, and record the Event."""
    endpoint.version = F("version") + 1
    endpoint.save()
    endpoint.refresh_from_db()
    events.record(kind, endpoint, actor=by, **what)


def rested(endpoint: WebhookEndpoint) -> None:
    """Whatever failed before, what waits is tried now."""
    endpoint.failures, endpoint.resting_until = 0, None
    endpoint.deliveries.waiting().update(next_at=timezone.now())
    wake_on_commit()


def check(endpoint: WebhookEndpoint) -> None:
    """Raise one ValidationError for all that is wrong with what was given."""
    try:
        endpoint.full_clean(exclude=["created_by"])
    except ValidationError as error:
        raise ValidationError({**error.error_dict, **wrong_url(endpoint.url)}) from error
    if wrong := wrong_url(endpoint.url):
        raise ValidationError(wrong)


def wrong_url(url: str) -> dict[str, ValidationError]:
    """Where it leads is looked at when it is asked: a name may lead elsewhere by then."""
    if not url.lower().startswith(SCHEMES):
        return {"url": ValidationError("An address with http:// or https://.", code="invalid")}
    if "@" in url.partition("://")[2].partition("/")[0]:
        return {"url": ValidationError("Without a login before the host.", code="invalid")}
    return {}


def in_order(kinds: Sequence[str]) -> list[str]:
    """`kinds` each once, in the order of their list. Raises ValidationError for unknown ones."""
    if unknown := set(kinds) - set(CHOSEN):
        message = f"There is no event {', '.join(sorted(unknown))}."
        raise ValidationError({"kinds": ValidationError(message, code="unknown_kind")})
    return [kind.value for kind in CHOSEN if kind in kinds]


def told(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What an Event may say of it."""
    return {"name": endpoint.name, "site": site(endpoint.url), "kinds": endpoint.kinds}


def new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_SIZE)).decode()}"
