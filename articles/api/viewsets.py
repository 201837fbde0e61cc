"""What all viewsets share: ids, permissions by action, pages."""

from collections.abc import Sequence
from typing import Any

from rest_framework.viewsets import GenericViewSet

from articles.api.access import Needs
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
    #: Annotations that a page reads of each row; none: it reads the rows themselves.
    columns: Sequence[str] = ()
