"""What a subscriber gets: Standard Webhooks' `type`, `timestamp` and `data`.

`data` is as the desk stands when the message is sent, also when it is sent again: a verdict that
was retracted since says so, and its words are not sent any more.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.http import HttpRequest
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from articles.api.shapes import Expandable
from claims.api.serializers import ClaimRowSerializer
from claims.api.short import AppearanceSerializer, VerdictNameSerializer
from claims.api.verdict_serializers import VerdictSerializer
from claims.models import Appearance, Claim, Verdict, WebhookDelivery, WebhookKind
from claims.models.claims import with_answers
from claims.publishing.claimreview import claim_review, moment


class EndedVerdictSerializer(VerdictNameSerializer):
    """Without its title, which nobody reads any more once it is retracted."""

    class Meta(VerdictNameSerializer.Meta):
        fields = ["id", "state", "rating", "url", "published_at", "ended_at"]


class ToldClaimSerializer(ClaimRowSerializer):
    """The API's claim without what is the desk's own business."""

    ended_verdict = Expandable(EndedVerdictSerializer, EndedVerdictSerializer, allow_null=True)
    appearances = AppearanceSerializer(many=True, read_only=True)

    class Meta(ClaimRowSerializer.Meta):
        fields = [
            "id",
            "url",
            "text",
            "status",
            "claimant",
            "made_on",
            "language",
            "topics",
            "score",
            "merged_into",
            "verdict",
            "ended_verdict",
            "appearances",
        ]


def message(delivery: WebhookDelivery) -> bytes:
    """The body of a delivery, JSON in UTF-8."""
    at = delivery.event.at if delivery.event else delivery.made_at
    told = {"type": delivery.kind, "timestamp": moment(at), "data": content(delivery)}
    rendered: bytes = JSONRenderer().render(told)
    return rendered


def content(delivery: WebhookDelivery) -> dict[str, Any]:
    event = delivery.event
    if event is None:
        return {}
    if delivery.kind == WebhookKind.IMPORT_FINISHED:
        return {"import": event.after}
    claim = claims_told().get(pk=delivery.claim_id)
    standing = Verdict.objects.published().filter(claim=claim.surviving).first()
    about = standing
    if event.subject_type == Verdict._meta.label_lower:
        verdicts = Verdict.objects.for_reading().select_related("corrects").with_successors()
        about = verdicts.get(pk=event.subject_id)
    return {
        "claim": ToldClaimSerializer(claim, context=public()).data,
        "verdict": VerdictSerializer(about, context=public()).data if about else None,
        "claim_review": claim_review(standing) if standing else None,
    }


def claims_told() -> Any:
    places = Appearance.objects.select_related("article__outlet", "revision").defer(
        "article__text", "revision__text"
    )
    return Claim.objects.select_related("claimant", "merged_into").prefetch_related(
        with_answers(),
        with_answers("merged_into__"),
        Prefetch("appearances", queryset=places.order_by("id")),
    )


def public() -> dict[str, Any]:
    """The serializers' context in which nobody in particular reads."""
    request = Request(HttpRequest())
    request.user = AnonymousUser()
    return {"request": request}
