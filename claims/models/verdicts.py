"""What editors say of a claim: rating, explanation, evidence."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import HashIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Now
from django.utils import timezone

from articles.models import Article
from claims.models.choices import (
    ClaimStatus,
    CorrectionOutcome,
    EvidenceStance,
    LinkState,
    VerdictState,
    known,
)

USER = settings.AUTH_USER_MODEL


class RatingScale(models.Model):
    """A desk's own set of ratings."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(unique=True)
    description = models.TextField(blank=True)
    default = models.BooleanField(default=False, help_text="The scale that new verdicts use.")
    #: Set by the database at every write to it or its ratings, whoever writes.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["default"],
                condition=Q(default=True),
                name="rating_scale_one_default",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Rating(models.Model):
    """One step of a scale, as "Mostly false"."""

    class Colour(models.TextChoices):
        RED = "red"
        ORANGE = "orange"
        YELLOW = "yellow"
        LIME = "lime"
        GREEN = "green"
        GREY = "grey"

    scale = models.ForeignKey(RatingScale, on_delete=models.CASCADE, related_name="ratings")
    name = models.CharField(max_length=100)
    slug = models.SlugField()
    #: From 1; higher is truer. None for a rating outside the order, as "Unproven".
    value = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    description = models.TextField(blank=True, help_text="What it means, shown to editors.")
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.GREY)

    class Meta:
        ordering = [F("value").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "slug"], name="rating_slug_once"),
            models.UniqueConstraint(fields=["scale", "value"], name="rating_value_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=1), name="rating_from_1"),
        ]

    def __str__(self) -> str:
        return self.name


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def open(self) -> "VerdictQuerySet":
        return self.filter(state__in=Verdict.OPEN)

    def run_out(self) -> "VerdictQuerySet":
        """What is published past its day."""
        return self.filter(state=Verdict.State.PUBLISHED, expires_on__lte=timezone.localdate())

    def review_due(self) -> "VerdictQuerySet":
        """What is published, and is to be looked at again by now."""
        return self.filter(state=Verdict.State.PUBLISHED, review_on__lte=timezone.localdate())

    def published(self) -> "VerdictQuerySet":
        """What the public may read now, with all that its pages and answers show."""
        return self.filter(state=Verdict.State.PUBLISHED).for_reading()

    def once_published(self) -> "VerdictQuerySet":
        """What the public has read, also when it was corrected, retracted or ran out since."""
        return self.exclude(state__in=Verdict.OPEN)

    def approved(self) -> "VerdictQuerySet":
        """What waits only to be published."""
        return self.filter(state=VerdictState.IN_REVIEW, approved_by__isnull=False)

    def ran_out(self) -> "VerdictQuerySet":
        """The last word on a claim that no other verdict answers: it is to be checked again."""
        later = Verdict.objects.filter(claim=OuterRef("claim"), pk__gt=OuterRef("pk"))
        answered = later.exclude(state__in=Verdict.OPEN)
        return self.filter(
            ~Exists(answered),
            state=VerdictState.EXPIRED,
            claim__status__in=[ClaimStatus.TRIAGED, ClaimStatus.IN_PROGRESS, ClaimStatus.IN_REVIEW],
        )

    def with_successors(self) -> "VerdictQuerySet":
        """With what `Verdict.successor` reads."""
        published = Verdict.objects.once_published().select_related("claim", "rating")
        return self.prefetch_related(
            Prefetch("corrections", queryset=published.order_by("-id"), to_attr="successors")
        )

    def for_reading(self) -> "VerdictQuerySet":
        articles = Article.objects.select_related("outlet").defer("text")
        corrections = Verdict.objects.once_published().filter(corrects__isnull=False)
        return self.select_related("claim__claimant", "rating__scale", "author").prefetch_related(
            "evidence",
            "rating__scale__ratings",
            Prefetch("claim__appearances__article", queryset=articles),
            Prefetch(
                "claim__verdicts",
                queryset=corrections.select_related("corrects"),
                to_attr="corrections_told",
            ),
        )


