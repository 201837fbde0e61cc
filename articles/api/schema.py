"""The OpenAPI description, with the problem document as every operation's answer to an error."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from articles.api.idempotency import IDEMPOTENCY_KEY
from articles.api.problems import CONTENT_TYPE


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


class ProblemSchema(AutoSchema):
    def get_override_parameters(self) -> Any:
        always = [IDEMPOTENCY_KEY] if self.method == "POST" else []
        return [*super().get_override_parameters(), *always]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        problem = OpenApiResponse(ProblemSerializer, "What was wrong.")
        bodies = super()._get_response_bodies(direction)
        bodies["default"] = self._get_response_for_code(problem, "default", [CONTENT_TYPE])
        return bodies
