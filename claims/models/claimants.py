"""Who makes claims."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now, Upper

from claims.models.choices import ClaimantKind, known

#: The text search configuration that the first migration makes: “simple”, without accents.
WORDS = "desk_words"


class Claimant(models.Model):
    """The person or organisation that makes a claim."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ClaimantKind, default=ClaimantKind.PERSON)
    role = models.CharField(max_length=200, blank=True, help_text="As “Mayor of Harlow Bay”.")
    wikidata_id = models.CharField(
        "Wikidata ID",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9]\d*$", "A Wikidata ID is Q and a number.")],
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    #: Set by the database at every write to it or its aliases, whoever writes.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        permissions = [("merge_claimant", "Can merge two claimants and take that back")]
        indexes = [
            models.Index(fields=["name", "id"], name="claimant_by_name"),
            # The API's search is a regular expression, which the index of capitals does not serve.
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="claimant_name_trigrams"),
            GinIndex(SearchVector("name", config=WORDS), name="claimant_words"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="claimant_name_like"),
            GinIndex(OpClass(Upper("role"), "gin_trgm_ops"), name="claimant_role_like"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(merged_into=None), name="claimant_name_once"
            ),
            known("kind", ClaimantKind, "claimant_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def surviving(self) -> "Claimant":
        """The claimant that speaks for this one: itself, or what it was merged into."""
        return self.merged_into or self

    @property
    def same_as(self) -> str:
        return f"https://www.wikidata.org/entity/{self.wikidata_id}" if self.wikidata_id else ""


class ClaimantAlias(models.Model):
    """Another name of a claimant: a spelling, a nickname, an acronym."""

    claimant = models.ForeignKey(Claimant, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "aliases"
        indexes = [
            GinIndex(SearchVector("name", config=WORDS), name="claimant_alias_words"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="claimant_alias_like"),
        ]
        constraints = [
            # One name leads to one claimant, or extraction could not choose.
            models.UniqueConstraint(Lower("name"), name="claimant_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ClaimantMerge(models.Model):
    """One claimant became another: all that moved, so that it can be taken back exactly."""

    gone = models.ForeignKey(Claimant, on_delete=models.PROTECT, related_name="merges_away")
    into = models.ForeignKey(Claimant, on_delete=models.PROTECT, related_name="merges_here")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    #: By relation, the ids of the rows that moved: `{"claims": [3, 8], "aliases": [1], …}`.
    moved = models.JSONField()
    #: By relation, the ids of those that were there before.
    had = models.JSONField()
    #: What `into` had empty and took over: `{"role": "Mayor"}`.
    filled = models.JSONField(default=dict)
    #: The alias that was made of the name of `gone`; none where that name was one already.
    alias = models.ForeignKey(ClaimantAlias, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=Q(undone_at=None), name="claimant_merged_once"
            ),
            models.CheckConstraint(
                condition=~Q(gone=models.F("into")), name="claimant_merge_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone} into {self.into}"
