"""The desk's server, with bare views beside its own addresses that return the same bytes.

They run through the same middleware and ask nothing of anyone: what a view of the desk takes
beyond them is its own.
"""

import functools
import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import get_resolver, path

from config.wsgi import application

__all__ = ["application"]

ANSWERS = Path(os.environ["BENCH_ANSWERS"])


@functools.cache
def answer(name: str) -> bytes:
    return (ANSWERS / name).read_bytes()


def bare(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(answer(name), content_type="application/json")


def bare_unchanged(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotModified(headers={"ETag": '"as-you-have-it"'})


# First, so that no address is compared in vain.
get_resolver().url_patterns[:0] = [
    path("bare/unchanged", bare_unchanged),
    path("bare/<name>", bare),
]
