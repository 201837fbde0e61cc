"""`/api/v1/links/`: URLs that become articles, and what became of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import IF_MATCH, as_read
from articles.api.filters import SinceFilter
from articles.api.link_serializers import GivenSerializer, LinkSerializer, UrlsSerializer
from articles.api.viewsets import ApiViewSet
from articles.linking.models import Link
from articles.linking.services import Given, link_retry, links_submit


class LinkFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=Link.State.choices)
    since = SinceFilter("submitted_at", label="Submitted then or later")

    class Meta:
        model = Link
        fields = ()


class LinkViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    needs = {
        "list": ("articles.view_link",),
        "retrieve": ("articles.view_link",),
        "create": ("articles.add_article",),
        "retry": ("articles.add_article",),
    }
    queryset = Link.objects.for_lists()
    serializer_class = LinkSerializer
    filterset_class = LinkFilter

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """URLs that were given, newest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What became of a URL."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request=UrlsSerializer,
        responses={202: OpenApiResponse(GivenSerializer(many=True), "In the order sent.")},
    )
    def create(self, request: Request) -> Response:
        """Have URLs fetched and stored as articles. Safe to send again."""
        sent = UrlsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = links_submit(sent.validated_data["urls"], by=request.user)
        return Response(GivenSerializer(given, many=True).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, parameters=[IF_MATCH], responses={202: LinkSerializer})
    @action(detail=True, methods=["post"])
    @as_read
    def retry(self, request: Request, id: str) -> Response:
        """Fetch it again now; one that waits already just waits."""
        link = link_retry(self.get_object(), by=request.user)
        return Response(self.get_serializer(link).data, status=status.HTTP_202_ACCEPTED)


def link_answer(request: Request, given: Given) -> Response:
    """202 and where to ask what became of one URL; raises what is wrong with it."""
    if given.error:
        raise ValidationError({"url": given.error})
    assert given.link is not None
    return Response(
        LinkSerializer(given.link).data,
        status=status.HTTP_202_ACCEPTED,
        headers={
            "Location": request.build_absolute_uri(reverse("link-detail", args=[given.link.uid]))
        },
    )
