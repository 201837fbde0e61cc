"""Claims and their appearances as the API gives them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.examples import shown
from articles.api.shapes import Expandable
from articles.models import Event
from claims.api import examples
from claims.api.external_serializers import ElsewhereSerializer
from claims.api.short import (
    AppearanceSerializer,
    ClaimantNameSerializer,
    ClaimNameSerializer,
    Reasons,
    VerdictNameSerializer,
)
from claims.api.verdict_serializers import VerdictSerializer
from claims.models import Attribution, Claim, Claimant, ExternalVerdict, Verdict
from claims.models.priority import priority_of


@shown(examples.CLAIMANT)
class ClaimantSerializer(ClaimantNameSerializer):
    """Who makes claims. `aliases` are other names; `merged_into` is the claimant it became."""

    aliases = serializers.SlugRelatedField[Any](slug_field="name", many=True, read_only=True)
    same_as = serializers.CharField(read_only=True, help_text="Its page at Wikidata.")
    merged_into = serializers.SlugRelatedField[Any](
        slug_field="uid", read_only=True, allow_null=True
    )

    class Meta:
        model = Claimant
        fields = [*ClaimantNameSerializer.Meta.fields, "aliases", "same_as", "merged_into"]


class ClaimRowSerializer(ClaimNameSerializer):
    """A claim in a list. `url` is its public page, there once a verdict is published.

    `verdict` is the one that stands, `ended_verdict` where none does the last that was retracted
    or ran out; of a merged claim both are of the claim that it was merged into.
    """

    claimant = Expandable(ClaimantNameSerializer, ClaimantSerializer, allow_null=True)
    score = serializers.FloatField(source="check_worthiness", read_only=True)
    priority = serializers.SerializerMethodField()
    reasons = Reasons(read_only=True)
    assignee = serializers.SlugRelatedField[Any](
        slug_field="username", read_only=True, allow_null=True
    )
    merged_into = serializers.SlugRelatedField[Any](
        slug_field="uid", read_only=True, allow_null=True
    )
    verdict = Expandable(VerdictNameSerializer, VerdictSerializer, allow_null=True)
    ended_verdict = Expandable(VerdictNameSerializer, VerdictSerializer, allow_null=True)

    class Meta(ClaimNameSerializer.Meta):
        fields = [
            *ClaimNameSerializer.Meta.fields,
            "claimant",
            "made_on",
            "language",
            "topics",
            "score",
            "reasons",
            "priority",
            "flagged",
            "assignee",
            "dismissal",
            "merged_into",
            "verdict",
            "ended_verdict",
            "version",
            "created_at",
            "updated_at",
        ]

    def get_priority(self, claim: Claim) -> float:
        """As the queue shows it now: the larger the earlier, the old below 0 (docs/queue.md)."""
        return round(priority_of(claim, timezone.now()).total, 2)


@shown(examples.LISTED_CLAIM)
class ListedClaimSerializer(ClaimRowSerializer):
    """`likeness` is the chance, 0 to 1, that it is what `like` asks for; null without that.

    `appearances` is null unless `expand` names it.
    """

    likeness = serializers.SerializerMethodField()
    appearances = Expandable(None, AppearanceSerializer, many=True, allow_null=True)

    class Meta(ClaimRowSerializer.Meta):
        fields = [*ClaimRowSerializer.Meta.fields, "likeness", "appearances"]

    def get_likeness(self, claim: Claim) -> float | None:
        return getattr(claim, "likeness", None)


@shown(examples.CLAIM)
class ClaimSerializer(ClaimRowSerializer):
    """A claim with where it appears and, for the desk, the verdict that is being written.

    `external` is what other desks say of it, in their words; `verdict` is ours alone.
    """

    appearances = AppearanceSerializer(many=True, read_only=True)
    open_verdict = serializers.SerializerMethodField()
    external = serializers.SerializerMethodField()

    class Meta(ClaimRowSerializer.Meta):
        fields = [*ClaimRowSerializer.Meta.fields, "appearances", "open_verdict", "external"]

    @extend_schema_field(ElsewhereSerializer(many=True))
    def get_external(self, claim: Claim) -> Any:
        return ElsewhereSerializer(ExternalVerdict.objects.beside(claim.surviving), many=True).data

    @extend_schema_field(VerdictNameSerializer(allow_null=True))
    def get_open_verdict(self, claim: Claim) -> Any:
        if not self.context["request"].user.has_perm("claims.view_verdict"):
            return None
        return first(claim.opened)  # type: ignore[attr-defined]


class SpanSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()


class AttributionSerializer(serializers.ModelSerializer[Attribution]):
    """Source, cue and content, each with its words in the article."""

    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    cue = serializers.SerializerMethodField()
    content = serializers.SerializerMethodField()

    class Meta:
        model = Attribution
        fields = ["kind", "source", "cue", "content"]

    @extend_schema_field(SpanSerializer(allow_null=True))
    def get_source(self, attribution: Attribution) -> dict[str, Any] | None:
        return self.span(attribution.source_start, attribution.source_end)

    @extend_schema_field(SpanSerializer(allow_null=True))
    def get_cue(self, attribution: Attribution) -> dict[str, Any] | None:
        return self.span(attribution.cue_start, attribution.cue_end)

    @extend_schema_field(SpanSerializer(many=True))
    def get_content(self, attribution: Attribution) -> list[dict[str, Any] | None]:
        return [self.span(start, end) for start, end in attribution.content]

    def span(self, start: int | None, end: int | None) -> dict[str, Any] | None:
        if start is None or end is None:
            return None
        return {"start": start, "end": end, "text": self.context["article"].text[start:end]}


@shown(examples.PLACED_CLAIM)
class PlacedClaimSerializer(AppearanceSerializer):
    """An appearance as its article shows it: the claim, who said it, and what the desk found."""

    claim = Expandable(ClaimNameSerializer, ClaimRowSerializer)
    claimant = Expandable(
        ClaimantNameSerializer, ClaimantSerializer, source="claim.claimant", allow_null=True
    )
    attribution = AttributionSerializer(read_only=True, allow_null=True)
    verdict = Expandable(
        VerdictNameSerializer, VerdictSerializer, source="claim.verdict", allow_null=True
    )
    ended_verdict = Expandable(
        VerdictNameSerializer, VerdictSerializer, source="claim.ended_verdict", allow_null=True
    )

    class Meta(AppearanceSerializer.Meta):
        fields = [
            "id",
            "start",
            "end",
            "text",
            "claim",
            "claimant",
            "attribution",
            "score",
            "reasons",
            "vanished_at",
            "verdict",
            "ended_verdict",
        ]


@shown(examples.EVENT)
class EventSerializer(serializers.ModelSerializer[Event]):
    """Who did what, when, before and after."""

    actor = serializers.CharField(source="actor_name", read_only=True)
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)

    class Meta:
        model = Event
        fields = ["at", "kind", "actor", "before", "after", "note"]


def first(verdicts: list[Verdict]) -> Any:
    return VerdictNameSerializer(verdicts[0]).data if verdicts else None
