"""Links, the hosts they are asked at, and what an article said before its outlet changed it."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

USER = settings.AUTH_USER_MODEL


class Host(models.Model):
    """A web server that is asked: not before its next time, and as its robots.txt says."""

    #: Lower case, with the port where it is not that of the scheme.
    name = models.CharField(max_length=260, unique=True)
    #: One is asked at a time: while it is, this is when its worker is taken for dead.
    next_at = models.DateTimeField(db_default=Now())
    #: Seconds between two of our requests; more than ours where its robots.txt says so.
    delay = models.FloatField(default=0)
    robots = models.TextField(blank=True)
    #: When robots.txt is asked for again; none before it was.
    robots_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def pause(self) -> timedelta:
        return max(settings.HOST_DELAY, timedelta(seconds=self.delay))


class LinkQuerySet(models.QuerySet["Link"]):
    def waiting(self) -> "LinkQuerySet":
        """Those that nobody has seen the page of yet."""
        return self.filter(state__in=[Link.State.QUEUED, Link.State.FETCHING])

    def due(self) -> "LinkQuerySet":
        """What is to be asked by now: new, to be tried or looked at again, or held by the dead."""
        return self.filter(next_at__lte=Now())

    def ready(self) -> "LinkQuerySet":
        """Of what is due, that whose host may be asked now; longest due first."""
        return self.due().filter(host__next_at__lte=Now()).order_by("next_at", "id")

    def for_lists(self) -> "LinkQuerySet":
        return self.select_related("article__outlet", "submitted_by").defer("article__text")


class Link(models.Model):
    """One URL that somebody, or a feed, gave: what became of it, and when it is asked again."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        FETCHING = "fetching", "Being fetched"
        STORED = "stored", "Stored"
        KNOWN = "known", "Known before"
        FAILED = "failed", "Failed"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.URLField("URL", max_length=2000)
    normalised_url = models.CharField(max_length=2000, unique=True, editable=False)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="links", editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    #: A stable code and a sentence on what went wrong last; both empty when nothing did.
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    #: Tries since the last that did not fail.
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When it is asked next; while it is, when its worker is taken for dead; none for never.
    next_at = models.DateTimeField(null=True, db_default=Now())
    #: Who asks it now; a worker writes only while the lease is its own.
    lease = models.UUIDField(null=True, editable=False)
    article = models.ForeignKey(
        "articles.Article", null=True, on_delete=models.PROTECT, related_name="links"
    )
    #: The feed that named it first; none when a person or a program gave it.
    feed = models.ForeignKey(
        "articles.Feed", null=True, on_delete=models.PROTECT, related_name="links", editable=False
    )
    #: What the site gave with the page as we have it; see `fetching.Validators`.
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    submitted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(auto_now_add=True)
    fetched_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "fetching", "stored", "known", "failed"]),
                name="link_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "fetching"]) | Q(next_at__isnull=False),
                name="link_waiting_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["stored", "known"]) | Q(article__isnull=False),
                name="link_done_has_article",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="link_due"
            ),
            models.Index(fields=["state", "-id"], name="link_state_newest"),
        ]

    def __str__(self) -> str:
        return self.url


class ArticleRevision(models.Model):
    """What an article said until its outlet changed it. The article itself has the text of now."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="revisions"
    )
    title = models.CharField(max_length=500, blank=True)
    #: As `Article.text`: offsets of what stood only here count on it.
    text = models.TextField()
    text_hash = models.CharField(max_length=64, editable=False)
    #: From when to when we know that it was shown.
    shown_from = models.DateTimeField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.title or self.text[:60]
