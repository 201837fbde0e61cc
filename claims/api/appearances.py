"""`/api/v1/articles/{id}/appearances/`: the claims in an article, where they stand in it."""

from typing import Any

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from articles.api.filters import uuid_in
from articles.api.pages import Order, Pages
from articles.api.viewsets import ApiViewSet
from articles.models import Article
from claims.api.rows import places_answers_in_full
from claims.api.serializers import PlacedClaimSerializer
from claims.models import Appearance
from claims.models.claims import with_answers


class AppearancePages(Pages):
    page_size = 100


class AppearanceViewSet(ListModelMixin, ApiViewSet):
    needs = {"list": ("articles.view_article", "claims.view_appearance")}
    orders = {"place": Order(F("start"), descending=False)}
    queryset = Appearance.objects.all()
    serializer_class = PlacedClaimSerializer
    pagination_class = AppearancePages
    expansions = {
        "list": {
            "claim": lambda places: places.select_related("claim__assignee", "claim__merged_into"),
            "claimant": lambda places: places.select_related(
                "claim__claimant__merged_into"
            ).prefetch_related("claim__claimant__aliases"),
            "verdict": places_answers_in_full,
            "ended_verdict": places_answers_in_full,
        }
    }

    @extend_schema(
        parameters=[OpenApiParameter("article", OpenApiTypes.UUID, OpenApiParameter.PATH)]
    )
    def list(self, request: Request, article: str) -> Any:
        """The claims found in an article, in the order of its text, with the verdicts on them."""
        self.article = get_object_or_404(Article, uid=uuid_in(article))
        return super().list(request)

    def get_queryset(self) -> QuerySet[Appearance]:
        if getattr(self, "swagger_fake_view", False):
            return Appearance.objects.none()
        places = Appearance.objects.filter(article=self.article)
        beside = places.select_related("claim__claimant", "attribution", "revision")
        return beside.defer("revision__text").prefetch_related(with_answers("claim__"))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "article": getattr(self, "article", None)}
