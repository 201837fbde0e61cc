"""API keys: made, looked up, revoked. The only writers of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from knox.crypto import hash_token

from articles import events
from claims.desk.claims import one_line
from claims.models import ApiKey
from claims.models.keys import Scope

#: How exact the last use is: one write a minute, however busy the key.
USE_SHOWN = timedelta(minutes=1)


@dataclass(frozen=True)
class NewKey:
    """A key and its secret, which nobody can show again."""

    key: ApiKey
    secret: str


def key_make(
    *, name: str, user: User, scopes: Sequence[str], valid_for: timedelta, by: Any
) -> NewKey:
    """A key that does for `user` what `scopes` name, of what their role lets them do.

    Raises PermissionDenied, also for a superuser's key that no superuser makes: nobody makes a
    key that may do more than its maker. Raises ValidationError: `name_required`,
    `name_too_long`, `scopes_required`, `unknown_scope`.
    """
    if not by.has_perm("claims.add_apikey") or (user.is_superuser and not by.is_superuser):
        raise PermissionDenied("This key may do more than you.")
    name = one_line("name", name, ask="Say what the key is for.", most=80)
    scopes = known_scopes(scopes)
    with transaction.atomic():
        key, secret = ApiKey.objects.create(user=user, expiry=valid_for, name=name, scopes=scopes)
        events.record("user.key_made", user, actor=by, after={**told(key), "scopes": scopes})
    return NewKey(key, secret)


def known_scopes(scopes: Sequence[str]) -> list[str]:
    """In the order that they have everywhere, each once."""
    if unknown := {*scopes} - {*Scope.values}:
        text = f"There is no scope {', '.join(sorted(unknown))}."
        raise ValidationError({"scopes": ValidationError(text, code="unknown_scope")})
    if not scopes:
        text = "Choose at least one: a key without any could do nothing."
        raise ValidationError({"scopes": ValidationError(text, code="scopes_required")})
    return [scope for scope in Scope.values if scope in scopes]


@transaction.atomic
def key_revoke(key: ApiKey, *, by: Any) -> bool:
    """From its next request on, the key is nobody's. False when it was revoked before."""
    if not by.has_perm("claims.revoke_apikey"):
        raise PermissionDenied("Only who looks after keys revokes one.")
    working = ApiKey.objects.filter(pk=key.pk, revoked_at=None)
    revoked = bool(working.update(revoked_at=timezone.now()))
    if revoked:
        person = User.objects.get(pk=key.user_id)
        events.record("user.key_revoked", person, actor=by, before=told(key))
    return revoked


def told(key: ApiKey) -> dict[str, Any]:
    return {"key": f"{key.token_key}…", "name": key.name}


def key_of(secret: str) -> ApiKey | None:
    """The working key with this secret, its person limited to its scopes; its use is noted."""
    key = ApiKey.objects.working().select_related("user").filter(digest=hash_token(secret)).first()
    if key is None:
        return None
    key.user.scopes = key.scopes
    key_used(key)
    return key


def key_used(key: ApiKey) -> None:
    now = timezone.now()
    if key.used_at is None or key.used_at <= now - USE_SHOWN:
        stale = Q(used_at=None) | Q(used_at__lte=now - USE_SHOWN)
        ApiKey.objects.filter(stale, pk=key.pk).update(used_at=now)
