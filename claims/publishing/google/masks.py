"""Partial answers: `fields=claims(text,claimReview/publisher/site),nextPageToken`.

The grammar is the one of Google's APIs: fields parted by commas, `a/b` for a field in a field,
`a(b,c)` for several of them, `*` for any. Lists are looked through.
"""

import re
from collections.abc import Mapping
from typing import Any

from claims.publishing.claimreview import known
from claims.publishing.google.discovery import properties
from claims.publishing.google.errors import ApiError, invalid

#: What is asked of a field, by the names of the fields in it; empty asks for all of it.
Mask = dict[str, "Mask"]

#: More than any answer has.
LONGEST, DEEPEST = 2_000, 8
TOKENS = re.compile(r"\s*([A-Za-z0-9_.]+|\S)")


def read(text: str, schema: Mapping[str, Any]) -> Mask:
    """The mask of an answer that `schema` describes; empty text asks for everything.

    Raises ApiError for what is not in the grammar or not in the answer.
    """
    if not text.strip():
        return {}
    if len(text) > LONGEST:
        raise invalid("fields", f"More than {LONGEST} characters.")
    mask = Reader(text).all()
    check(mask, schema, "")
    return mask


class Reader:
    """Reads a mask from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = TOKENS.findall(text)[::-1]

    def all(self) -> Mask:
        mask = self.several(0)
        if self.tokens:
            raise self.error()
        return mask

    def several(self, depth: int) -> Mask:
        mask = self.one(depth)
        while self.takes(","):
            mask = merged(mask, self.one(depth))
        return mask

    def one(self, depth: int) -> Mask:
        if depth > DEEPEST or not self.tokens:
            raise self.error()
        name = self.tokens.pop()
        if not re.fullmatch(r"\*|[A-Za-z][A-Za-z0-9_]*", name):
            raise self.error()
        if self.takes("/"):
            return {name: self.one(depth + 1)}
        if not self.takes("("):
            return {name: {}}
        inner = self.several(depth + 1)
        if not self.takes(")"):
            raise self.error()
        return {name: inner}

    def takes(self, token: str) -> bool:
        found = self.tokens[-1:] == [token]
        if found:
            self.tokens.pop()
        return found

    def error(self) -> ApiError:
        return invalid("fields", f"Error parsing 'fields' parameter “{self.text[:100]}”.")


def merged(one: Mask, other: Mask) -> Mask:
    """Both asked for at once: who asks for all of a field gets all of it."""
    both = {name: merged_field(one[name], other[name]) for name in one.keys() & other.keys()}
    return one | other | both


def merged_field(one: Mask, other: Mask) -> Mask:
    return merged(one, other) if one and other else {}


def check(mask: Mask, schema: Mapping[str, Any], path: str) -> None:
    """Raise ApiError for a field that the answer can never have."""
    fields = properties(schema)
    for name, inner in mask.items():
        here = f"{path}{name}"
        if name not in fields and not (name == "*" and fields):
            message = f"Cannot find matching fields for path '{here}'."
            raise invalid(here, f"Error expanding 'fields' parameter. {message}")
        if name != "*":
            check(inner, fields[name], f"{here}.")
        elif inner:
            check_any(inner, fields, f"{here}.")


def check_any(mask: Mask, fields: Mapping[str, Any], path: str) -> None:
    """After `*` a field need be in one of those that it stands for."""
    inner: dict[str, Any] = {}
    for schema in fields.values():
        inner |= properties(schema)
    check(mask, {"properties": inner}, path)


def masked(answer: Any, mask: Mask) -> Any:
    """What `mask` leaves of an answer or a part of it; None of a text that has no fields."""
    if not mask:
        return answer
    if isinstance(answer, list):
        return [masked(item, mask) for item in answer]
    if not isinstance(answer, dict):
        return None
    asked = {name: asked_of(name, mask) for name in answer}
    return known(
        {name: masked(answer[name], inner) for name, inner in asked.items() if inner is not None}
    )


def asked_of(name: str, mask: Mask) -> Mask | None:
    """What is asked of a field; None when it is not asked for."""
    found = [mask[key] for key in (name, "*") if key in mask]
    if not found:
        return None
    return merged_field(*found) if len(found) == 2 else found[0]
