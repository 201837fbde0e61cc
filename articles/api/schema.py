"""The OpenAPI description: of every operation, what it may answer, errors and 304 included."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from articles.api.idempotency import IDEMPOTENCY_KEY
from articles.api.problems import CONTENT_TYPE, problem
from articles.api.shapes import parameters


class FieldProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(allow_null=True, help_text="Null: the body as a whole.")
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable, `detail` is for a person."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldProblemSerializer(many=True)  # type: ignore[assignment]


INVALID = {"field": "page_size", "code": "invalid", "message": "Send a number from 1 to 100."}
#: Of each status that an operation may answer with, one document as it comes.
PROBLEMS = {
    HTTPStatus.BAD_REQUEST: problem(400, "invalid", "page_size: Send a number…", [INVALID]),
    HTTPStatus.UNAUTHORIZED: problem(401, "not_authenticated", "Send a key or sign in."),
    HTTPStatus.FORBIDDEN: problem(403, "not_allowed", "This needs a permission you lack."),
    HTTPStatus.NOT_FOUND: problem(404, "not_found", "There is none with this id."),
    HTTPStatus.NOT_ACCEPTABLE: problem(406, "not_acceptable", "Answers are application/json."),
    HTTPStatus.CONFLICT: problem(409, "wrong_state", "That cannot be done from this state."),
    HTTPStatus.PRECONDITION_FAILED: problem(412, "changed_meanwhile", "Look at the change first."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: problem(413, "too_large", "The body is too long."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: problem(415, "unsupported_media_type", "Send JSON."),
    HTTPStatus.TOO_MANY_REQUESTS: problem(429, "throttled", "Ask again after Retry-After."),
    HTTPStatus.INTERNAL_SERVER_ERROR: problem(500, "server_error", "The fault is ours."),
}
ALWAYS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
#: What reads take and give beside their body.
CONDITIONS = [
    {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The ETag of an earlier answer: 304 while it would be the same.",
    },
    {
        "name": "If-Modified-Since",
        "in": "header",
        "schema": {"type": "string"},
        "description": "The Last-Modified of an earlier answer.",
    },
]
VALIDATORS = {
    "ETag": {"schema": {"type": "string"}},
    "Last-Modified": {"schema": {"type": "string"}},
}
#: What every answer tells that was counted under a limit, as `claims/desk/rates.py` writes it.
LIMITS: dict[str, dict[str, Any]] = {
    "RateLimit": {
        "description": "What is left of each limit that the request was counted under: `r` "
        "requests, and anew after `t` seconds. Absent where there is no limit.",
        "schema": {
            "type": "string",
            "pattern": r'^"[a-z_]+";r=\d+;t=\d+(, "[a-z_]+";r=\d+;t=\d+)*$',
            "examples": ['"anonymous";r=299;t=60'],
        },
    },
    "RateLimit-Policy": {
        "description": "Those limits: `q` requests in `w` seconds.",
        "schema": {
            "type": "string",
            "pattern": r'^"[a-z_]+";q=\d+;w=\d+(, "[a-z_]+";q=\d+;w=\d+)*$',
            "examples": ['"anonymous";q=300;w=60'],
        },
    },
}
#: What errors give beside their body.
HEADERS: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"type": "string"}},
    "429": {"Retry-After": {"type": "integer", "minimum": 1}},
}
#: Where what was made is found.
LOCATION = OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=["201"])


class ProblemSchema(AutoSchema):
    #: An ApiViewSet; every other view is left out of the schema.
    view: Any

    def get_operation_id(self) -> str:
        """As `claims_dismiss`: what is done to a row makes no other row."""
        name: str = super().get_operation_id()
        return name if self.view.action == "create" else name.removesuffix("_create")

    def _get_paginator(self) -> Any:
        """A list that answers a POST has no pages."""
        return super()._get_paginator() if self.method == "GET" else None

    def _get_parameters(self) -> list[dict[str, Any]]:
        found = [*super()._get_parameters(), *self.shapes()]
        return [*found, *CONDITIONS] if self.method == "GET" else found

    def shapes(self) -> list[dict[str, Any]]:
        """`fields` and `expand`, where the answer is of rows."""
        if not self.view.shaped:
            return []
        answer: Any = force_instance(self.get_response_serializers())
        return parameters(getattr(answer, "child", answer).fields, self.view.expandable)

    def get_override_parameters(self) -> Any:
        always = [IDEMPOTENCY_KEY] if self.method == "POST" else []
        return [*super().get_override_parameters(), *always]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        parameters = {one["name"]: one["in"] for one in self._get_parameters()}
        if self.method == "GET":
            bodies["200"].setdefault("headers", {}).update(VALIDATORS)
            bodies["304"] = {"description": "The same as before.", "headers": VALIDATORS}
        if "If-Match" in parameters:
            for body in bodies.values():
                body.setdefault("headers", {}).update({"ETag": VALIDATORS["ETag"]})
        for status in self.refusals(parameters):
            bodies[str(int(status))] = self.refusal(status)
        bodies["default"] = self.refusal(None)
        return bodies

    def refusals(self, parameters: dict[str, str]) -> list[HTTPStatus]:
        """The errors that this operation may answer with; `parameters` are name -> place."""
        writes, body = self.method != "GET", self.get_request_serializer() is not None
        found = {
            HTTPStatus.BAD_REQUEST: writes or "query" in parameters.values(),
            HTTPStatus.FORBIDDEN: bool(self.view.needs.get(self.view.action)),
            HTTPStatus.NOT_FOUND: "path" in parameters.values(),
            HTTPStatus.CONFLICT: writes,
            HTTPStatus.PRECONDITION_FAILED: "If-Match" in parameters,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE: writes and body,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: writes and body,
        }
        return sorted([*ALWAYS, *(status for status, may in found.items() if may)])

    def refusal(self, status: HTTPStatus | None) -> dict[str, Any]:
        """A reference to the answer with this error, or with any that is not named."""
        code = str(int(status)) if status else "default"
        phrase = status.phrase if status else "Any other error"
        examples = [OpenApiExample(phrase, value=PROBLEMS[status])] if status else []
        answer = OpenApiResponse(ProblemSerializer, phrase, examples)
        described = self._get_response_for_code(answer, code, [CONTENT_TYPE])
        if headers := HEADERS.get(code):
            described["headers"] = {name: {"schema": schema} for name, schema in headers.items()}
        component = ResolvedComponent(
            phrase.title().replace(" ", ""),
            ResolvedComponent.RESPONSE,
            described,
            ProblemSerializer,
        )
        self.registry.register_on_missing(component)
        return component.ref


def sparse(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """An answer that `?fields=` may cut is of the whole component, or of one that requires nothing.

    A post-processing hook of drf-spectacular.
    """
    schemas = result["components"]["schemas"]
    for path in result["paths"].values():
        read = path.get("get", {})
        if any(one["name"] == "fields" for one in read.get("parameters", ())):
            for media in read["responses"]["200"]["content"].values():
                cut(media, "schema", schemas)
    return result


def cut(holder: dict[str, Any], key: str, schemas: dict[str, Any]) -> None:
    """Let the component at `holder[key]`, or the rows of a page of it, be sparse as well."""
    if "$ref" not in holder[key]:
        return None  # Of a page that another operation has, and that is done.
    name = holder[key]["$ref"].rsplit("/", 1)[1]
    rows = schemas[name]["properties"].get("results")
    if rows is not None:
        return cut(rows, "items", schemas)
    whole = schemas[name]
    schemas.setdefault(f"Sparse{name}", {k: v for k, v in whole.items() if k != "required"})
    holder[key] = {"anyOf": [holder[key], {"$ref": f"#/components/schemas/Sparse{name}"}]}
    return None


def limited(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every answer may tell of limits. A post-processing hook of drf-spectacular."""
    components = result["components"]
    components["headers"] = {**components.get("headers", {}), **LIMITS}
    own = (
        answer
        for path in result["paths"].values()
        for operation in path.values()
        for answer in operation["responses"].values()
    )
    for answer in (*components["responses"].values(), *own):
        # One that is a reference has them where it leads.
        if "$ref" not in answer:
            told = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITS}
            answer["headers"] = {**answer.get("headers", {}), **told}
    return result
