"""Google's paths, which begin at the root: clients add them to the address they are given."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

from claims.publishing.google import views
from claims.publishing.sharing import shared

#: Not for shared caches: a key may stand in the address.
private = cache_control(private=True, no_cache=True)


#: A browser asks whether a page elsewhere may send a key in a header. It may.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Goog-Api-Client, "
    "X-Goog-Api-Key, X-HTTP-Method-Override",
    "Access-Control-Max-Age": "86400",
}


def door(view: type[views.GoogleView]) -> Any:
    answered = gzip_page(private(conditional_page(view.as_view())))

    @shared
    def asked(request: HttpRequest, **path: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        return answered(request, **path)

    return csrf_exempt(asked)


urlpatterns = [
    path("v1alpha1/claims:search", door(views.SearchView)),
    path("v1alpha1/claims:imageSearch", door(views.ImageSearchView)),
    path("v1alpha1/pages", door(views.PagesView)),
    path("v1alpha1/pages/<str:name>", door(views.PageView)),
    re_path(r"^v1alpha1(?:/|$)", door(views.NowhereView)),
    path("batch", door(views.BatchView)),
    path("$discovery/rest", door(views.DiscoveryView)),
]
