"""Claims and where they appear."""

import uuid
from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from articles.models import Article, ArticleRevision
from claims.models.choices import AttributionKind, ClaimStatus, VerdictState, known
from claims.models.claimants import WORDS, Claimant
from claims.models.priority import priority_kept
from claims.models.verdicts import Verdict

USER = settings.AUTH_USER_MODEL


def slug_of(text: str, uid: uuid.UUID) -> str:
    """A claim's address: from the words it starts with, and unique by its id."""
    return f"{slugify(text)[:80].strip('-') or 'claim'}-{uid.hex[:10]}"


def with_answers(prefix: str = "") -> Prefetch:
    """What `Claim.verdict` and `Claim.ended_verdict` read, of claims or of what has claims."""
    told = (VerdictState.PUBLISHED, VerdictState.RETRACTED, VerdictState.EXPIRED)
    verdicts = Verdict.objects.filter(state__in=told).select_related("rating")
    return Prefetch(f"{prefix}verdicts", queryset=verdicts.order_by("-id"), to_attr="answers")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def queue(self) -> "ClaimQuerySet":
        """What the desk still has to work on."""
        return self.filter(status__in=Claim.OPEN)

    def for_lists(self) -> "ClaimQuerySet":
        """With what a row of a list shows, in a constant number of queries."""
        firsts = (
            Appearance.objects.select_related("article__outlet", "attribution")
            .defer("article__text")
            .order_by("id")
        )
        return self.select_related("claimant", "assignee").prefetch_related(
            Prefetch("appearances", queryset=firsts),
            Prefetch("verdicts", queryset=Verdict.objects.published(), to_attr="published"),
        )


