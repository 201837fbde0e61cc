"""Whose verdicts are taken from elsewhere, and where they are read from by the clock."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from articles.intake.urls import site
from articles.models import Host

USER = settings.AUTH_USER_MODEL


class ReviewPublisher(models.Model):
    """A publisher of fact checks that the desk takes verdicts of, by its site."""

    #: The host without "www"; its parts are it too.
    site = models.CharField(max_length=253, unique=True)
    note = models.CharField(max_length=200, blank=True, help_text="Why it is trusted, or not.")
    active = models.BooleanField(default=True, help_text="Off: nothing more is taken of it.")

    class Meta:
        verbose_name = "publisher elsewhere"
        verbose_name_plural = "publishers elsewhere"
        ordering = ["site"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.site


class ReviewSourceQuerySet(models.QuerySet["ReviewSource"]):
    def ready(self) -> "ReviewSourceQuerySet":
        """Those that are due and whose host may be asked now; longest due first."""
        due = self.filter(active=True, next_at__lte=Now(), host__next_at__lte=Now())
        return due.order_by("next_at", "id")


class ReviewSource(models.Model):
    """A ClaimReview DataFeed, or a page with ClaimReviews, of another desk or of several."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    url = models.URLField("URL", max_length=2000, unique=True)
    host = models.ForeignKey(
        Host, on_delete=models.PROTECT, related_name="review_sources", editable=False
    )
    #: Hosts without "www"; what the source says of any other site is not believed.
    publishers = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    active = models.BooleanField(
        default=True, help_text="While this is on, it is asked again and again."
    )
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    polled_at = models.DateTimeField("last asked", null=True, editable=False)
    #: When it is asked next; while it is, when its worker is taken for dead.
    next_at = models.DateTimeField("asked next", db_default=Now(), editable=False)
    #: Who asks it now; a worker writes only while the lease is its own.
    lease = models.UUIDField(null=True, editable=False)
    #: Workers that this poll has lost so far.
    losses = models.PositiveSmallIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField("failed in a row", default=0, editable=False)
    code = models.CharField(max_length=60, blank=True, editable=False)
    message = models.CharField("went wrong", max_length=500, blank=True, editable=False)
    #: Of the last poll that was read to its end: what became of how many items.
    counts = models.JSONField(default=dict, editable=False)
    added_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewSourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "source of verdicts"
        verbose_name_plural = "sources of verdicts"
        default_permissions = ("add", "change", "view")
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(active=True), name="review_source_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def allowed(self) -> list[str]:
        """The sites that it may tell of; its own where none is named."""
        return self.publishers or [site(self.url)]
