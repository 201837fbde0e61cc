"""Which claims are the same, and by which words and vectors they are recognised."""

import re
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from pgvector.django import HalfVectorField, HnswIndex

from claims.models.choices import MatchState, WordingKind, known
from claims.models.claims import Claim
from claims.models.external import ExternalVerdict

USER = settings.AUTH_USER_MODEL
#: Of a vector; a model of another size needs a migration.
DIMENSIONS = 384
SHARE = [MinValueValidator(0), MaxValueValidator(1)]


#: Outside of quoted words.
SIDE = re.compile(r"(?<![“\w])(here|there)(?![”\w])")


def turned(phrases: list[str]) -> list[str]:
    """What is said of a match, seen from its other side: “30% there, 3% here”."""
    sides = {"here": "there", "there": "here"}
    return [SIDE.sub(lambda found: sides[found[1]], phrase) for phrase in phrases]


class WordingQuerySet(models.QuerySet["Wording"]):
    def of(self, owner: str) -> "WordingQuerySet":
        """Of the desk's claims, of those that are published, or of others' verdicts."""
        held = {
            "claim": Q(external=None),
            "published": Q(published=True),
            "external": Q(claim=None),
        }
        return self.filter(held[owner])


class Wording(models.Model):
    """One text under which a claim, or another desk's verdict, is recognised."""

    Kind = WordingKind

    claim = models.ForeignKey(Claim, null=True, on_delete=models.CASCADE, related_name="wordings")
    external = models.ForeignKey(
        ExternalVerdict, null=True, on_delete=models.CASCADE, related_name="wordings"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    language = models.CharField(max_length=12, blank=True)
    #: Digest of the normal form; the same sentence again has the same.
    key = models.CharField(max_length=32)
    #: What the ranking counts, folded and stemmed.
    words = ArrayField(models.TextField(), default=list)
    #: Unit vector, and the name and version of the model that made it; none until it is embedded.
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True)
    embedder = models.CharField(max_length=60, blank=True)
    #: Whether it is of a claim with a published verdict.
    published = models.BooleanField(default=False)

    objects = WordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(claim=None, external__isnull=False)
                | Q(claim__isnull=False, external=None),
                name="wording_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["claim", "key"],
                condition=Q(external=None),
                name="wording_of_claim_once",
            ),
            models.UniqueConstraint(
                fields=["external", "key"],
                condition=Q(claim=None),
                name="wording_of_external_once",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(external=None), name="wording_published_is_ours"
            ),
            known("kind", WordingKind, "wording_kind_known"),
        ]
        # Three of each, so that a million verdicts of others cannot hide the desk's own claims,
        # nor a million claims what is published.
        indexes = [
            models.Index(fields=["key"], condition=Q(external=None), name="wording_key"),
            models.Index(fields=["key"], condition=Q(claim=None), name="wording_external_key"),
            models.Index(fields=["language", "embedder"], name="wording_embedder"),
            GinIndex(fields=["words"], condition=Q(external=None), name="wording_words"),
            GinIndex(fields=["words"], condition=Q(claim=None), name="wording_external_words"),
            GinIndex(fields=["words"], condition=Q(published=True), name="wording_public_words"),
            HnswIndex(
                fields=["vector"],
                opclasses=["halfvec_ip_ops"],
                m=16,
                ef_construction=64,
                condition=Q(external=None),
                name="wording_vector",
            ),
            HnswIndex(
                fields=["vector"],
                opclasses=["halfvec_ip_ops"],
                m=16,
                ef_construction=64,
                condition=Q(claim=None),
                name="wording_external_vector",
            ),
            HnswIndex(
                fields=["vector"],
                opclasses=["halfvec_ip_ops"],
                m=16,
                ef_construction=64,
                condition=Q(published=True),
                name="wording_public_vector",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Suggestion(models.Model):
    """What a pair that the machine suggests and a person decides on has in common."""

    State = MatchState

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.SUGGESTED)
    #: The chance that both are the same claim, as the ranking sees it; 0 when a person set the
    #: pair apart that the machine had not suggested.
    score = models.FloatField(validators=SHARE)
    #: Phrases on what speaks for it and what against it. “Here” in them is `claim`.
    agreeing = models.JSONField(default=list)
    differing = models.JSONField(default=list)
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: Rises with every decision, and when a merge leads the pair elsewhere.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    DECIDED = Q(state="suggested", decided_by=None, decided_at=None) | (
        ~Q(state="suggested") & Q(decided_at__isnull=False)
    )


ONE_MERGED = Q(claim__status=Claim.Status.MERGED) | Q(other__status=Claim.Status.MERGED)


class MatchQuerySet(models.QuerySet["Match"]):
    def of(self, claim: Claim) -> "MatchQuerySet":
        return self.filter(Q(claim=claim) | Q(other=claim))

    def of_unmerged(self) -> "MatchQuerySet":
        """PostgreSQL looks for those that are merged, where it would join all claims twice."""
        merged = Claim.objects.filter(status=Claim.Status.MERGED)
        return self.filter(
            ~Exists(merged.filter(pk=OuterRef("claim"))),
            ~Exists(merged.filter(pk=OuterRef("other"))),
        )

    def waiting(self) -> "MatchQuerySet":
        """What a person has to decide on, best first."""
        return self.filter(state=MatchState.SUGGESTED).of_unmerged().order_by("-score", "id")

    def apart(self) -> "MatchQuerySet":
        """The rejected pairs, but of claims that were merged into others since."""
        return self.filter(state=MatchState.REJECTED).of_unmerged()


class Match(Suggestion):
    """A link between two claims: suggested by the machine, decided by a person."""

    #: The older of the two claims, so that a pair is one row.
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="matches")
    other = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="matched_by")

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(fields=["claim", "other"], name="match_pair_once"),
            models.CheckConstraint(condition=Q(claim__lt=F("other")), name="match_older_first"),
            models.CheckConstraint(condition=Suggestion.DECIDED, name="match_decided_by_someone"),
            known("state", MatchState, "match_state_known"),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="match_best_first")]

    def __str__(self) -> str:
        return f"{self.claim_id} ~ {self.other_id}"

    def beside(self, claim: Claim) -> Claim:
        """Of the pair, the one that is not `claim`."""
        return self.other if self.claim_id == claim.pk else self.claim


class ExternalMatch(Suggestion):
    """A link between a claim of ours and another desk's verdict."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="external_matches")
    external = models.ForeignKey(ExternalVerdict, on_delete=models.CASCADE, related_name="matches")

    class Meta:
        verbose_name = "match elsewhere"
        verbose_name_plural = "matches elsewhere"
        constraints = [
            models.UniqueConstraint(fields=["claim", "external"], name="external_match_once"),
            models.CheckConstraint(
                condition=Suggestion.DECIDED, name="external_match_decided_by_someone"
            ),
            known("state", MatchState, "external_match_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} ~ {self.external}"


class MatchingSettings(models.Model):
    """The desk's thresholds; one row, made when it is first changed."""

    #: From which score a match is suggested, and an answer of `check` is a likely one.
    suggest_from = models.FloatField(default=0.3, validators=SHARE)
    joins_alone = models.BooleanField(
        "the same sentence joins by itself",
        default=True,
        help_text="Else it is suggested, like any other likely match.",
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "matching settings"
        permissions = [("tune_matching", "Can change the thresholds of matching")]
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="matching_settings_once"),
            models.CheckConstraint(
                condition=Q(suggest_from__gte=0, suggest_from__lte=1),
                name="matching_settings_is_share",
            ),
        ]

    def __str__(self) -> str:
        return f"suggest from {self.suggest_from}"
