"""Who is signed in where, and who is kept out for a while."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from articles import events
from articles.callers import client_address
from claims.desk.devices import device_name
from claims.models import SignIn

#: “Last seen” is no finer, so that not every page writes.
SEEN_EVERY = timedelta(minutes=1)


def check_may_manage(user: User, by: Any) -> None:
    """Raise PermissionDenied unless `by` may decide on how `user` signs in."""
    if not by.has_perm("auth.change_user") or (user.is_superuser and not by.is_superuser):
        raise PermissionDenied("This needs the permission auth.change_user.")


# --- Sessions ---------------------------------------------------------------------------------


def sign_in_record(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Write down a browser that `user` is signed in with from now on."""
    if request.session.session_key is None:
        request.session.create()
    SignIn.objects.update_or_create(
        session_id=request.session.session_key,
        defaults={
            "user": user,
            "device": device_name(request.META.get("HTTP_USER_AGENT", "")),
            "address": client_address(request),
            "seen_at": timezone.now(),
        },
    )


def sign_in_seen(session_key: str | None) -> None:
    now = timezone.now()
    SignIn.objects.filter(session_id=session_key, seen_at__lt=now - SEEN_EVERY).update(seen_at=now)


@transaction.atomic
def sessions_end(ended: QuerySet[SignIn], *, user: User, by: Any) -> int:
    """End those sessions of `user`; how many there were."""
    if by != user:
        check_may_manage(user, by)
    keys = [*ended.filter(user=user).values_list("session_id", flat=True)]
    Session.objects.filter(pk__in=keys).delete()
    if keys:
        events.record("user.sessions_ended", user, actor=by, before={"sessions": len(keys)})
    return len(keys)


@transaction.atomic
def password_changed(user: User, *, by: Any, keep: str | None = None) -> None:
    """What follows a new password: its Event, and the end of every session but `keep`."""
    events.record("user.password_changed", user, actor=by)
    sessions_end(SignIn.objects.exclude(session_id=keep), user=user, by=by)


# --- Lockout ----------------------------------------------------------------------------------


def failures(username: str) -> QuerySet[AccessAttempt]:
    """The failed tries for `username` that still count."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(username=username, attempt_time__gte=since)


def locked_addresses(username: str) -> dict[str | None, datetime]:
    """The addresses from which nobody may sign in as `username` now, each with until when."""
    newest_first = failures(username).order_by("ip_address", "-attempt_time")
    by_address = groupby(newest_first, attrgetter("ip_address"))
    opening = {address: opens_at(attempts) for address, attempts in by_address}
    return {address: until for address, until in opening.items() if until}


def opens_at(newest_first: Iterable[AccessAttempt]) -> datetime | None:
    """When too few of an address's tries are left to keep it out; None when they are now.

    axes counts each browser's tries in a row of its own, which expires as a whole.
    """
    tries = 0
    for attempt in newest_first:
        tries += attempt.failures_since_start
        if tries >= settings.AXES_FAILURE_LIMIT:
            until: datetime = attempt.attempt_time + settings.AXES_COOLOFF_TIME
            return until
    return None


def lockout_record(*, request: HttpRequest, username: str, **_: Any) -> None:
    """Append the Event when the try that was one too many has failed.

    Without the address: events are never deleted, and every reader sees them.
    """
    user = User.objects.filter(username=username).first()
    # Tries during a lockout are told by the same signal, uncounted.
    if user is None or getattr(request, "axes_failures_since_start", None) is None:
        return
    until = timezone.now() + settings.AXES_COOLOFF_TIME
    events.record("user.locked_out", user, after={"until": until.isoformat(timespec="minutes")})


def sign_ins_forget() -> None:
    """Delete the sessions that have run out, and the failed tries that count no more."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()


@transaction.atomic
def lockout_lift(user: User, *, by: Any) -> None:
    """Forget the failed tries, of the password and of the second factor."""
    check_may_manage(user, by)
    reset(username=user.get_username())
    for device in (TOTPDevice, StaticDevice):
        device.objects.filter(user=user).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )
    events.record("user.lockout_lifted", user, actor=by)
