"""What the desk keeps beside its claims: who has read what, saved filters, topics, known words."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from claims.models.claims import Claim

USER = settings.AUTH_USER_MODEL


class Reading(models.Model):
    """Up to when a user has read everything: of what is older, nothing need be kept."""

    user = models.OneToOneField(
        USER, primary_key=True, on_delete=models.CASCADE, related_name="reading"
    )
    up_to = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} up to {self.up_to:%Y-%m-%d %H:%M}"


class ReadMark(models.Model):
    """When a user has read one claim; without a time they marked it as unread."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+", db_index=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="read_marks")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "claim"], name="read_mark_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(at=None), name="read_mark_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.claim_id}"


class SavedFilter(models.Model):
    """A view of the queue under a name; its owner's alone, or the desk's."""

    owner = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    #: What stands behind the `?` of the queue's address.
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField("shared with the desk", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A topic that some claim has had; what is typed is completed from these."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class KnownWord(models.Model):
    """A word that some claim, headline or claimant's name has; a misspelt one leads to these."""

    word = models.CharField(max_length=100, primary_key=True, db_collation="C")

    class Meta:
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="known_word_like")]

    def __str__(self) -> str:
        return self.word
