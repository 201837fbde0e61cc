"""Feeds of outlets: where they are, how their last poll went, and when the next one is."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from articles.linking.models import Host

USER = settings.AUTH_USER_MODEL


class FeedQuerySet(models.QuerySet["Feed"]):
    def ready(self) -> "FeedQuerySet":
        """Those that are due and whose host may be asked now; longest due first."""
        due = self.filter(active=True, next_at__lte=Now(), host__next_at__lte=Now())
        return due.order_by("next_at", "id")


class Feed(models.Model):
    """One feed of an outlet."""

    class Kind(models.TextChoices):
        RSS = "rss", "RSS"
        ATOM = "atom", "Atom"
        JSON = "json", "JSON Feed"
        SITEMAP = "sitemap", "Sitemap"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey("articles.Outlet", on_delete=models.PROTECT, related_name="feeds")
    url = models.URLField("URL", max_length=2000, unique=True)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="feeds", editable=False)
    active = models.BooleanField(
        default=True, help_text="While this is on, it is asked again and again."
    )
    #: Told by its content; empty until it was read.
    kind = models.CharField(max_length=10, choices=Kind, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    polled_at = models.DateTimeField("last asked", null=True, editable=False)
    #: When it is asked next; while it is, when its worker is taken for dead.
    next_at = models.DateTimeField("asked next", db_default=Now(), editable=False)
    #: Who asks it now; a worker writes only while the lease is its own.
    lease = models.UUIDField(null=True, editable=False)
    #: Workers that this poll has lost so far.
    losses = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Polls that failed since the last that did not, and why the last one did.
    failures = models.PositiveIntegerField("failed in a row", default=0, editable=False)
    code = models.CharField(max_length=60, blank=True, editable=False)
    message = models.CharField("went wrong", max_length=500, blank=True, editable=False)
    #: Of the last poll that brought something: addresses named, and new ones among them.
    named = models.PositiveIntegerField(default=0, editable=False)
    fresh = models.PositiveIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["outlet", "id"]
        default_permissions = ("add", "change", "view")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["", "rss", "atom", "json", "sitemap"]),
                name="feed_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(active=True), name="feed_due"),
        ]

    def __str__(self) -> str:
        return self.url
