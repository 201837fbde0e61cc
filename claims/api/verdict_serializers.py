"""Verdicts as the public and the desk read them."""

from typing import Any

from rest_framework import serializers

from articles.api.examples import shown
from articles.api.shapes import Expandable
from claims.api import examples
from claims.api.short import (
    AppearanceSerializer,
    ArticleNameSerializer,
    ClaimantNameSerializer,
    VerdictNameSerializer,
)
from claims.models import Appearance, Claim, Evidence, Rating, Verdict
from claims.models.choices import CorrectionOutcome
from claims.publishing.linting import ERROR, WARNING, Finding

#: Of a retracted verdict the public reads what its page says: that it was, and why.
TAKEN_BACK: dict[str, Any] = {"title": "", "explanation": "", "evidence": []}


class RatingSerializer(serializers.ModelSerializer[Rating]):
    """A rating with its place on its scale: from `worst` to `best`, or null outside the order."""

    best = serializers.SerializerMethodField()
    worst = serializers.SerializerMethodField()

    class Meta:
        model = Rating
        fields = ["name", "slug", "value", "best", "worst"]

    def get_best(self, rating: Rating) -> int | None:
        return max(places(rating), default=None)

    def get_worst(self, rating: Rating) -> int | None:
        return min(places(rating), default=None)


def places(rating: Rating) -> list[int]:
    return [one.value for one in rating.scale.ratings.all() if one.value is not None]


@shown(examples.EVIDENCE)
class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    id = serializers.UUIDField(source="uid", read_only=True)
    archived_url = serializers.CharField(read_only=True, help_text="Empty when there is none.")

    class Meta:
        model = Evidence
        fields = ["id", "url", "title", "quotation", "stance", "archived_url"]


@shown(examples.FINDING)
class FindingSerializer(serializers.Serializer[Finding]):
    """One thing that is wrong with a ClaimReview."""

    code = serializers.CharField(read_only=True)
    level = serializers.ChoiceField([ERROR, WARNING], read_only=True)
    message = serializers.CharField(read_only=True)
    todo = serializers.CharField(read_only=True, help_text="What to do about it.")


class RatedPlaceSerializer(serializers.ModelSerializer[Appearance]):
    article = ArticleNameSerializer(read_only=True)

    class Meta(AppearanceSerializer.Meta):
        fields = ["article", "text"]


class RatedClaimSerializer(serializers.ModelSerializer[Claim]):
    id = serializers.UUIDField(source="uid", read_only=True)
    claimant = ClaimantNameSerializer(read_only=True, allow_null=True)
    appearances = RatedPlaceSerializer(many=True, read_only=True)

    class Meta:
        model = Claim
        fields = ["id", "text", "claimant", "made_on", "language", "appearances"]


@shown(examples.VERDICT)
class VerdictSerializer(VerdictNameSerializer):
    """A verdict. `state` says whether it stands; `url` is its public page.

    From `expires_on` on it is out of date, and its claim is to be checked again; on `review_on` it
    is looked at again, and `reviewed_at` is when that last found that it stands. `corrects` is the
    verdict it replaced, `successor` the one that replaced it. The words and the evidence of a
    retracted one are for the desk alone.
    """

    claim = RatedClaimSerializer(read_only=True)
    rating: Any = RatingSerializer(read_only=True, allow_null=True)
    evidence = EvidenceSerializer(many=True, read_only=True)
    corrects = serializers.SlugRelatedField[Any](slug_field="uid", read_only=True, allow_null=True)
    successor = Expandable(VerdictNameSerializer, lambda: VerdictSerializer, allow_null=True)
    correction_outcome = serializers.ChoiceField(
        CorrectionOutcome.choices, read_only=True, allow_null=True
    )

    class Meta(VerdictNameSerializer.Meta):
        fields = [
            "id",
            "state",
            "claim",
            "rating",
            "title",
            "explanation",
            "evidence",
            "url",
            "published_at",
            "updated_at",
            "expires_on",
            "review_on",
            "reviewed_at",
            "ended_at",
            "corrects",
            "successor",
            "correction_note",
            "correction_outcome",
            "retraction_note",
            "version",
        ]

    def to_representation(self, verdict: Verdict) -> dict[str, Any]:
        shown = super().to_representation(verdict)
        reader = self.context["request"].user
        if verdict.state == Verdict.State.RETRACTED and not reader.has_perm("claims.view_verdict"):
            return shown | {name: TAKEN_BACK[name] for name in TAKEN_BACK.keys() & shown.keys()}
        return shown
