"""Matches through HTTP: what a claim is possibly the same as, and what the desk decides on it.

`/api/v1/claims/{id}/matches/` lists, `/api/v1/matches/{id}/` decides.
"""

from typing import Any

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import last_modified
from articles.api.examples import shown
from articles.api.filters import uuid_in
from articles.api.pages import Order
from articles.api.viewsets import ApiViewSet
from claims.api import examples
from claims.api.conditions import etag_of
from claims.api.desk import DeskViewSet, step
from claims.api.rows import claims_written_at
from claims.api.serializers import ClaimRowSerializer
from claims.api.short import ClaimNameSerializer
from claims.desk import matches as desk
from claims.desk.rules import MATCH_RULES
from claims.models import Claim, Match
from claims.models.claims import with_answers
from claims.models.matching import MatchQuerySet

SEES = ("claims.view_match", "claims.view_claim")


class MatchedClaimSerializer(ClaimRowSerializer):
    class Meta(ClaimNameSerializer.Meta):
        fields = [*ClaimNameSerializer.Meta.fields, "claimant", "made_on", "merged_into", "verdict"]


@shown(examples.MATCH)
class MatchSerializer(serializers.ModelSerializer[Match]):
    """Two claims that are possibly the same, `claim` the older of them.

    `score` is the chance that they are, 0 for a pair that a person set apart. In `agreeing` and
    `differing`, “here” is `claim` and “there” is `other`.
    """

    id = serializers.UUIDField(source="uid", read_only=True)
    claim = MatchedClaimSerializer(read_only=True)
    other = MatchedClaimSerializer(read_only=True)
    agreeing = serializers.ListField(child=serializers.CharField(), read_only=True)
    differing = serializers.ListField(child=serializers.CharField(), read_only=True)
    decided_by = serializers.SlugRelatedField[Any](
        slug_field="username", read_only=True, allow_null=True
    )

    class Meta:
        model = Match
        fields = [
            "id",
            "state",
            "score",
            "claim",
            "other",
            "agreeing",
            "differing",
            "decided_by",
            "decided_at",
            "version",
            "created_at",
        ]


class MatchFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=Match.State.choices)

    class Meta:
        model = Match
        fields = ()


def in_full() -> MatchQuerySet:
    pairs = ("claim", "other")
    joined = [f"{name}__{field}" for name in pairs for field in ("claimant", "merged_into")]
    return Match.objects.select_related("decided_by", *joined).prefetch_related(
        *(with_answers(f"{name}__{of}") for name in pairs for of in ("", "merged_into__"))
    )


class ClaimMatchViewSet(ListModelMixin, ApiViewSet):
    needs = {"list": SEES}
    orders = {"score": Order(F("score"))}
    queryset = Match.objects.all()
    serializer_class = MatchSerializer
    filterset_class = MatchFilter

    @extend_schema(parameters=[OpenApiParameter("claim", OpenApiTypes.UUID, OpenApiParameter.PATH)])
    def list(self, request: Request, claim: str) -> Any:
        """What a claim is, or is not, the same as, best first; `state=suggested` is undecided."""
        self.claim = get_object_or_404(Claim, uid=uuid_in(claim))
        return super().list(request)

    def get_queryset(self) -> QuerySet[Match]:
        if getattr(self, "swagger_fake_view", False):
            return Match.objects.none()
        return in_full().of(self.claim)


class MatchViewSet(DeskViewSet):
    needs = {
        "retrieve": SEES,
        **{name: (rule.permission,) for name, rule in MATCH_RULES.items()},
    }
    queryset = Match.objects.all()
    serializer_class = MatchSerializer

    def get_queryset(self) -> QuerySet[Match]:
        return in_full()

    def retrieve(self, request: Request, id: str) -> Response:
        """One match. Its ETag is for `If-Match` too."""
        match = self.get_object()
        written = last_modified(match.updated_at, *claims_written_at(match.claim, match.other))
        headers = {"ETag": etag_of(match), **written}
        return Response(self.get_serializer(match).data, headers=headers)

    @step(None, MatchSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: str) -> Response:
        """Both are the same: one is merged into the other, as `merged_into` says then.

        The one further in the workflow stays, of two as far the older.
        """
        return self.done(desk.match_confirm)

    @step(None, MatchSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, id: str) -> Response:
        """They are different claims: the pair is never suggested again."""
        return self.done(desk.match_reject)

    @step(None, MatchSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, id: str) -> Response:
        """The rejection was a mistake: it is a suggestion again."""
        return self.done(desk.match_reopen)
