"""Outlets and articles. Their state of extraction is the queue of record."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower, Now

from articles.events import Event
from articles.feeding.models import Feed
from articles.idempotency import KeptAnswer
from articles.importing.models import Import, ImportedArticle, ImportProfile, ImportRow
from articles.intake.urls import normalised_url
from articles.linking.models import ArticleRevision, Host, Link

__all__ = [
    "Article",
    "ArticleRevision",
    "Event",
    "Feed",
    "Host",
    "Import",
    "ImportProfile",
    "ImportRow",
    "ImportedArticle",
    "KeptAnswer",
    "Link",
    "Outlet",
]


class Outlet(models.Model):
    """Who published an article."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    #: Host without `www`, lower case; articles that bring a URL find their outlet by it.
    domain = models.CharField(max_length=253, blank=True)
    language = models.CharField(
        max_length=12,
        blank=True,
        help_text="ISO 639-1 code, as “en”. Empty: told per article.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    #: Set by the database at every write, whoever writes.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="outlet_name_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=~Q(domain=""), name="outlet_domain_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def waiting(self) -> "ArticleQuerySet":
        return self.filter(state=Article.State.PENDING)

    def unfinished(self) -> "ArticleQuerySet":
        return self.filter(state__in=[Article.State.PENDING, Article.State.EXTRACTING])

    def at(self, url: str) -> "ArticleQuerySet":
        """The article at this address, however it was linked."""
        return self.filter(normalised_url=normalised_url(url)) if url else self.none()

    def due(self) -> "ArticleQuerySet":
        """Pending articles whose wake-up is overdue: it was lost, or their back-off is over."""
        return self.waiting().filter(wake_at__lte=Now())

    def in_bulk_due(self) -> "ArticleQuerySet":
        """Articles of files that wait for their extraction: nobody waits for them by name."""
        return self.due().filter(intake=Article.Intake.FILE)

    def abandoned(self) -> "ArticleQuerySet":
        """Articles that a worker took and did not finish within its lease."""
        return self.filter(state=Article.State.EXTRACTING, lease_until__lte=Now())

    def supported_since(self) -> "ArticleQuerySet":
        """Articles set down as of an unsupported language that has a pipeline now."""
        languages = list(settings.SPACY_MODELS)
        return self.filter(state=Article.State.UNSUPPORTED, language__in=languages)


class Article(models.Model):
    """One published text, kept as it came: offsets count on it, so nobody edits it.

    What its outlet changes later is written by `articles.revising`, which keeps the former text.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        EXTRACTING = "extracting", "Extracting"
        EXTRACTED = "extracted", "Extracted"
        FAILED = "failed", "Failed"
        SET_ASIDE = "set_aside", "Set aside"
        UNSUPPORTED = "unsupported_language", "Unsupported language"

    class Intake(models.TextChoices):
        PASTE = "paste", "Pasted"
        API = "api", "API"
        FILE = "file", "File"
        LINK = "link", "Link"
        FEED = "feed", "Feed"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="articles")
    url = models.URLField(max_length=2000, blank=True)
    #: `url` without what does not name the text (fragment, tracking parameters); see `intake.urls`.
    normalised_url = models.CharField(max_length=2000, blank=True, editable=False)
    title = models.CharField(max_length=500, blank=True)
    #: Line ends are `\n`; every offset into it counts code points.
    text = models.TextField()
    #: SHA-256 of the text with white space folded.
    text_hash = models.CharField(max_length=64, editable=False)
    #: By which texts like it are found, see `intake.sketching`; written when it is extracted.
    bands = ArrayField(models.BigIntegerField(), default=list, editable=False)
    #: The article that came before with the same text, or nearly so.
    copy_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="copies", editable=False
    )
    authors = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    language = models.CharField(max_length=12, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    #: Since when it reads as it does, when its outlet has changed it since it came.
    revised_at = models.DateTimeField(null=True, editable=False)
    intake = models.CharField(max_length=10, choices=Intake)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    state = models.CharField(max_length=24, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    #: When the sweep sends the next wake-up.
    wake_at = models.DateTimeField(db_default=Now())
    #: Who is extracting now, until when; a worker writes only while the lease is its own.
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    extracted_at = models.DateTimeField(null=True, editable=False)
    #: Name and version of the extractor that found the appearances.
    extractor = models.CharField(max_length=60, blank=True, editable=False)
    #: Set by the database at every write, whoever writes.
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        permissions = [("retry_article", "Can have an article extracted again")]
        constraints = [
            models.UniqueConstraint(
                fields=["normalised_url"],
                condition=~Q(normalised_url=""),
                name="article_url_once",
            ),
            models.UniqueConstraint(fields=["outlet", "text_hash"], name="article_text_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "extracting",
                        "extracted",
                        "failed",
                        "set_aside",
                        "unsupported_language",
                    ]
                ),
                name="article_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="extracting")
                | Q(lease__isnull=False, lease_until__isnull=False),
                name="article_extracting_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["wake_at"], condition=Q(state="pending"), name="article_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state="extracting"),
                name="article_leased",
            ),
            models.Index(
                fields=["language"],
                condition=Q(state="unsupported_language"),
                name="article_unsupported",
            ),
            models.Index(F("received_at").desc(), F("id").desc(), name="article_newest"),
            models.Index(
                Coalesce("published_at", "received_at").desc(),
                F("id").desc(),
                name="article_published",
            ),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="article_title_trigrams"),
            models.Index(fields=["intake", "-received_at"], name="article_intake"),
            models.Index(fields=["text_hash"], name="article_text_hash"),
            GinIndex(fields=["bands"], name="article_bands"),
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=["pending", "extracting"]),
                name="article_unfinished",
            ),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["failed", "set_aside"]),
                name="article_troubled",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.outlet}: {self.text[:60]}"

    @property
    def made_on(self) -> Any:
        """The day its statements were made, as far as we know."""
        return (self.published_at or self.received_at).date()
