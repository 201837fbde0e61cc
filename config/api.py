"""The API's addresses, put together from both apps."""

from django.urls import include, path
from django.views.decorators.http import conditional_page
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from articles.api.described import SchemaView
from articles.api.urls import router as articles
from claims.api.urls import router as claims

urlpatterns = [
    path("v1/", include([*claims.urls, *articles.urls])),
    path("schema/", conditional_page(SchemaView.as_view()), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", permission_classes=[AllowAny]),
        name="api-docs",
    ),
]
