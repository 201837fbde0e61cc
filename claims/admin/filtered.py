"""What the queue is filtered by: in words above it, each with the address that is without it."""

from typing import Any

from django.http import HttpRequest

from articles.models import Outlet
from claims.admin.filters import is_row_number
from claims.admin.queue import TABBED
from claims.models import Claimant

#: By parameter of the queue's address, in the order of the filters.
NAMES = {
    "q": "Search",
    "status": "Status",
    "assignee": "Assignee",
    "claimant__id__exact": "Claimant",
    "outlet": "Outlet",
    "topic": "Topic",
    "language": "Language",
    "rating": "Rating",
    "same": "Possibly the same",
    "mark": "Mark",
    "check_worthiness_from": "Worth checking, from",
    "check_worthiness_to": "Worth checking, to",
    "made_from": "Last made from",
    "made_to": "Last made to",
}
#: Rows are named by their id in the address, and by their name on the page.
ROWS: dict[str, Any] = {"claimant__id__exact": Claimant, "outlet": Outlet}


def filtered_by(request: HttpRequest, changelist: Any, *, tabbed: bool) -> list[dict[str, str]]:
    """`name`, `value` and `without` of each filter that is set; `tabbed`: not of what tabs show."""
    choices = {
        getattr(spec, "parameter_name", None): dict(getattr(spec, "lookup_choices", None) or ())
        for spec in changelist.filter_specs
    }
    return [
        {
            "name": label,
            "value": str(choices.get(name, {}).get(value) or row_name(name, value) or value),
            "without": without(request, name),
        }
        for name, label in NAMES.items()
        if (value := request.GET.get(name)) and not (tabbed and name in TABBED)
    ]


def row_name(parameter: str, value: str) -> str | None:
    if parameter not in ROWS or not is_row_number(value):
        return None
    names = ROWS[parameter].objects.filter(pk=int(value)).values_list("name", flat=True)
    return names.first()


def without(request: HttpRequest, parameter: str) -> str:
    left = request.GET.copy()
    for name in (parameter, "p"):
        left.pop(name, None)
    return f"?{left.urlencode()}"
