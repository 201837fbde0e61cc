"""Telling people what happened. Who caused it is not told."""

from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from claims.models import (
    Claim,
    Notification,
    NotificationChoice,
    NotificationKind,
    Verdict,
    WebhookEndpoint,
)

Kind = NotificationKind


def notify(
    kind: NotificationKind | str,
    *,
    to: Any,
    about: Claim | Verdict | WebhookEndpoint,
    by: Any,
    note: str = "",
) -> Notification | None:
    """Tell `to` what `by` did about a claim, verdict or webhook; None when nobody is told.

    Call it in the transaction that records the Event. Not told are who caused it, nobody (`to`
    None), who may not see claims, and who switched the kind off. The e-mail is the worker's.
    `by` None is the machine.
    """
    if to is None or to == by or not to.has_perm("claims.view_claim"):
        return None
    choice = choice_of(to, kind)
    by_mail = choice.by_mail and bool(to.email)
    if not (choice.on_home or by_mail):
        return None
    return Notification.objects.create(
        to=to,
        kind=kind,
        **subject(about),
        by=by,
        note=note,
        on_home=choice.on_home,
        mail_due_at=timezone.now() if by_mail else None,
    )


def subject(about: Claim | Verdict | WebhookEndpoint) -> dict[str, Any]:
    """The columns that say what a notification is about."""
    if isinstance(about, WebhookEndpoint):
        return {"webhook": about}
    if isinstance(about, Verdict):
        return {"claim": about.claim, "verdict": about}
    return {"claim": about}


def notify_all(
    kind: NotificationKind | str,
    *,
    to: Iterable[Any],
    about: Claim | Verdict,
    by: Any,
    note: str = "",
) -> None:
    for person in to:
        notify(kind, to=person, about=about, by=by, note=note)


def notifications_read(*, by: Any, only: int | None = None) -> int:
    """Mark what `by` was told as read: all of it, or the one with the id `only`; how many were."""
    unread = Notification.objects.at_home_of(by).unread()
    if only is not None:
        unread = unread.filter(pk=only)
    return unread.update(read_at=Now())


# --- What people want to be told --------------------------------------------------------------


def choice_of(user: Any, kind: NotificationKind | str) -> NotificationChoice:
    """How `user` wants to be told of `kind`; unsaved where nothing was chosen."""
    chosen = NotificationChoice.objects.filter(user=user, kind=kind).first()
    return chosen or NotificationChoice(user=user, kind=kind)


def kinds_of(user: Any) -> list[NotificationKind]:
    """What `user` may be told of: of webhooks, who can switch them on again."""
    keeps = user.has_perm("claims.change_webhookendpoint")
    return [kind for kind in Kind if kind != Kind.WEBHOOK or keeps]


def choices_of(user: Any) -> list[NotificationChoice]:
    """One per kind, in the order of the kinds."""
    chosen = {choice.kind: choice for choice in NotificationChoice.objects.filter(user=user)}
    return [chosen.get(kind) or NotificationChoice(user=user, kind=kind) for kind in kinds_of(user)]


def choices_set(by: Any, *, on_home: Iterable[str], by_mail: Iterable[str]) -> None:
    """From now on `by` is told of these kinds, and of no others."""
    shown, mailed = set(on_home), set(by_mail)
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(user=by, kind=kind, on_home=kind in shown, by_mail=kind in mailed)
            for kind in kinds_of(by)
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["on_home", "by_mail"],
    )
