"""What others say of a row: enough to name it and find it."""

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.serializers import OutletSerializer
from articles.models import Article
from claims.models import Appearance, Claim, Claimant, Rating, Verdict

PHRASE_OR_WEIGHT = {"anyOf": [{"type": "string"}, {"type": "number"}]}


def page_of(claim: Claim) -> str:
    """The claim's public page; it is there once a verdict is published."""
    return settings.PUBLIC_URL + claim.get_absolute_url()


@extend_schema_field({"type": "array", "items": {"type": "array", "items": PHRASE_OR_WEIGHT}})
class Reasons(serializers.JSONField):
    """What a score is made of, largest first: each a phrase and its weight."""


class ClaimantNameSerializer(serializers.ModelSerializer[Claimant]):
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
    url = serializers.CharField(read_only=True, help_text="Empty when it came without one.")
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

    id = serializers.UUIDField(source="uid", read_only=True)
    score = serializers.FloatField(source="check_worthiness", read_only=True)
    reasons = Reasons(read_only=True)
    article = ArticleNameSerializer(read_only=True)
    vanished_at = serializers.DateTimeField(
        source="revision.replaced_at", read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Appearance
        fields = ["id", "article", "start", "end", "text", "score", "reasons", "vanished_at"]
