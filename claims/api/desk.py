"""What the desk's viewsets share: the services' refusals as answers, and one way to call them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.conditions import IF_MATCH
from articles.api.problems import Problem
from articles.api.viewsets import ApiViewSet
from claims.api.conditions import etag_of, version_read
from claims.desk.changing import Row
from claims.desk.errors import Conflict, Refused


class DeskViewSet(ApiViewSet):
    """Rows that services change. Refused is 409, or 412 when `If-Match` named another version."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Refused):
            asked = isinstance(exc, Conflict) and "If-Match" in self.request.headers
            status = HTTPStatus.PRECONDITION_FAILED if asked else HTTPStatus.CONFLICT
            exc = Problem(status, exc.code, exc.message)
        return super().handle_exception(exc)

    def done(self, service: Callable[..., Any], **arguments: Any) -> Response:
        """Call a service on the addressed row, and answer the row as it is then."""
        row = self.get_object()
        service(row, by=self.request.user, version=version_read(self.request, row), **arguments)
        return self.answered()

    def answered(self) -> Response:
        row: Row = self.get_object()
        return Response(self.get_serializer(row).data, headers={"ETag": etag_of(row)})


def given(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body of `request`, as `serializer` takes it."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    fields: dict[str, Any] = body.validated_data
    return fields


def step(request: Any, responses: Any, *gives: OpenApiParameter) -> Callable[[Any], Any]:
    """The schema of an action that changes a row; `gives` are headers of its answer."""
    return extend_schema(request=request, responses=responses, parameters=[IF_MATCH, *gives])
