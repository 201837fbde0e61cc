"""The API's addresses, put together from both apps, and its answers outside any view."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from articles.api.problems import problem_page
from articles.api.urls import router as articles
from claims.api.urls import router as claims

urlpatterns = [
    path("v1/", include([*articles.urls, *claims.urls])),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", permission_classes=[AllowAny]),
        name="api-docs",
    ),
]


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_page(HTTPStatus.NOT_FOUND, "not_found", f"There is no {request.path}.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        detail = "The fault is ours, and has been logged."
        return problem_page(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", detail)
    return defaults.server_error(request)
