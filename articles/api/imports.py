"""`/api/v1/imports/`: a file in, how far it is, what failed and why, pause, resume and cancel."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db.models import F
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api import examples
from articles.api.conditions import IF_MATCH, as_read
from articles.api.import_serializers import (
    ImportDetailSerializer,
    ImportRowSerializer,
    ImportSerializer,
    OptionsSerializer,
    UploadSerializer,
)
from articles.api.pages import Order
from articles.api.uploads import BodyParser, FormParser, sent_file
from articles.api.viewsets import ApiViewSet
from articles.importing import services
from articles.importing.mending import WRITERS, failed_file
from articles.importing.models import Import
from articles.importing.uploads import file_keep
from articles.services import require

BYTES, JSON = "application/octet-stream", "application/json"
RETURNED = sorted({media.partition(";")[0] for _ending, media, _write in WRITERS.values()})
BY_ROW = {"row": Order(F("number"), descending=False)}


class ImportFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=Import.State.choices)

    class Meta:
        model = Import
        fields = ()


class AnyRenderer(JSONRenderer):
    """Problems as JSON, also for whoever asked for another type of file."""

    media_type = "*/*"


class ImportViewSet(ListModelMixin, RetrieveModelMixin, ApiViewSet):
    needs = {
        "list": ("articles.view_import",),
        "retrieve": ("articles.view_import",),
        "errors": ("articles.view_import",),
        "failed": ("articles.view_import",),
        "create": ("articles.add_import",),
        "pause": ("articles.change_import",),
        "resume": ("articles.change_import",),
        "cancel": ("articles.change_import",),
    }
    queryset = Import.objects.all()
    parser_classes = [FormParser, BodyParser]
    filterset_class = ImportFilter

    def get_serializer_class(self) -> Any:
        return ImportSerializer if self.action == "list" else ImportDetailSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The imports, newest first."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How far an import is, and the extraction of its articles."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request={
            "multipart/form-data": UploadSerializer,
            BYTES: OpenApiTypes.BINARY,
        },
        examples=[
            examples.example(examples.UPLOAD, "multipart/form-data"),
            examples.example(examples.FILE, BYTES),
            examples.example(examples.IMPORT),
        ],
        parameters=[
            OptionsSerializer,
            OpenApiParameter("name", str, description="Of a file that is the body itself."),
        ],
        responses={202: OpenApiResponse(ImportDetailSerializer, "Kept; a worker reads it.")},
    )
    def create(self, request: Request) -> Response:
        """Import a file: as the field `file` of a form, or as the body, with options in the URL.

        The same file twice stores nothing twice.
        """
        require(request.user, "articles.add_import")
        content, name, given = sent_file(request)
        options = OptionsSerializer(data=given)
        options.is_valid(raise_exception=True)
        chosen = options.options()
        work = services.import_create(
            file_keep(content), name=name, options=chosen, by=request.user
        )
        url = request.build_absolute_uri(reverse("import-detail", args=[work.uid]))
        return self.answer(work, HTTPStatus.ACCEPTED, Location=url)

    def answer(self, work: Import, status: HTTPStatus, **headers: str) -> Response:
        return Response(self.get_serializer(work).data, status=status, headers=headers)

    @extend_schema(
        responses=ImportRowSerializer(many=True),
        parameters=[OpenApiParameter("code", str, description="Only rows with this error.")],
    )
    @action(detail=True, filterset_class=None, orders=BY_ROW)
    def errors(self, request: Request, id: str) -> Response:
        """The rows that failed, in the order of the file."""
        rows = self.get_object().failures.shown()
        if code := request.query_params.get("code"):
            rows = rows.with_code(code)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ImportRowSerializer(page, many=True).data)

    @extend_schema(
        responses={
            (200, media): OpenApiTypes.ANY if media == JSON else OpenApiTypes.BINARY
            for media in RETURNED
        },
        examples=[examples.example(examples.FAILED, media) for media in RETURNED],
    )
    @action(
        detail=True,
        filterset_class=None,
        pagination_class=None,
        renderer_classes=[JSONRenderer, AnyRenderer],
    )
    def failed(self, request: Request, id: str) -> StreamingHttpResponse:
        """The rows that failed as a file of the same format, to be mended and imported again."""
        return failed_answer(self.get_object())

    @extend_schema(request=None, parameters=[IF_MATCH], responses=ImportDetailSerializer)
    @action(detail=True, methods=["post"])
    @as_read
    def pause(self, request: Request, id: str) -> Response:
        """Stop after the batch that is being written. One that does not go is left as it is."""
        return self.moved(services.import_pause)

    @extend_schema(request=None, parameters=[IF_MATCH], responses=ImportDetailSerializer)
    @action(detail=True, methods=["post"])
    @as_read
    def resume(self, request: Request, id: str) -> Response:
        """Go on where it was paused."""
        return self.moved(services.import_resume)

    @extend_schema(request=None, parameters=[IF_MATCH], responses=ImportDetailSerializer)
    @action(detail=True, methods=["post"])
    @as_read
    def cancel(self, request: Request, id: str) -> Response:
        """Stop for good. What was stored stays."""
        return self.moved(services.import_cancel)

    def moved(self, service: Callable[..., None]) -> Response:
        work = self.get_object()
        service(work, by=self.request.user)
        return self.answer(work, HTTPStatus.OK)


def failed_answer(work: Import) -> StreamingHttpResponse:
    """The file of failed rows, never opened by a browser as a page of ours."""
    name, media, content = failed_file(work)
    answer = StreamingHttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
