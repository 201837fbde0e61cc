"""What all viewsets share: ids, permissions by action, pages, POSTs that may be sent again."""

from articles.api.access import Needs
from articles.api.caching import Private
from articles.api.idempotency import Repeatable
from articles.api.pages import NEWEST, Order, Pages


class ApiViewSet(Repeatable, Private):
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