class Claim(models.Model):
    """One checkable assertion, worded to stand alone; the unit that is rated."""

    Status = ClaimStatus

    OPEN = (Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.IN_REVIEW)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=120, unique=True, editable=False)
    text = models.TextField()
    claimant = models.ForeignKey(
        Claimant, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    #: The day the claim was first made, which is not the day it was checked.
    made_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    topics = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    check_worthiness = models.FloatField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    #: What the score is made of: `[["names a quantity", 0.9], …]`, largest first.
    reasons = models.JSONField(default=list, blank=True)

    #: An editor wants it looked at first.
    flagged = models.BooleanField(default=False)
    #: What `desk.scoring.claims_place` gathers from its appearances: how many, when it was made
    #: last as far as we know, in which outlets, under which headlines.
    place_count = models.PositiveIntegerField(default=0, editable=False)
    last_made_at = models.DateTimeField("last made", default=timezone.now, editable=False)
    outlets = ArrayField(models.BigIntegerField(), default=list, editable=False)
    titles = models.TextField(default="", editable=False)
    priority = models.GeneratedField(
        expression=priority_kept(), output_field=models.FloatField(), db_persist=True
    )
    #: The words that a search finds, without accents.
    words = models.GeneratedField(
        expression=SearchVector("text", "titles", config=WORDS),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    #: Since when it is unread by whoever has not read it since: found, made again, or matched.
    news_at = models.DateTimeField(default=timezone.now, editable=False)

    status = models.CharField(max_length=12, choices=Status, default=Status.NEW)
    assignee = models.ForeignKey(
        USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assigned_claims",
    )
    #: Since when it waits for its assignee: assigned, taken, reopened or returned.
    assigned_at = models.DateTimeField(null=True, editable=False)
    dismissal = models.CharField(max_length=500, blank=True, help_text="Why it is not checked.")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    #: A person worded it or set its claimant: extraction leaves both alone.
    edited = models.BooleanField(default=False)
    #: Rises with every change; who saves an older one is told so.
    version = models.PositiveIntegerField(default=1)
    #: When its likely matches were last looked for; none until then, so that none is forgotten.
    matched_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "-id"]
        permissions = [
            ("triage_claim", "Can mark a claim as to be checked"),
            ("assign_claim", "Can give a claim to someone"),
            ("dismiss_claim", "Can dismiss and reopen a claim"),
            ("merge_claim", "Can merge two claims"),
            ("flag_claim", "Can flag a claim to be looked at first"),
        ]
        constraints = [
            known("status", ClaimStatus, "claim_status_known"),
            models.CheckConstraint(
                condition=Q(check_worthiness__gte=0, check_worthiness__lte=1),
                name="claim_check_worthiness_is_share",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="claim_merged_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(status="dismissed") | ~Q(dismissal=""),
                name="claim_dismissed_has_reason",
            ),
        ]
        indexes = [
            models.Index(F("check_worthiness").desc(), F("id").desc(), name="claim_best_first"),
            models.Index(
                "status",
                F("check_worthiness").desc(),
                F("id").desc(),
                name="claim_status_best",
            ),
            # Included is what filters ask of each claim, so that the index answers without its row.
            models.Index(
                fields=["-priority", "-id"],
                include=["status", "last_made_at", "check_worthiness"],
                name="claim_in_order",
            ),
            models.Index(
                fields=["-priority", "-id"],
                include=["last_made_at", "check_worthiness", "language"],
                condition=Q(status__in=["new", "triaged", "in_progress", "in_review"]),
                name="claim_open_in_order",
            ),
            models.Index(
                "assignee",
                F("priority").desc(),
                F("id").desc(),
                condition=Q(status__in=["new", "triaged", "in_progress", "in_review"]),
                name="claim_assignee_first",
            ),
            models.Index("status", F("priority").desc(), F("id").desc(), name="claim_status_first"),
            models.Index(
                fields=["claimant", "-priority", "-id"],
                include=["status"],
                name="claim_claimant_in_order",
            ),
            models.Index(
                fields=["language", "-priority", "-id"],
                include=["status"],
                name="claim_language_in_order",
            ),
            models.Index(fields=["-created_at", "-id"], name="claim_newest"),
            models.Index(
                Coalesce("made_on", Value(date.min)).desc(), F("id").desc(), name="claim_made_first"
            ),
            models.Index(fields=["-last_made_at"], name="claim_last_made"),
            models.Index(fields=["-news_at"], name="claim_news"),
            models.Index(
                fields=["-priority", "-id"],
                include=["status"],
                condition=Q(flagged=True),
                name="claim_flagged",
            ),
            GinIndex(fields=["words"], fastupdate=False, name="claim_words"),
            # Together, so that a filter of several reads of each what it has of the rarest.
            GinIndex(fields=["outlets", "topics", "status"], name="claim_filtered"),
            # Of the queue alone: beside the whole ones PostgreSQL would go through all open claims.
            GinIndex(
                fields=["words"],
                fastupdate=False,
                condition=Q(status__in=["new", "triaged", "in_progress", "in_review"]),
                name="claim_open_words",
            ),
            GinIndex(
                fields=["outlets", "topics"],
                condition=Q(status__in=["new", "triaged", "in_progress", "in_review"]),
                name="claim_open_filtered",
            ),
            models.Index(
                fields=["claimant"],
                condition=Q(status__in=["new", "triaged", "in_progress", "in_review"]),
                name="claim_open_claimant",
            ),
            models.Index(
                F("check_worthiness").desc(),
                F("id").desc(),
                condition=Q(assignee=None, status__in=["new", "triaged"]),
                name="claim_for_anyone",
            ),
            models.Index(
                fields=["assigned_at"],
                condition=Q(
                    assigned_at__isnull=False, status__in=["new", "triaged", "in_progress"]
                ),
                name="claim_assigned_since",
            ),
            models.Index(
                fields=["id"],
                condition=Q(matched_at=None) & ~Q(status="merged"),
                name="claim_unmatched",
            ),
            GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="claim_text_trigrams"),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def get_absolute_url(self) -> str:
        return reverse("claim-page", args=[self.slug])

    @property
    def surviving(self) -> "Claim":
        """The claim that answers for this one: itself, or what it was merged into."""
        return self.merged_into or self

    @property
    def verdict(self) -> Verdict | None:
        """The verdict that stands, of claims read `with_answers`."""
        return next((v for v in self.told if v.state == VerdictState.PUBLISHED), None)

    @property
    def ended_verdict(self) -> Verdict | None:
        """Where none stands, the last one that was retracted or ran out."""
        return next(iter(self.told), None) if self.verdict is None else None

    @property
    def told(self) -> list[Verdict]:
        return self.surviving.answers  # type: ignore[attr-defined]


class Attribution(models.Model):
    """Source, cue and content found in a text. Offsets are code points into the article."""

    Kind = AttributionKind

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="attributions")
    #: As `Appearance.revision`.
    revision = models.ForeignKey(
        ArticleRevision, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    kind = models.CharField(max_length=8, choices=Kind)
    source_start = models.PositiveIntegerField(null=True)
    source_end = models.PositiveIntegerField(null=True)
    cue_start = models.PositiveIntegerField(null=True)
    cue_end = models.PositiveIntegerField(null=True)
    #: Start of the first and end of the last segment of `content`.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    #: `[[start, end], …]`, in the text's order.
    content = models.JSONField()
    claimant = models.ForeignKey(
        Claimant, null=True, on_delete=models.PROTECT, related_name="attributions"
    )

    class Meta:
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "revision", "start", "end"],
                nulls_distinct=False,
                name="attribution_content_once",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="attribution_not_empty"),
            known("kind", AttributionKind, "attribution_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.start}–{self.end}"


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def in_sight(self) -> "AppearanceQuerySet":
        """What stands in its article as the outlet shows it now."""
        return self.filter(revision=None)


class Appearance(models.Model):
    """One place where a claim was made: article, span, verbatim text, attribution."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appearances")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="appearances")
    #: None: it stands in the article as it reads now. Else it vanished with a change of the
    #: outlet's, and the offsets count on this former text.
    revision = models.ForeignKey(
        ArticleRevision, null=True, blank=True, on_delete=models.PROTECT, related_name="appearances"
    )
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    attribution = models.ForeignKey(
        Attribution,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="appearances",
    )
    #: The span that a person moved it from: what extraction finds there is this place still.
    found_start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    found_end = models.PositiveIntegerField(null=True, blank=True, editable=False)
    #: The claim that it was found as, when that is not `claim`: merging and splitting move it.
    found_as = models.ForeignKey(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="moved"
    )
    check_worthiness = models.FloatField(default=0)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        ordering = ["article", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "revision", "start", "end"],
                nulls_distinct=False,
                name="appearance_span_once",
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="appearance_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
