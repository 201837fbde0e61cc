"""Claims and their appearances as the API gives them."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.serializers import OutletSerializer
from articles.models import Article, Event
from claims.api.external_serializers import ElsewhereSerializer
from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Claimant,
    ExternalVerdict,
    Rating,
    Verdict,
)


def page_of(claim: Claim) -> str:
    """The claim's public page; it is there once a verdict is published."""
    return settings.PUBLIC_URL + claim.get_absolute_url()


class ClaimantSerializer(serializers.ModelSerializer[Claimant]):
    id = serializers.UUIDField(source="uid", read_only=True)
    wikidata = serializers.CharField(source="wikidata_id", read_only=True)

    class Meta:
        model = Claimant
        fields = ["id", "name", "kind", "role", "wikidata"]


class RatingNameSerializer(serializers.ModelSerializer[Rating]):
    class Meta:
        model = Rating
        fields = ["name", "slug"]


class ArticleNameSerializer(serializers.ModelSerializer[Article]):
    """Enough of an article to cite it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    outlet = OutletSerializer(read_only=True)

    class Meta:
        model = Article
        fields = ["id", "url", "title", "outlet", "published_at"]


class VerdictNameSerializer(serializers.ModelSerializer[Verdict]):
    """Enough of a verdict to name it and find it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    rating = RatingNameSerializer(read_only=True, allow_null=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Verdict
        fields = ["id", "state", "rating", "title", "url", "published_at", "ended_at"]

    def get_url(self, verdict: Verdict) -> str:
        return page_of(verdict.claim)


class ClaimNameSerializer(serializers.ModelSerializer[Claim]):
    id = serializers.UUIDField(source="uid", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Claim
        fields = ["id", "url", "text", "status"]

    def get_url(self, claim: Claim) -> str:
        return page_of(claim)


class AppearanceSerializer(serializers.ModelSerializer[Appearance]):
    """One place of a claim; `start` and `end` count code points of the article's text.

    `vanished_at`: since when its outlet no longer shows it; then they count on the former text.
    """

    vanished_at = serializers.DateTimeField(
        source="revision.replaced_at", read_only=True, allow_null=True, default=None
    )
    id = serializers.UUIDField(source="uid", read_only=True)
    score = serializers.FloatField(source="check_worthiness", read_only=True)
    article = ArticleNameSerializer(read_only=True)

    class Meta:
        model = Appearance
        fields = ["id", "article", "start", "end", "text", "score", "reasons", "vanished_at"]


class ClaimRowSerializer(ClaimNameSerializer):
    """A claim in a list. `url` is its public page, there once a verdict is published.

    `verdict` is the one that stands, `ended_verdict` where none does the last that was retracted
    or ran out; of a merged claim both are of the claim that it was merged into.
    """

    claimant = ClaimantSerializer(read_only=True, allow_null=True)
    score = serializers.FloatField(source="check_worthiness", read_only=True)
    assignee = serializers.SlugRelatedField[Any](
        slug_field="username", read_only=True, allow_null=True
    )
    merged_into = serializers.SlugRelatedField[Any](
        slug_field="uid", read_only=True, allow_null=True
    )
    verdict = VerdictNameSerializer(read_only=True, allow_null=True)
    ended_verdict = VerdictNameSerializer(read_only=True, allow_null=True)

    class Meta(ClaimNameSerializer.Meta):
        fields = [
            *ClaimNameSerializer.Meta.fields,
            "claimant",
            "made_on",
            "language",
            "topics",
            "score",
            "reasons",
            "assignee",
            "dismissal",
            "merged_into",
            "verdict",
            "ended_verdict",
            "version",
            "created_at",
            "updated_at",
        ]


class ListedClaimSerializer(ClaimRowSerializer):
    """`likeness` is the chance, 0 to 1, that it is what `like` asks for; null without that."""

    likeness = serializers.SerializerMethodField()

    class Meta(ClaimRowSerializer.Meta):
        fields = [*ClaimRowSerializer.Meta.fields, "likeness"]

    def get_likeness(self, claim: Claim) -> float | None:
        return getattr(claim, "likeness", None)


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


class PlacedClaimSerializer(AppearanceSerializer):
    """An appearance as its article shows it: the claim, who said it, and what the desk found."""

    claim = ClaimNameSerializer(read_only=True)
    claimant = ClaimantSerializer(source="claim.claimant", read_only=True, allow_null=True)
    attribution = AttributionSerializer(read_only=True, allow_null=True)
    verdict = VerdictNameSerializer(source="claim.verdict", read_only=True, allow_null=True)
    ended_verdict = VerdictNameSerializer(
        source="claim.ended_verdict", read_only=True, allow_null=True
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


class EventSerializer(serializers.ModelSerializer[Event]):
    """Who did what, when, before and after."""

    actor = serializers.CharField(source="actor_name", read_only=True)

    class Meta:
        model = Event
        fields = ["at", "kind", "actor", "before", "after", "note"]


def first(verdicts: list[Verdict]) -> Any:
    return VerdictNameSerializer(verdicts[0]).data if verdicts else None
