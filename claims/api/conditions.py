"""Versions in HTTP: the ETag that a write names in `If-Match`."""

import re

from django.utils.http import parse_etags
from rest_framework.request import Request

from claims.desk.changing import Row

#: `"v3"`, with what may follow the version; proxies that compress put `W/` before it.
ETAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]+)?"')


def etag_of(row: Row) -> str:
    return f'"v{row.version}"'


def version_read(request: Request, row: Row) -> int | None:
    """The version the caller says it read; None when it does not say.

    The service compares it again when it has locked the row. No version is 0: a header that
    names none is of no version of this row.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    named = {int(found[1]) for etag in parse_etags(header) if (found := ETAG.fullmatch(etag))}
    return row.version if row.version in named else min(named, default=0)
