"""`/dumps/`: the files of the dump, and a page that tells of them."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from claims.publishing.claimreview import absolute
from claims.publishing.dumps import FILES, JSON_LINES, LICENCE, TABLE
from claims.publishing.sharing import fresh, shared

TYPES = {
    JSON_LINES: "application/jsonl; charset=utf-8",
    TABLE: "text/csv; charset=utf-8",
    LICENCE: "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Download:
    """A file of the dump, with its size in bytes and when it changed last."""

    name: str
    size: int
    changed: datetime


@require_safe
@fresh
@conditional_page
def dumps(request: HttpRequest) -> HttpResponse:
    context = {"files": downloads(), "licence": settings.LICENCE}
    return render(request, "public/dumps.html", {**context, "canonical": absolute(request.path)})


def downloads() -> list[Download]:
    """What there is by now; none before the worker has written the first."""
    paths = [settings.DUMP_DIR / name for name in FILES]
    return [of_file(path) for path in paths if path.exists()]


def of_file(path: Path) -> Download:
    found = path.stat()
    return Download(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


@require_safe
@shared
@gzip_page
@fresh
def download(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the dump, unless the client has it already. 404 when there is none yet."""
    if name not in FILES:
        raise Http404("no such file")
    try:
        file = (settings.DUMP_DIR / name).open("rb")
    except FileNotFoundError as error:
        raise Http404("there is no dump yet") from error
    # Of the open file: another may take its place at any moment.
    found = os.fstat(file.fileno())
    etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    known = get_conditional_response(request, etag, int(found.st_mtime))
    if known is not None:
        file.close()
    response = known or FileResponse(file, filename=name, content_type=TYPES[name])
    response["ETag"], response["Last-Modified"] = etag, http_date(found.st_mtime)
    return response
