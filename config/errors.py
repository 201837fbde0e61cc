"""What is answered where no view does: problem documents below `/api/`, pages elsewhere."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from articles.api.problems import problem_page
from claims.publishing.google.errors import fault


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_page(HTTPStatus.NOT_FOUND, "not_found", f"There is no {request.path}.")
    return defaults.page_not_found(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Without the request's own context, which may be what broke."""
    if request.path.startswith("/api/"):
        detail = "The fault is ours, and has been logged."
        return problem_page(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", detail)
    if request.path.startswith("/v1alpha1/"):
        return JsonResponse(fault(), status=HTTPStatus.INTERNAL_SERVER_ERROR)
    page = render_to_string("500.html", {"publisher": settings.PUBLISHER})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
