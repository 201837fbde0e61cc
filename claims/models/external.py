"""Verdicts of other desks, read from their ClaimReviews. None of them is ever one of ours."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F
from django.utils.functional import cached_property

from claims.models.choices import MatchState
from claims.models.claims import WORDS

#: What a search looks for words in, without accents.
SEARCHED = SearchVector("claim_reviewed", "title", "claimant", config=WORDS)


class ExternalVerdictQuerySet(models.QuerySet["ExternalVerdict"]):
    def beside(self, claim: models.Model) -> "ExternalVerdictQuerySet":
        """What other desks say of a claim of ours, where a person confirmed that it is the same."""
        same = models.Q(matches__claim=claim, matches__state=MatchState.CONFIRMED)
        return self.filter(same).defer("data")

    def of_site(self, name: str) -> "ExternalVerdictQuerySet":
        """Those of a site and of its parts."""
        return self.filter(models.Q(site=name) | models.Q(site__endswith=f".{name}"))

    def with_words(self, asked: Iterable[SearchQuery]) -> "ExternalVerdictQuerySet":
        """Those that hold all that is asked for, in claim, title or claimant; none for nothing."""
        words = list(asked)
        found = self.alias(searched=SEARCHED)
        for word in words:
            found = found.filter(searched=word)
        return found if words else self.none()


class ExternalVerdict(models.Model):
    """What another desk says of a claim: one ClaimReview, as its publisher words it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: The review's page, in ASCII, and a digest of the claim: one page may review several claims.
    url = models.URLField("URL", max_length=2000)
    claim_key = models.CharField(max_length=32, editable=False)
    publisher = models.CharField(max_length=200)
    #: The host of the review's page, without "www."; what a review says of its author may be false.
    site = models.CharField(max_length=253)
    claim_reviewed = models.TextField()
    title = models.CharField(max_length=500, blank=True)
    claimant = models.CharField(max_length=200, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    #: The publisher's own words, as "Mostly false"; the numbers are those of its own scale.
    rating = models.CharField(max_length=200)
    rating_value = models.FloatField(null=True, blank=True)
    worst_rating = models.FloatField(null=True, blank=True)
    best_rating = models.FloatField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    #: The ClaimReview as it was read.
    data = models.JSONField(editable=False)
    #: When claims that it may answer were last looked for; none until then.
    matched_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ExternalVerdictQuerySet.as_manager()

    class Meta:
        verbose_name = "verdict elsewhere"
        verbose_name_plural = "verdicts elsewhere"
        ordering = [F("reviewed_on").desc(nulls_last=True), "-id"]
        constraints = [
            models.UniqueConstraint(fields=["url", "claim_key"], name="external_verdict_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(matched_at=None), name="external_unmatched"
            ),
            models.Index(
                F("reviewed_on").desc(nulls_last=True), F("id").desc(), name="external_newest"
            ),
            models.Index(fields=["site"], name="external_site"),
            GinIndex(
                fields=["claim_reviewed"],
                opclasses=["gin_trgm_ops"],
                name="external_claim_trigrams",
            ),
            GinIndex(SEARCHED, name="external_words"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.rating}"

    @cached_property
    def statement(self) -> str:
        """The claim reviewed, or where the publisher left it out, the title."""
        return self.claim_reviewed or self.title

    @property
    def scale(self) -> str:
        """Where on its publisher's scale the rating stands; empty when it has no place there."""
        if self.rating_value is None:
            return ""
        return (
            f"{self.rating_value:g} on a scale from {self.worst_rating:g} to {self.best_rating:g}"
        )
