"""What all viewsets share: ids, permissions by action, pages, POSTs that may be sent again."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.viewsets import GenericViewSet

from articles.api.access import Needs
from articles.api.idempotency import HEADER, once
from articles.api.pages import NEWEST, Order, Pages


class ApiViewSet(GenericViewSet[Any]):
    """Rows are found by their `uid`, which the API calls `id`."""

    permission_classes = [Needs]
    pagination_class = Pages
    metadata_class = None
    lookup_field = "uid"
    lookup_url_kwarg = "id"
    #: Action -> permissions; see `access.Needs`.
    needs: dict[str, tuple[str, ...]] = {}
    #: Name -> order, for `pages.Pages`.
    orders: dict[str, Order] = NEWEST

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        post = getattr(self, "post", None)
        if post and request.method == "POST" and HEADER in request.headers:
            self.post = once(self, post)
        return super().dispatch(request, *args, **kwargs)
