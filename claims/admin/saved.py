"""Saved filters above the queue: shown, saved, deleted; and the topics that typing completes."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.urls import reverse

from claims.desk import reading
from claims.desk.saving import filter_delete, filter_save
from claims.models import SavedFilter, Topic

#: Parts of the queue's address that are no filter.
PASSING = ("p", "e")
MOST_TOPICS = 20


def queue_url(query: str = "") -> str:
    return f"{reverse('admin:claims_claim_changelist')}{'?' if query else ''}{query}"


def filters_of(user: Any) -> QuerySet[SavedFilter]:
    """The user's own and the desk's."""
    mine = Q(owner=user)
    return SavedFilter.objects.filter(mine | Q(shared=True)).select_related("owner")


def saved_filters(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with whether it is what the page shows now and whether it is the user's own."""
    now = filter_part(request.GET)
    return [
        {"row": row, "current": row.query == now, "mine": row.owner_id == request.user.pk}
        for row in filters_of(request.user)
    ]


def filter_part(query: QueryDict) -> str:
    """The filters, search and order of an address, each once, in one order."""
    parts = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if value and name not in PASSING
    ]
    return urlencode(sorted(parts))


def save_view(request: HttpRequest) -> HttpResponse:
    query = filter_part(QueryDict(request.POST.get("query", "")))
    try:
        row = filter_save(
            name=request.POST.get("name", ""),
            query=query,
            shared="shared" in request.POST,
            by=request.user,
        )
        messages.success(request, f"Saved as “{row}”.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(queue_url(query))


def delete_view(request: HttpRequest, filter_id: int) -> HttpResponse:
    row = filters_of(request.user).filter(pk=filter_id).first()
    if row is None:
        raise Http404("There is no such filter.")
    filter_delete(row, by=request.user)
    messages.success(request, f"“{row.name}” is deleted.")
    return HttpResponseRedirect(queue_url())


def read_view(request: HttpRequest) -> HttpResponse:
    reading.everything_read(by=request.user)
    messages.success(request, "All claims of now are marked as read.")
    return HttpResponseRedirect(queue_url())


def posted(view: Any, may: Any) -> Any:
    """`view` for who may see claims, by POST alone."""

    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not may(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, **kwargs)

    return guarded


def topics_view(request: HttpRequest) -> HttpResponse:
    """Names that begin as what is typed, for those who may see claims."""
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    term = request.GET.get("term", "").strip().lower().replace("\x00", "")
    found = Topic.objects.filter(name__startswith=term).values_list("name", flat=True)
    return JsonResponse({"results": [{"text": name} for name in found[:MOST_TOPICS]]})
