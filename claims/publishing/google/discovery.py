"""Google's discovery document: the methods with their parameters, and the shapes of answers."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

DOCUMENT = Path(__file__).with_name("factchecktools.v1alpha1.json")


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return found


def served() -> dict[str, Any]:
    """The document as this desk serves it: the methods are here, and need no OAuth."""
    here = f"{settings.PUBLIC_URL}/"
    own = {name: value for name, value in document().items() if name != "mtlsRootUrl"}
    return {**own, "rootUrl": here, "baseUrl": here, "ownerName": settings.PUBLISHER["name"]}


def method(name: str) -> dict[str, Any]:
    """A method by its short name, as "claims.search"."""
    resource, _, verb = name.partition(".")
    found: dict[str, Any] = document()["resources"][resource]["methods"][verb]
    return found


def query_parameters(name: str) -> dict[str, dict[str, Any]]:
    """Everything that may stand in the query of a method, by its name there."""
    own = method(name)["parameters"].items()
    mine = {key: spec for key, spec in own if spec["location"] == "query"}
    return {**document()["parameters"], **mine}


def properties(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of what a schema describes, or the items of a list; none of a text."""
    if "items" in schema:
        return properties(schema["items"])
    named = document()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    found: dict[str, dict[str, Any]] = named.get("properties", {})
    return found
