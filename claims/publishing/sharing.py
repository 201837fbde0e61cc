"""How what is published is handed out: to any origin, fresh, and compressed where that is asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control

View = Callable[..., HttpResponseBase]

#: A reader asks each time, and gets a 304 when nothing changed: a correction is there at once.
fresh = cache_control(public=True, no_cache=True)


def shared(view: View) -> View:
    """Any page in a browser may read the answers: they are public, and no cookie changes them."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
        return response

    return opened
