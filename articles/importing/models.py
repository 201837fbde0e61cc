"""An import of a file, the rows of it that failed, and how files of a kind are read."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q
from django.db.models.functions import Lower, Now

USER = settings.AUTH_USER_MODEL
#: Bytes of a failed row that lists show; all of it is in the file to be mended.
MOST_SHOWN = 2_000


class ImportQuerySet(models.QuerySet["Import"]):
    def going(self) -> "ImportQuerySet":
        return self.filter(state__in=[Import.State.QUEUED, Import.State.RUNNING])

    def free(self) -> "ImportQuerySet":
        """Going ones that nobody works on: their turn has not come, or their worker is dead."""
        return self.going().filter(Q(lease=None) | Q(lease_until__lte=Now()))

    def unfinished(self) -> "ImportQuerySet":
        return self.exclude(state__in=Import.ENDED)

    def to_mail(self) -> "ImportQuerySet":
        return self.filter(mail_due_at__lte=Now())


class Import(models.Model):
    """One file that is read row by row: how far it is, and what became of its rows."""

    class State(models.TextChoices):
        DRAFT = "draft", "Not started"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Cancelled"
        #: The file as a whole cannot be read on; what was stored stays.
        FAILED = "failed", "Failed"

    ENDED = (State.FINISHED, State.CANCELLED, State.FAILED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: As the person called it.
    name = models.CharField(max_length=300)
    path = models.TextField(editable=False)
    #: The file is a copy of ours, deleted at the end; else it is somebody's own.
    uploaded = models.BooleanField(default=True, editable=False)
    #: In hexadecimal; of a folder that of its names, sizes and times.
    sha256 = models.CharField(max_length=64, editable=False)
    #: Bytes as it lies there.
    size = models.BigIntegerField(editable=False)
    #: As `reading.Options` takes them.
    options = models.JSONField(default=dict, editable=False)
    #: The columns of a table.
    header = models.JSONField(default=list, editable=False)
    submitted_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="imports", editable=False
    )
    submitted_at = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    #: Where reading goes on; see `reading.Place`.
    reading_place = models.JSONField(default=dict, editable=False)
    #: Bytes of the file read by then.
    position = models.BigIntegerField(default=0, editable=False)
    rows_read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    #: Seconds in which somebody worked on it; pauses do not slow its rate.
    worked = models.FloatField(default=0, editable=False)
    #: Turns begun since the last batch was written; a row that kills workers is told by it.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    #: Who works on it, until when; only they write while the lease is theirs.
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    #: When the worker tries to tell whoever submitted it; none when that is done or not wanted.
    mail_due_at = models.DateTimeField(null=True, editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    mail_wanted = models.BooleanField(default=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows_read=F("created") + F("known") + F("failed")),
                name="import_every_row_counts",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "queued",
                        "running",
                        "paused",
                        "finished",
                        "cancelled",
                        "failed",
                    ]
                ),
                name="import_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["queued", "running"]),
                name="import_going",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="import_to_mail",
            ),
            models.Index(fields=["sha256"], name="import_same_file"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> Path:
        """Where it lies: below IMPORTS_DIR when it was uploaded."""
        return settings.IMPORTS_DIR / self.path if self.uploaded else Path(self.path)

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def share(self) -> float:
        """How much of the file is read, 0 to 1."""
        if self.state == self.State.FINISHED:
            return 1.0
        return min(self.position / self.size, 1.0) if self.size else 0.0

    @property
    def extracted(self) -> int:
        """How many of its articles the worker is done with: their claims are found."""
        return self.articles.filter(article__state="extracted").count()

    @property
    def rate(self) -> float | None:
        """Rows per second of work; None before the first batch."""
        return self.rows_read / self.worked if self.worked else None

    @property
    def time_left(self) -> timedelta | None:
        """By the bytes that are still to be read; None when nothing tells."""
        if self.state != self.State.RUNNING or not (self.position and self.worked):
            return None
        left = max(self.size - self.position, 0)
        return timedelta(seconds=left * self.worked / self.position)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def shown(self) -> "ImportRowQuerySet":
        """With the `start` of the content alone, and its `length` in bytes: it may be large."""
        start = Func(F("content"), 1, MOST_SHOWN, function="substring")
        length = Func(F("content"), function="octet_length")
        return self.defer("content").annotate(
            start=ExpressionWrapper(start, models.BinaryField()),
            length=ExpressionWrapper(length, models.IntegerField()),
        )

    def with_code(self, code: str) -> "ImportRowQuerySet":
        return self.filter(errors__contains=[{"code": code}]) if code.isprintable() else self.none()


class ImportRow(models.Model):
    """A row that failed, as it stood in the file, and what is wrong with it."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="failures")
    #: Its place among the rows of the file, from 1.
    number = models.BigIntegerField()
    #: Of a member of an archive or folder, where it lies in it; of a page of a WARC, its URL.
    name = models.TextField(blank=True)
    #: [{"field", "code", "message"}], as the API tells them.
    errors = models.JSONField()
    content = models.BinaryField()
    #: `content` is only the start: the row was too large to keep, or could not be unpacked.
    cut = models.BooleanField(default=False)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"Row {self.number} of {self.of_id}"

    @property
    def text(self) -> str:
        """The content, or of a row read as `shown` its start; bytes that are no text as escapes."""
        content = self.__dict__.get("start", None)
        return bytes(self.content if content is None else content).decode(
            "utf-8", "backslashreplace"
        )


class ImportedArticle(models.Model):
    """Which import stored an article: so an import can tell how far their extraction is."""

    article = models.OneToOneField(
        "articles.Article", primary_key=True, on_delete=models.CASCADE, related_name="imported"
    )
    by = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="articles")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} by {self.by_id}"


class ImportProfile(models.Model):
    """How the files of one source are read: which column is what, in which encoding."""

    name = models.CharField(max_length=100)
    #: As `reading.Options` takes them.
    options = models.JSONField(default=dict)
    saved_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="import_profile_once")]

    def __str__(self) -> str:
        return self.name


def options_of(row: Import | ImportProfile) -> dict[str, Any]:
    return {name: value for name, value in row.options.items() if value}
