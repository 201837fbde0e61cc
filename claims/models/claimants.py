"""Who makes claims."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from claims.models.choices import ClaimantKind, known


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
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(merged_into=None), name="claimant_name_once"
            ),
            known("kind", ClaimantKind, "claimant_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

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
        constraints = [
            # One name leads to one claimant, or extraction could not choose.
            models.UniqueConstraint(Lower("name"), name="claimant_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name
