"""`/api/v1/claimants/`: who makes claims, with other names and what they became."""

from typing import Any

from django.db.models import F
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import last_modified
from articles.api.pages import NEWEST, Order
from articles.api.viewsets import ApiViewSet
from claims.api.filters import ClaimantFilter
from claims.api.serializers import ClaimantSerializer
from claims.models import Claimant

READS = ("claims.view_claimant",)


class ClaimantViewSet(ListModelMixin, ApiViewSet):
    needs = {"list": READS, "retrieve": READS}
    orders = {"name": Order(F("name"), descending=False), **NEWEST}
    queryset = Claimant.objects.select_related("merged_into").prefetch_related("aliases")
    serializer_class = ClaimantSerializer
    filterset_class = ClaimantFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The claimants, by name; those merged into another one say so."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, id: str) -> Response:
        """One claimant."""
        claimant = self.get_object()
        written = last_modified(claimant.changed_at)
        return Response(self.get_serializer(claimant).data, headers=written)