class Verdict(models.Model):
    """Rating, explanation and evidence for one claim."""

    State = VerdictState

    OPEN = (VerdictState.DRAFT, VerdictState.IN_REVIEW)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="verdicts")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    rating = models.ForeignKey(
        Rating, null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )
    title = models.CharField(max_length=200, blank=True)
    explanation = models.TextField(blank=True)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="verdicts")
    approved_by = models.ForeignKey(
        USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approved_verdicts",
    )
    #: The published verdict that this one replaces, and what changed, told to the public.
    corrects = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    correction_note = models.TextField(blank=True)
    retraction_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    #: First publication; a correction keeps that of the verdict it replaces.
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: From this day on it is out of date.
    expires_on = models.DateField(null=True, blank=True)
    #: From this day on the desk is to look at it again; until then and meanwhile it stands.
    review_on = models.DateField(null=True, blank=True)
    #: When a review last found that it stands as it was published.
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("draft_verdict", "Can take a claim and write its verdict"),
            ("submit_verdict", "Can submit a verdict for review"),
            ("approve_verdict", "Can approve or return a verdict"),
            ("publish_verdict", "Can publish a verdict"),
            ("correct_verdict", "Can correct a published verdict"),
            ("retract_verdict", "Can retract a published verdict"),
        ]
        constraints = [
            known("state", VerdictState, "verdict_state_known"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=["draft", "in_review"]),
                name="verdict_one_open",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state="published"),
                name="verdict_one_published",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(rating__isnull=False) & ~Q(explanation="")),
                name="verdict_past_draft_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review"])
                | Q(published_at__isnull=False, approved_by__isnull=False),
                name="verdict_published_was_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"], name="verdict_newest"),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state="in_review"),
                name="verdict_in_review",
            ),
            models.Index(
                fields=["expires_on"],
                condition=Q(state="published", expires_on__isnull=False),
                name="verdict_runs_out",
            ),
            models.Index(
                fields=["review_on"],
                condition=Q(state="published", review_on__isnull=False),
                name="verdict_review_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating or 'Unrated'}: {self.claim}"

    def get_absolute_url(self) -> str:
        return self.claim.get_absolute_url()

    @property
    def correction_outcome(self) -> CorrectionOutcome | None:
        """What became of the rating that this one corrects; None when it corrects none."""
        if self.corrects is None:
            return None
        changed = self.corrects.rating_id != self.rating_id
        outcome = CorrectionOutcome
        return outcome.RATING_CHANGED if changed else outcome.RATING_STANDS

    @property
    def successor(self) -> "Verdict | None":
        """What replaced it, of verdicts that have ended and were read `with_successors`."""
        if self.state in (*self.OPEN, VerdictState.PUBLISHED):
            return None
        return next(iter(self.successors), None)  # type: ignore[attr-defined]

    @property
    def is_due(self) -> bool:
        """Whether it is published, and to be looked at again by now."""
        day = self.review_on if self.state == VerdictState.PUBLISHED else None
        return day is not None and day <= timezone.localdate()


class Evidence(models.Model):
    """A source for a verdict."""

    Stance = EvidenceStance
    LinkState = LinkState

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="evidence")
    url = models.URLField("URL", max_length=2000)
    #: By it the desk knows a source again, however it was linked.
    normalised_url = models.CharField(max_length=2000, blank=True, editable=False)
    title = models.CharField(max_length=300, blank=True)
    quotation = models.TextField(blank=True, help_text="The words that count, as they stand there.")
    stance = models.CharField(max_length=8, choices=Stance)
    archived_url = models.URLField("archived copy", max_length=2000, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    #: What its URL answered when the worker last asked, and what of it a person should know.
    link_state = models.CharField(
        max_length=12, choices=LinkState, default=LinkState.UNCHECKED, editable=False
    )
    link_note = models.CharField(max_length=200, blank=True, editable=False)
    link_checked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["verdict", "url"], name="evidence_url_once"),
            known("stance", EvidenceStance, "evidence_stance_known"),
            known("link_state", LinkState, "evidence_link_state_known"),
        ]
        indexes = [
            models.Index(
                F("link_checked_at").asc(nulls_first=True), name="evidence_longest_unchecked"
            ),
            # Not a b-tree, whose entries are shorter than an address may be.
            HashIndex(fields=["normalised_url"], name="evidence_known_by_url"),
        ]

    def __str__(self) -> str:
        return self.title or self.url
