"""The addresses of Google's API, answered as Google does: also the errors, and the refusals."""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, QueryDict
from rest_framework.exceptions import MethodNotAllowed, NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from articles.api.access import Counted
from claims.publishing.google import masks, parameters, reviews
from claims.publishing.google.discovery import method, served
from claims.publishing.google.errors import ApiError, envelope, known, not_offered
from claims.publishing.google.keys import GoogleKey
from claims.publishing.google.pages import page_at, page_named, pages_of
from claims.publishing.google.paging import Segment, page, page_size
from claims.publishing.google.search import Search, newest_here
from claims.publishing.google.tokens import place, token

IMAGES = "Searching by image is not offered by this desk."
BATCH = "Batches are not offered by this desk: send the requests one by one."
WRITING = "This desk writes its ClaimReviews itself, when a verdict is published."


class OneForm(DefaultContentNegotiation):
    """JSON, whatever is accepted: `alt` alone chooses, and there is no other."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class GoogleView(Counted):
    """One method of the API that reads."""

    #: Its short name in the discovery document; "" for what has no parameters.
    method: ClassVar[str] = ""

    authentication_classes = [GoogleKey]
    permission_classes = [AllowAny]
    parser_classes = [FormParser]
    content_negotiation_class = OneForm
    schema = None

    def get(self, request: Request, **path: str) -> HttpResponse:
        query = parameters.query_of(request)
        given = parameters.read(self.method, dict(query.lists()))
        mask = masks.read(given.get("fields", ""), method(self.method)["response"])
        return written(masks.masked(self.answer(given, **path), mask), query)

    def post(self, request: Request, **path: str) -> HttpResponse:
        if not parameters.sent_as_form(request):
            raise MethodNotAllowed("POST")
        return self.get(request, **path)

    def answer(self, given: Mapping[str, Any], **path: str) -> dict[str, Any]:
        """The whole answer. Raises ApiError."""
        raise NotImplementedError

    def get_exception_handler(self) -> Callable[..., HttpResponse | None]:
        return refused


class SearchView(GoogleView):
    """`claims:search`."""

    method = "claims.search"

    def answer(self, given: Mapping[str, Any], **path: str) -> dict[str, Any]:
        rows, further = listed(self.method, Search.read(given).segments(), given)
        return named("claims", [reviews.claim(row) for row in rows], further)


class PagesView(GoogleView):
    """`pages`, of an organization or at one URL."""

    method = "pages.list"

    def answer(self, given: Mapping[str, Any], **path: str) -> dict[str, Any]:
        verdicts = pages_of(given)
        if url := given.get("url"):
            found = page_at(url)
            rows, further = [found] if found else [], ""
        else:
            rows, further = listed(self.method, [newest_here(verdicts)], given)
        return named("claimReviewMarkupPages", [reviews.markup_page(row) for row in rows], further)

    def post(self, request: Request, **path: str) -> HttpResponse:
        if not parameters.sent_as_form(request):
            raise not_offered(WRITING)
        return self.get(request, **path)


class PageView(GoogleView):
    """`pages/{id}`."""

    method = "pages.get"

    def answer(self, given: Mapping[str, Any], **path: str) -> dict[str, Any]:
        return reviews.markup_page(page_named(path["name"]))

    def put(self, request: Request, **path: str) -> HttpResponse:
        raise not_offered(WRITING)

    def delete(self, request: Request, **path: str) -> HttpResponse:
        raise not_offered(WRITING)


class ImageSearchView(GoogleView):
    def get(self, request: Request, **path: str) -> HttpResponse:
        raise not_offered(IMAGES)


class BatchView(GoogleView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise not_offered(BATCH)


class NowhereView(GoogleView):
    """Whatever else is asked for below the API's address."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


class DiscoveryView(GoogleView):
    """The discovery document, for clients that build themselves from it."""

    def get(self, request: Request, **path: str) -> HttpResponse:
        if request.query_params.get("version", "v1alpha1") != "v1alpha1":
            raise NotFound
        return written(served(), request.query_params)


def listed(
    name: str, segments: Sequence[Segment], given: Mapping[str, Any]
) -> tuple[list[Any], str]:
    """The rows of the page that is asked for, and the token of the next one, or ""."""
    start = place(name, given)
    skip = 0 if given.get("pageToken") else given.get("offset", 0)
    rows, last = page(segments, start, skip=skip, limit=page_size(given.get("pageSize", 0)))
    return rows, token(last, name, given) if last else ""


def named(name: str, rows: list[Any], further: str) -> dict[str, Any]:
    """As protocol buffers are written as JSON: what is empty is left out."""
    answer: dict[str, Any] = {name: rows} if rows else {}
    return answer | ({"nextPageToken": further} if further else {})


def refused(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The answer to an error in a view; None for a fault of ours, which becomes a 500."""
    told = known(error)
    if told is None:
        return None
    response = error_response(told, context["request"])
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(ceil(wait))
    return response


def error_response(error: ApiError, request: Request) -> HttpResponse:
    try:
        query = request.query_params
    except SuspiciousOperation:  # Too long to be read, which is the error.
        query = QueryDict()
    older = query.get("$.xgafv") == "1"
    return written(envelope(error, older=older), query, status=error.status_code)


def written(body: Any, query: QueryDict, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """`body` as JSON, with line ends unless `prettyPrint` says no."""
    indent = None if query.get("prettyPrint", "").lower() in ("false", "0") else 2
    text = json.dumps(body, ensure_ascii=False, indent=indent)
    kind = "application/json; charset=UTF-8"
    return HttpResponse(f"{text}\n", status=status, content_type=kind)
