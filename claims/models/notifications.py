"""What people are told of, and whether they want to be."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from articles.events import name_of
from claims.models.choices import NotificationKind, known
from claims.models.claims import Claim
from claims.models.verdicts import Verdict
from claims.models.webhooks import WebhookEndpoint

USER = settings.AUTH_USER_MODEL
DID = {
    NotificationKind.ASSIGNED: "gave you a claim",
    NotificationKind.MENTIONED: "mentioned you in a note",
    NotificationKind.APPROVED: "approved your verdict",
    NotificationKind.RETURNED: "returned your verdict",
    NotificationKind.WEBHOOK: "switched off a webhook",
    NotificationKind.VANISHED: "found a passage gone from its article",
}


class NotificationQuerySet(models.QuerySet["Notification"]):
    def at_home_of(self, user: object) -> "NotificationQuerySet":
        """What `user` sees in the desk: never that of another."""
        return self.filter(to=user, on_home=True)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(on_home=True, read_at=None)

    def to_mail(self) -> "NotificationQuerySet":
        """Those whose e-mail is due: not sent yet, or to be tried again by now."""
        return self.filter(mail_due_at__lte=Now())

    def for_lists(self) -> "NotificationQuerySet":
        return self.select_related("claim", "verdict__rating", "webhook", "by")


class Notification(models.Model):
    """One thing that one person is told: what happened to which claim or webhook, and by whom."""

    Kind = NotificationKind

    to = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind)
    claim = models.ForeignKey(
        Claim, null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    verdict = models.ForeignKey(
        Verdict, null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    webhook = models.ForeignKey(
        WebhookEndpoint, null=True, on_delete=models.CASCADE, related_name="+"
    )
    #: Who caused it; empty for the machine.
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    on_home = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    #: When the worker tries to send it; none when it is sent, given up or not wanted.
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_error = models.TextField(blank=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            known("kind", NotificationKind, "notification_kind_known"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, webhook=None)
                | Q(claim=None, verdict=None, webhook__isnull=False),
                name="notification_about_one",
            ),
        ]
        indexes = [
            models.Index(fields=["to", "-id"], name="notification_newest"),
            models.Index(
                fields=["to"],
                condition=Q(on_home=True, read_at=None),
                name="notification_unread",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="notification_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def about(self) -> Claim | WebhookEndpoint | None:
        return self.claim or self.webhook

    @property
    def admin_path(self) -> str:
        """The page of what it is about."""
        if self.claim_id:
            return reverse("admin:claims_claim_change", args=[self.claim_id])
        return reverse("admin:claims_webhookendpoint_change", args=[self.webhook_id])

    @property
    def sentence(self) -> str:
        """“Edda gave you a claim”, of rows read `for_lists`."""
        return f"{name_of(self.by)} {DID[NotificationKind(self.kind)]}"


class NotificationChoice(models.Model):
    """How one person wants to be told of one kind; without a row in both ways."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    on_home = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once"),
            known("kind", NotificationKind, "notification_choice_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.user}"
