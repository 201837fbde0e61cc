"""The shape of an answer, as its reader asks for it: `?fields=` leaves out, `?expand=` fills in."""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import build_array_type
from rest_framework import serializers
from rest_framework.request import Request

from articles.api.problems import refuse

Serializer = type[serializers.Serializer[Any]]


class Expandable(serializers.Field):
    """A nested object: short, or in full where `?expand=` names it. Never inside another one.

    `short` None leaves it null until then.
    """

    def __init__(
        self,
        short: Serializer | None,
        full: Serializer | Callable[[], Serializer],
        *,
        many: bool = False,
        **kwargs: Any,
    ) -> None:
        """`full` may be a function, for a serializer that is not there yet."""
        super().__init__(read_only=True, **kwargs)
        self.short, self.full, self.many = short, full, many

    @property
    def in_full(self) -> Serializer:
        return self.full if isinstance(self.full, type) else self.full()

    @cached_property
    def expanded(self) -> bool:
        return self.field_name in self.context.get("expanded", ())

    @cached_property
    def inner(self) -> Any:
        chosen = self.in_full if self.expanded else self.short
        return chosen and chosen(context={**self.context, "expanded": ()})

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) if self.inner else None

    def to_representation(self, value: Any) -> Any:
        if not self.many:
            return self.inner.to_representation(value)
        rows = value.all() if hasattr(value, "all") else value
        return [self.inner.to_representation(row) for row in rows]


class ExpandableExtension(OpenApiSerializerFieldExtension):
    target_class = Expandable

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field = self.target
        # The fuller one first: it is the one that a client should try first.
        forms = [form for form in (field.in_full, field.short) if form]
        schemas = [auto_schema.resolve_serializer(form, direction).ref for form in forms]
        if field.many:
            schemas = [build_array_type(schema) for schema in schemas]
        return {"anyOf": schemas} if len(schemas) > 1 else schemas[0]


def kept(serializer: Any, request: Request) -> Any:
    """`serializer` without the fields that `?fields=` does not name."""
    fields = getattr(serializer, "child", serializer).fields
    if wanted := named(request, "fields", fields):
        for name in set(fields) - wanted:
            fields.pop(name)
    return serializer


def named(request: Request, parameter: str, choices: Collection[str]) -> set[str]:
    """The names in a query parameter, separated by commas or in several of it."""
    given = request.query_params.getlist(parameter)
    names = {name for part in given for name in part.split(",") if name}
    if names - set(choices):
        refuse(parameter, "invalid_choice", f"Choose among: {', '.join(choices)}.")
    return names


def parameters(fields: Collection[str], expansions: Collection[str]) -> list[dict[str, Any]]:
    """Both query parameters, as OpenAPI describes them."""
    described = [listed("fields", "Only these fields; all when left out.", fields)]
    if expansions:
        described.append(listed("expand", "These nested objects in full.", expansions))
    return described


def listed(name: str, description: str, choices: Collection[str]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "string", "enum": list(choices)}},
    }
