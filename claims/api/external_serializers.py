"""Other desks' verdicts as the API gives them: beside a claim, and as the desk looks them up."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.examples import shown
from claims.api import examples
from claims.models import ExternalVerdict


class PublisherSerializer(serializers.Serializer[Any]):
    """`site` is the host of the review's page, without “www”."""

    name = serializers.CharField(source="publisher")
    site = serializers.CharField()


class ElsewhereSerializer(serializers.ModelSerializer[ExternalVerdict]):
    """What another desk says of a claim; `rating` is in its own words."""

    publisher = serializers.SerializerMethodField()

    class Meta:
        model = ExternalVerdict
        fields = ["publisher", "url", "title", "rating", "reviewed_on"]

    @extend_schema_field(PublisherSerializer)
    def get_publisher(self, external: ExternalVerdict) -> Any:
        return PublisherSerializer(external).data


@shown(examples.EXTERNAL_VERDICT)
class ExternalVerdictSerializer(ElsewhereSerializer):
    """A verdict of another desk. The numbers are of its own scale, or null without a place on it.

    `claim` is the claim it reviews; where the publisher gives none, its title.
    """

    id = serializers.UUIDField(source="uid", read_only=True)
    claim = serializers.CharField(source="statement", read_only=True)

    class Meta(ElsewhereSerializer.Meta):
        fields = [
            "id",
            *ElsewhereSerializer.Meta.fields,
            "rating_value",
            "worst_rating",
            "best_rating",
            "claim",
            "claimant",
            "claimed_on",
            "language",
            "created_at",
            "updated_at",
        ]
