"""Who is told by webhook, of what, and what became of each message.

A delivery is written in the transaction of the Event that it tells, so neither stands without the
other; the worker sends it. docs/webhooks.md says what a subscriber gets.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from articles.models import Event
from claims.models.choices import DeliveryState, WebhookKind, known
from claims.models.claims import Claim

USER = settings.AUTH_USER_MODEL


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def switched_on(self) -> "WebhookEndpointQuerySet":
        return self.filter(switched_off_at=None)

    def ready(self) -> "WebhookEndpointQuerySet":
        """Those that may be asked now, who was asked longest ago first."""
        rested = Q(resting_until=None) | Q(resting_until__lte=timezone.now())
        return self.switched_on().filter(rested).order_by("last_tried_at", "id")


class WebhookEndpoint(models.Model):
    """One subscriber: where it listens, of what it is told, and how it does."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    url = models.URLField("URL", max_length=2000)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=WebhookKind), verbose_name="told of", default=list
    )
    #: In the clear, since messages are signed with it; the former one signs as well for a while.
    secret = models.CharField(max_length=100, editable=False)
    former_secret = models.CharField(max_length=100, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    switched_off_at = models.DateTimeField(null=True, editable=False)
    off_reason = models.CharField(max_length=300, blank=True, editable=False)
    #: Tries that failed since the last that did not, and until when it is left alone for them.
    failures = models.PositiveIntegerField(default=0, editable=False)
    resting_until = models.DateTimeField(null=True, editable=False)
    last_tried_at = models.DateTimeField(null=True, editable=False)
    last_delivered_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "webhook"
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> list[str]:
        """Those that sign now, the current one first."""
        former = self.former_until is not None and self.former_until > timezone.now()
        return [self.secret, self.former_secret] if former else [self.secret]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=DeliveryState.WAITING)

    def due(self) -> "WebhookDeliveryQuerySet":
        """What is to be sent now, oldest first; of one claim only the oldest that is not done."""
        earlier = WebhookDelivery.objects.waiting().filter(
            endpoint=OuterRef("endpoint"), claim=OuterRef("claim"), pk__lt=OuterRef("pk")
        )
        due = self.waiting().filter(~Exists(earlier), next_at__lte=timezone.now())
        return due.order_by("id")


class WebhookDelivery(models.Model):
    """One message to one endpoint. Its uid names it in every try, so that repeats are known."""

    State = DeliveryState

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, verbose_name="webhook", on_delete=models.PROTECT, related_name="deliveries"
    )
    kind = models.CharField("event", max_length=20, choices=WebhookKind)
    #: None for a ping.
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    #: What is kept in order; None for what is about no claim.
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When the next try is due; of one that is being sent, when its worker is taken for dead.
    next_at = models.DateTimeField(null=True, default=timezone.now)
    made_at = models.DateTimeField(auto_now_add=True)
    #: When it was delivered or given up.
    done_at = models.DateTimeField(null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "webhook message"
        default_permissions = ("view",)
        constraints = [
            known("kind", WebhookKind, "delivery_kind_known"),
            known("state", DeliveryState, "delivery_state_known"),
            models.UniqueConstraint(
                fields=["endpoint", "event"],
                condition=Q(event__isnull=False),
                name="delivery_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "id"], condition=Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(
                fields=["claim", "endpoint", "id"],
                condition=Q(state="waiting", claim__isnull=False),
                name="delivery_in_order",
            ),
            models.Index(
                fields=["done_at"], condition=Q(done_at__isnull=False), name="delivery_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.endpoint}"

    @property
    def message_id(self) -> str:
        return f"msg_{self.uid.hex}"


class WebhookAttempt(models.Model):
    """One try. Without an end its worker was lost, and nobody knows whether it arrived."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    #: What the endpoint answered: status and the start of the body, or why there is no answer.
    status = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Try {self.number} of {self.delivery}"

    @property
    def taken(self) -> bool:
        """Whether the endpoint has it: any 2xx says so."""
        return self.status is not None and 200 <= self.status < 300
