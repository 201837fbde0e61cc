"""`/api/v1/articles/`: bring one in, see how far it is, have it extracted again.

`/api/v1/outlets/`: who publishes them.
"""

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import IF_MATCH, as_read, last_modified
from articles.api.filters import ArticleFilter, OutletFilter
from articles.api.link_serializers import LinkSerializer
from articles.api.links import link_answer
from articles.api.pages import NEWEST, Order
from articles.api.schema import LOCATION
from articles.api.serializers import (
    ArticleRowSerializer,
    ArticleSerializer,
    OutletSerializer,
    SubmissionSerializer,
)
from articles.api.viewsets import ApiViewSet
from articles.linking.services import links_submit
from articles.models import Article, Outlet
from articles.services import article_retry, article_store


class ArticleViewSet(ListModelMixin, ApiViewSet):
    needs = {
        "list": ("articles.view_article",),
        "retrieve": ("articles.view_article",),
        "create": ("articles.add_article",),
        "retry": ("articles.retry_article",),
    }
    orders = {
        **NEWEST,
        "published": Order(Coalesce("published_at", "received_at")),
    }
    queryset = Article.objects.select_related("outlet", "copy_of").defer("copy_of__text")
    filterset_class = ArticleFilter

    def get_queryset(self) -> QuerySet[Article]:
        articles = super().get_queryset()
        return articles.defer("text") if self.action == "list" else articles

    def get_serializer_class(self) -> Any:
        return ArticleRowSerializer if self.action == "list" else ArticleSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The articles, newest first, without their texts."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, id: str) -> Response:
        """One article with its text, and how far its extraction is."""
        article = self.get_object()
        written = last_modified(article.changed_at, article.outlet.changed_at)
        return Response(self.get_serializer(article).data, headers=written)

    @extend_schema(
        request=SubmissionSerializer,
        parameters=[LOCATION],
        responses={
            201: OpenApiResponse(ArticleSerializer, "Stored; the worker is woken."),
            200: OpenApiResponse(ArticleSerializer, "Known, by its URL or its outlet and text."),
            202: OpenApiResponse(LinkSerializer, "A URL alone: its page will be fetched."),
        },
    )
    def create(self, request: Request) -> Response:
        """Store an article, or find the one with its URL or its text. Safe to send again.

        With nothing but its `url` the page is fetched by the worker; ask the link in `Location`
        what became of it.
        """
        given = SubmissionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if given.is_link:
            return self.link(request, given.validated_data["url"])
        stored = article_store(given.submission(), by=request.user, intake=Article.Intake.API)
        code = status.HTTP_201_CREATED if stored.created else status.HTTP_200_OK
        return self.answer(request, stored.article, code)

    def link(self, request: Request, url: str) -> Response:
        """The article at `url` if it is here, else the link that leads to it."""
        [given] = links_submit([url], by=request.user)
        if given.link and given.link.article:
            return self.answer(request, given.link.article, status.HTTP_200_OK)
        return link_answer(request, given)

    def answer(self, request: Request, article: Article, code: int) -> Response:
        return Response(
            self.get_serializer(article).data,
            status=code,
            headers={"Location": article_url(request, article)},
        )

    @extend_schema(request=None, parameters=[IF_MATCH], responses={202: ArticleSerializer})
    @action(detail=True, methods=["post"])
    @as_read
    def retry(self, request: Request, id: str) -> Response:
        """Extract an article again. One that waits for its extraction already just waits."""
        article = self.get_object()
        article_retry(article, by=request.user)
        return Response(self.get_serializer(article).data, status=status.HTTP_202_ACCEPTED)


class OutletViewSet(ListModelMixin, ApiViewSet):
    needs = {"list": ("articles.view_outlet",), "retrieve": ("articles.view_outlet",)}
    orders = {"name": Order(F("name"), descending=False), **NEWEST}
    queryset = Outlet.objects.all()
    serializer_class = OutletSerializer
    filterset_class = OutletFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The outlets, by name."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, id: str) -> Response:
        """One outlet."""
        outlet = self.get_object()
        written = last_modified(outlet.changed_at)
        return Response(self.get_serializer(outlet).data, headers=written)


def article_url(request: Request, article: Article) -> str:
    return request.build_absolute_uri(reverse("article-detail", args=[article.uid]))
