"""OpenAPI links: which answer's id leads to which operations, so that a client can follow them.

A row in an answer leads to every operation below its own address; a page leads there by its first
row. Of the objects in a row, those are followed that the desk goes on to work on.
"""

from collections.abc import Iterator
from typing import Any

ROOT = "/api/v1/"
#: Objects in a row -> the address of their rows.
INNER = {
    "claim": f"{ROOT}claims/",
    "claimant": f"{ROOT}claimants/",
    "open_verdict": f"{ROOT}verdicts/",
    "article": f"{ROOT}articles/",
    "outlet": f"{ROOT}outlets/",
}
BODY = "$response.body#"

#: Where an id stands in an answer, and the address of the rows it is of.
Place = tuple[str, str]


def followed(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every answer with rows its `links`. A post-processing hook of drf-spectacular."""
    paths, components = result["paths"], result["components"]
    links = components.setdefault("links", {})
    rows = rows_by_component(paths)
    for path, operation in operations(paths):
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                found = dict(led_from(path, answer, rows, result))
                links |= found
                refer(answer, found)
    components["links"] = dict(sorted(links.items()))
    return result


def led_from(
    path: str, answer: dict[str, Any], rows: dict[str, str], result: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from led_inside(path, result["paths"])
    for place, base in places(path, answer, rows, result["components"]["schemas"]):
        yield from led_to(place, base, result["paths"])


def refer(answer: dict[str, Any], found: dict[str, Any]) -> None:
    if found:
        answer["links"] = {name: {"$ref": f"#/components/links/{name}"} for name in found}


def operations(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in paths.items():
        for operation in methods.values():
            yield path, operation


def rows_by_component(paths: dict[str, Any]) -> dict[str, str]:
    """Component -> the address of the rows that it is of, from what `GET …/{id}/` answers."""
    return {
        name: path.removesuffix("{id}/")
        for path, methods in paths.items()
        if path.endswith("/{id}/") and "get" in methods
        for name in named(body_of(methods["get"]["responses"]["200"]))
    }


def body_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The schema of an answer's JSON; empty where it has none."""
    schema: dict[str, Any] = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def named(schema: dict[str, Any]) -> Iterator[str]:
    """The components that `schema` may be."""
    if "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[1]
    for kind in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(kind, ()):
            yield from named(one)


def places(
    path: str, answer: dict[str, Any], rows: dict[str, str], schemas: dict[str, Any]
) -> Iterator[Place]:
    """The ids in an answer that lead somewhere."""
    body = body_of(answer)
    for name in named(body):
        fields = schemas[name]["properties"]
        if "results" in fields:
            [item, *_rest] = named(fields["results"]["items"])
            yield from of_row("/results/0", rows.get(item) or path, item, rows, schemas)
        elif name in rows:
            yield from of_row("", rows[name], name, rows, schemas)


def of_row(
    start: str, base: str, name: str, rows: dict[str, str], schemas: dict[str, Any]
) -> Iterator[Place]:
    if base in rows.values():
        yield f"{start}/id", base
    fields = schemas[name]["properties"]
    for field in filter(fields.__contains__, INNER):
        # What others said of a claim is a text and leads nowhere.
        if any("id" in schemas[inner]["properties"] for inner in named(fields[field])):
            yield f"{start}/{field}/id", INNER[field]


def led_to(place: str, base: str, paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name -> link, of each operation that takes the id at `place` and no other."""
    way = place.replace("results/0", "first").strip("/").split("/")[:-1]
    for path, operation in operations(paths):
        taken = path.removeprefix(base).partition("/")[0] if path.startswith(base) else ""
        if taken.startswith("{") and path.count("{") == 1:
            own = operation["operationId"]
            yield "_of_".join([own, *way]), link(own, {taken.strip("{}"): BODY + place})


def led_inside(path: str, paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """As `led_to`, from what was made inside a row: the row is the one that was asked."""
    for inner, operation in operations(paths):
        taken = inner.removeprefix(path).strip("/{}") if inner.startswith(f"{path}{{") else ""
        if taken and "{id}" in path:
            own = operation["operationId"]
            yield own, link(own, {"id": "$request.path.id", taken: f"{BODY}/id"})


def link(operation: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters}
