"""The query of a request, read as the discovery document describes it.

As with Google's own transcoding, `page_size` is `pageSize`, and what is not known is refused.
"""

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any, cast

from django.http import QueryDict
from rest_framework.request import Request

from claims.publishing.google.discovery import query_parameters
from claims.publishing.google.errors import ApiError, invalid, violated

INT32 = range(-(2**31), 2**31)
UNKNOWN = (
    'Invalid JSON payload received. Unknown name "{0}": Cannot bind query parameter. '
    "Field '{0}' could not be found in request message."
)
WRONG = "Invalid value at '{}' ({}), \"{}\""
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def sent_as_form(request: Request) -> bool:
    """Whether it is a GET whose query is too long for an address, as Google's clients send it."""
    return request.method == "POST" and request.headers.get("X-HTTP-Method-Override") == "GET"


def query_of(request: Request) -> QueryDict:
    if not sent_as_form(request):
        return request.query_params
    return cast(QueryDict, request.data)  # There is no parser but the one of forms.


def read(method: str, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a request of `method` ("claims.search") asks, by the parameters' own names.

    Values are str, int or bool as the document has them. Raises ApiError.
    """
    specs = query_parameters(method)
    given = named(query, specs)
    read = {name: value(name, specs[name], text) for name, text in given.items()}
    check_form(read)
    return read


def named(query: Mapping[str, Sequence[str]], specs: Mapping[str, Any]) -> dict[str, str]:
    """The parameters by their own names, each once."""
    if unknown := [name for name in query if camel(name, specs) not in specs]:
        told = [UNKNOWN.format(name) for name in unknown]
        raise violated([("", text) for text in told], "\n".join(told))
    given: dict[str, str] = {}
    for name, texts in query.items():
        own = camel(name, specs)
        if len(texts) > 1 or own in given:
            raise invalid(snake(own), "It is given more than once.")
        given[own] = texts[0]
    return given


def value(name: str, spec: Mapping[str, Any], text: str) -> str | int | bool:
    if "\0" in text:
        raise invalid(snake(name), "It holds a character that is no text.")
    if spec["type"] == "integer":
        return integer(name, text)
    if spec["type"] == "boolean":
        return boolean(name, text)
    if text and text not in spec.get("enum", [text]):
        raise wrong(name, "TYPE_ENUM", text)
    return text


def integer(name: str, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or int(text) not in INT32:
        raise wrong(name, "TYPE_INT32", text)
    if int(text) < 0:
        raise invalid(snake(name), "It must not be negative.")
    return int(text)


def boolean(name: str, text: str) -> bool:
    found = BOOLEANS.get(text.lower())
    if found is None:
        raise wrong(name, "TYPE_BOOL", text)
    return found


def check_form(read: Mapping[str, Any]) -> None:
    """Refuse the forms of answers that are not offered."""
    if read.get("callback"):
        raise invalid("callback", "JSONP is not offered; any origin may read the answers instead.")
    if read.get("alt") not in (None, "", "json"):
        raise invalid("alt", "Answers are JSON only.")


def wrong(name: str, kind: str, text: str) -> ApiError:
    message = WRONG.format(snake(name), kind, text[:100])
    return invalid(snake(name), message, message)


def camel(name: str, known: Container[str]) -> str:
    """The name as the document has it; a few have low lines there, too."""
    return name if name in known else re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)
