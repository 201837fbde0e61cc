"""What all viewsets share: ids, permissions by action, pages, the shape of answers, validators."""

from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.access import Counted, Needs
from articles.api.caching import Private
from articles.api.conditions import conditional, validated
from articles.api.idempotency import Repeatable
from articles.api.pages import NEWEST, Order, Pages
from articles.api.shapes import kept, named

#: Field that `?expand=` may name -> what makes the rows ready for that.
Expansions = dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]]


class ByHeader(DefaultContentNegotiation):
    """There is JSON alone. `?format=` is a file's, and no view's: REST framework's answers 404."""

    settings: Any = SimpleNamespace(URL_FORMAT_OVERRIDE=None)


class ApiViewSet(Counted, Repeatable, Private):
    """Rows are found by their `uid`, which the API calls `id`."""

    permission_classes = [Needs]
    content_negotiation_class = ByHeader
    pagination_class = Pages
    metadata_class = None
    lookup_field = "uid"
    lookup_url_kwarg = "id"
    #: Action -> permissions; see `access.Needs`.
    needs: dict[str, tuple[str, ...]] = {}
    #: Name -> order, for `pages.Pages`.
    orders: dict[str, Order] = NEWEST
    #: Action -> its expansions.
    expansions: dict[str, Expansions] = {}
    #: The answer of a read, whether or not it was sent.
    whole: Response | None = None

    @property
    def shaped(self) -> bool:
        """Whether the answer is of rows, whose reader may choose their shape."""
        return self.action in ("list", "retrieve")

    @property
    def expandable(self) -> Expansions:
        return self.expansions.get(self.action, {})

    def expanded(self) -> set[str]:
        return named(self.request, "expand", self.expandable) if self.shaped else set()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.expanded()
        # In their order, and once, since two fields may need the same.
        for ready in dict.fromkeys(how for name, how in self.expandable.items() if name in wanted):
            queryset = ready(queryset)
        return super().filter_queryset(queryset)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        return kept(serializer, self.request) if self.shaped else serializer

    def get_serializer_context(self) -> dict[str, Any]:
        described = getattr(self, "swagger_fake_view", False)
        expanded = set() if described else self.expanded()
        return {**super().get_serializer_context(), "expanded": expanded}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        read = request.method in ("GET", "HEAD") and response.status_code == HTTPStatus.OK
        if read and isinstance(response, Response):
            self.whole = validated(response)
            return conditional(request._request, self.whole)
        return response
