"""API keys: hashed, limited to their scopes, kept when they are revoked."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from knox.models import AbstractAuthToken, AuthTokenManager
from knox.settings import CONSTANTS

#: Bringing articles in, and nothing else that writes.
SUBMITS = (
    "articles.add_article",
    "articles.retry_article",
    "articles.add_import",
    "articles.change_import",
)


class Scope(models.TextChoices):
    """What a key may be used for, of what its person may do."""

    READ = "read", "Read"
    SUBMIT = "submit", "Submit articles"
    DESK = "desk", "Work at the desk"


def scopes_with(permission: str) -> set[Scope]:
    """The scopes that a permission belongs to, any of which will do.

    Steps of the desk answer with what they changed, so its scope reads as well.
    """
    if permission.partition(".")[2].startswith("view_"):
        return {Scope.READ, Scope.DESK}
    return {Scope.SUBMIT} if permission in SUBMITS else {Scope.DESK}


class KeyHolder(User):
    """A person as far as a key of theirs reaches: never more than their role, never more than it.

    Without a key's `scopes` nobody may do anything.
    """

    scopes: Sequence[str] = ()

    class Meta:
        proxy = True
        default_permissions = ()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return bool(scopes_with(perm) & {*self.scopes}) and super().has_perm(perm, obj)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def working(self) -> "ApiKeyQuerySet":
        unexpired = Q(expiry__isnull=True) | Q(expiry__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, user__is_active=True)


class ApiKey(AbstractAuthToken):
    """A program's way in, as a person. knox's token, with a name, scopes and an end of its own."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    user = models.ForeignKey(
        KeyHolder, verbose_name="person", on_delete=models.CASCADE, related_name="+"
    )
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    #: SHA-512; the key itself is random enough to be looked up by it.
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True)
    #: To the minute.
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = AuthTokenManager.from_queryset(ApiKeyQuerySet)()

    class Meta:
        verbose_name = "API key"
        ordering = ["-id"]
        default_permissions = ("add", "view")
        permissions = [("revoke_apikey", "Can revoke an API key")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "submit", "desk"]) & ~Q(scopes__len=0),
                name="api_key_scopes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

    @property
    def state(self) -> str:
        """`working`, or why it does not: `revoked`, `expired`, `person_inactive`."""
        if self.revoked_at:
            return "revoked"
        if self.expiry and self.expiry <= timezone.now():
            return "expired"
        return "working" if self.user.is_active else "person_inactive"
