"""JSON bodies, read strictly: a size limit, UTF-8, and no numbers that are none."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.parsers import JSONParser

from articles.api.problems import Problem, too_large


class StrictJSONParser(JSONParser):
    """Raises Problem `too_large`, `invalid_utf8` or `malformed_json`, each saying where."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return loaded(decoded(limited(stream)))


def limited(stream: IO[Any]) -> bytes:
    # Django's own check sits in `request.body`, which a parser does not pass through.
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise too_large()
    return body


def decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start + 1} of the body is not UTF-8. Send the body as UTF-8."
        raise Problem(HTTPStatus.BAD_REQUEST, "invalid_utf8", detail) from error


def loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        detail = f"The body is not JSON: {reason}."
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json", detail) from error


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
