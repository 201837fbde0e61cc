"""What people leave on a claim while they work on it: notes, unsaved words, their presence."""

import uuid

from django.conf import settings
from django.db import models

from claims.models.claims import Claim
from claims.models.verdicts import Verdict

USER = settings.AUTH_USER_MODEL


class Note(models.Model):
    """What somebody tells the desk about a claim. Plain text; it is never changed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="claim_notes")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


class KeptDraft(models.Model):
    """What a person has typed into a draft and not saved. Nobody else sees it."""

    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="kept")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    #: The version of the verdict that it was typed into.
    version = models.PositiveIntegerField()
    #: The form's fields as a browser sends them.
    typed = models.JSONField()
    #: Rises each time: a second window that kept an older one is told so.
    revision = models.PositiveIntegerField(default=1)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verdict", "user"], name="kept_draft_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.verdict}"


class Presence(models.Model):
    """Who has a claim's page open, and was last heard of when."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="present")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "user"], name="presence_one_each")]

    def __str__(self) -> str:
        return f"{self.user} on {self.claim}"


class KeyboardSetting(models.Model):
    """Whether single keys do something for a user; they do for whoever has no row."""

    user = models.OneToOneField(
        USER, primary_key=True, on_delete=models.CASCADE, related_name="keyboard"
    )
    single_keys = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.user}: {'on' if self.single_keys else 'off'}"
