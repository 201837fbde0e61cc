"""The second factor: codes of an authenticator app (TOTP), and recovery codes for its loss."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from articles import events
from claims.desk.errors import Refused
from claims.desk.sign_in import check_may_manage, sessions_end
from claims.models import SignIn

RECOVERY_CODES = 10


def second_factor(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_required(user: User) -> bool:
    """Whether `TOTP_ROLES` asks it of `user`; a superuser is in every role."""
    roles = settings.TOTP_ROLES
    return bool(roles) and (user.is_superuser or user.groups.filter(name__in=roles).exists())


def owes_second_factor(user: Any) -> bool:
    """Whether `user`, as OTPMiddleware made it of a session, has yet to show the second factor."""
    if not user.is_authenticated or user.is_verified():
        return False
    return second_factor(user) is not None or is_required(user)


@transaction.atomic
def second_factor_set(user: User, *, key: str, code: str) -> tuple[TOTPDevice, list[str]]:
    """Set the app that holds `key` (hex) and shows `code`; the device and its recovery codes.

    Raises Refused (`already_set`) or ValidationError (`wrong_code`).
    """
    User.objects.select_for_update().get(pk=user.pk)
    if second_factor(user):
        raise Refused("already_set", "There is a second factor already. Remove it first.")
    device = TOTPDevice.objects.create(user=user, name="Authenticator app", key=key)
    if not device.verify_token(folded(code)):
        raise wrong_code()
    events.record("user.second_factor_set", user, actor=user)
    return device, renewed_codes(user)


def second_factor_check(user: User, code: str) -> Device:
    """The device that `code` comes from: the app or, used up by this, the recovery codes.

    Raises ValidationError (`wrong_code` or `too_many_tries`). Wrong codes double the wait for the
    next try each time, from one second.
    """
    typed = folded(code)
    with transaction.atomic():
        device = device_for(user, typed)
        if device is None:
            raise wrong_code()
        allowed, why = device.verify_is_allowed()
        if not allowed:
            raise too_many_tries(why["locked_until"])
        static = isinstance(device, StaticDevice)
        right = device.verify_token(hashed(typed) if static else typed)
        if right and static:
            left = device.token_set.count()
            events.record("user.recovery_code_used", user, actor=user, after={"left": left})
    # Outside the transaction, which keeps the count of wrong ones.
    if not right:
        raise wrong_code()
    return device


@transaction.atomic
def recovery_codes_renew(user: User) -> list[str]:
    """New codes, shown this once; the old ones are worth nothing from now on."""
    events.record("user.recovery_codes_made", user, actor=user)
    return renewed_codes(user)


@transaction.atomic
def second_factor_remove(user: User, *, by: Any) -> None:
    """Take the app and its recovery codes off `user`.

    Done by an admin it ends the sessions too: in one left open somewhere, a stranger could set a
    second factor of their own.
    """
    if by != user:
        check_may_manage(user, by)
        sessions_end(SignIn.objects.all(), user=user, by=by)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    events.record("user.second_factor_removed", user, actor=by)


def wrong_codes(user: User) -> int:
    """How many wrong codes in a row make the next try wait."""
    counts = (
        model.objects.filter(user=user).values_list("throttling_failure_count", flat=True)
        for model in (TOTPDevice, StaticDevice)
    )
    return max((count for found in counts for count in found), default=0)


def codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def renewed_codes(user: User) -> list[str]:
    device, _created = StaticDevice.objects.get_or_create(user=user, name="Recovery codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=hashed(c)) for c in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def device_for(user: User, typed: str) -> TOTPDevice | StaticDevice | None:
    model = TOTPDevice if typed.isdecimal() else StaticDevice
    return model.objects.select_for_update().filter(user=user, confirmed=True).first()


def folded(code: str) -> str:
    """`code` without the blanks and dashes that people type for legibility."""
    return "".join(code.split()).replace("-", "").lower()


def hashed(code: str) -> str:
    """What the database keeps of a recovery code: 64 bits, as its column holds 16 characters."""
    return salted_hmac("claims.recovery_code", code, algorithm="sha256").hexdigest()[:16]


def wrong_code() -> ValidationError:
    return ValidationError(
        {"code": ValidationError("This code is not right, or was used before.", code="wrong_code")}
    )


def too_many_tries(until: Any) -> ValidationError:
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    message = f"Too many wrong codes. Wait {seconds} s before the next try."
    return ValidationError({"code": ValidationError(message, code="too_many_tries")})
