"""`/api/v1/external-verdicts/`: what other desks say, for the desk to look up."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import IF_MATCH, as_read, last_modified
from articles.api.filters import SinceFilter, with_words
from articles.api.pages import NEWEST, Order
from articles.api.schema import LOCATION
from claims.api.conditions import etag_of
from claims.api.desk import DeskViewSet, given
from claims.api.external_serializers import ExternalVerdictSerializer
from claims.api.inputs import DraftOnInput
from claims.api.named import claim_named
from claims.api.verdict_serializers import VerdictSerializer
from claims.desk.external_drafts import external_draft
from claims.desk.rules import CLAIM_RULES
from claims.models import ExternalVerdict, Verdict

READS = ("claims.view_externalverdict",)


class ExternalVerdictFilter(filters.FilterSet):
    site = filters.CharFilter(lookup_expr="iexact", label="Host of the publisher, without “www”")
    language = filters.CharFilter(lookup_expr="iexact", label="ISO 639-1 code")
    since = SinceFilter("created_at", label="Imported then or later")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of the claim")

    class Meta:
        model = ExternalVerdict
        fields = ()

    def by_words(
        self, externals: QuerySet[ExternalVerdict], name: str, value: str
    ) -> QuerySet[ExternalVerdict]:
        return externals.filter(with_words(value, "claim_reviewed"))


class ExternalVerdictViewSet(ListModelMixin, DeskViewSet):
    needs = {"list": READS, "retrieve": READS, "draft": (CLAIM_RULES["take"].permission,)}
    orders = {
        **NEWEST,
        "reviewed_on": Order(Coalesce(F("reviewed_on"), Value(date.min))),
    }
    queryset = ExternalVerdict.objects.defer("data")
    serializer_class = ExternalVerdictSerializer
    filterset_class = ExternalVerdictFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What other desks say, as imported, newest first. None of it is a verdict of ours."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, id: str) -> Response:
        """One verdict of another desk."""
        external = self.get_object()
        written = last_modified(external.updated_at)
        return Response(self.get_serializer(external).data, headers=written)

    @extend_schema(
        request=DraftOnInput,
        parameters=[IF_MATCH, LOCATION],
        responses={201: VerdictSerializer},
    )
    @action(detail=True, methods=["post"])
    @as_read
    def draft(self, request: Request, id: str) -> Response:
        """Open a draft of ours with this review among its evidence; its rating is left to us."""
        uid = given(DraftOnInput, request)["claim"]
        claim = claim_named(uid, "claim") if uid else None
        verdict = external_draft(self.get_object(), claim=claim, by=request.user)
        shown = Verdict.objects.for_reading().get(pk=verdict.pk)
        address = request.build_absolute_uri(reverse("verdict-detail", args=[verdict.uid]))
        return Response(
            VerdictSerializer(shown, context=self.get_serializer_context()).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": address, "ETag": etag_of(shown)},
        )
