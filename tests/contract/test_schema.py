"""The schema is what runs: the committed copy is current, and its examples are as it says."""

import re

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from articles.api.schema import LIMITS
from tests.contract.rows import SNAPSHOT


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(public=True)


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def contents(schema):
    """Every body that an operation takes or gives: its name, schema and examples."""
    for name, operation in operations(schema):
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for kind, body in bodies.items():
            if "$ref" in body:
                body = schema["components"]["responses"][body["$ref"].rsplit("/", 1)[1]]
            for media in body.get("content", {}).values():
                yield f"{name} {kind}", media["schema"], media.get("examples", {})


def test_the_committed_schema_is_the_current_one(db, tmp_path):
    """When it fails: `make schema`, and look at what changes for those who call the API."""
    now = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(now))

    assert now.read_text() == SNAPSHOT.read_text()
    assert yaml.safe_load(now.read_text())["openapi"].startswith("3.1")


def test_every_example_is_as_the_schema_says(db, schema):
    seen = 0
    for name, body, examples in contents(schema):
        for example in examples.values():
            whole = {**body, "components": schema["components"]}
            checker = jsonschema.Draft202012Validator(
                whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
            faults = [f"{e.json_path}: {e.message}" for e in checker.iter_errors(example["value"])]
            assert faults == [], name
            seen += 1

    assert seen > 100


def test_every_body_has_an_example(db, schema):
    bare = {name for name, _body, examples in contents(schema) if not examples}

    assert {name for name in bare if not name.endswith(" default")} == set()


def test_every_operation_says_what_it_does_and_which_errors_it_gives(db, schema):
    for name, operation in operations(schema):
        assert operation.get("description"), name
        assert {"401", "429", "500", "default"} <= set(operation["responses"]), name
        if name.startswith("get"):
            assert "304" in operation["responses"], name
        else:
            assert {"400", "409"} <= set(operation["responses"]), name
        if "{" in name:
            assert "404" in operation["responses"], name


def test_every_answer_tells_of_limits_as_the_desk_writes_them(db, schema, client, settings):
    for name, operation in operations(schema):
        for status, answer in operation["responses"].items():
            if "$ref" in answer:
                answer = schema["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
            assert set(LIMITS) <= set(answer["headers"]), f"{name} {status}"

    settings.THROTTLES = {**settings.THROTTLES, "anonymous": (300, 60), "check": (30, 60)}
    answer = client.post("/api/v1/check/", {"text": ""}, "application/json")
    for name in LIMITS:
        form = schema["components"]["headers"][name]["schema"]["pattern"]
        assert re.match(form, answer[name]), answer[name]
        assert '"anonymous"' in answer[name]
        assert '"check"' in answer[name]


@pytest.mark.parametrize("address", ["/api/docs/", "/api/docs/?script="])
def test_the_docs_come_from_local_files(db, client, address):
    page = client.get(address).content.decode()

    files = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert all(file.startswith("/") for file in files), files
    for outside in ("//cdn", "unpkg", "jsdelivr"):
        assert outside not in page
    assert client.get("/api/schema/?format=json").json()["openapi"].startswith("3.1")
