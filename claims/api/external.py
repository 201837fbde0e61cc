"""`/api/v1/external-verdicts/`: what other desks say, for the desk to look up."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django_filters import rest_framework as filters
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import last_modified
from articles.api.filters import SinceFilter, with_words
from articles.api.pages import NEWEST, Order
from articles.api.viewsets import ApiViewSet
from claims.api.external_serializers import ExternalVerdictSerializer
from claims.models import ExternalVerdict

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


class ExternalVerdictViewSet(ListModelMixin, ApiViewSet):
    needs = {"list": READS, "retrieve": READS}
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
