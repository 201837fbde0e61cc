"""`/api/schema/`: the OpenAPI description, given out."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """The schema, as YAML or JSON."""

    permission_classes = [AllowAny]
    schema = None  # Not in itself.

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        media = request.accepted_media_type or ""
        name = self._get_filename(request, "")
        return HttpResponse(
            described(request.accepted_renderer.media_type),
            content_type=media,
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


@cache
def described(media_type: str) -> str | bytes:
    """Made once by a process: it takes seconds, and anybody may ask."""
    [renderer] = [one for one in SchemaView.renderer_classes if one.media_type == media_type]
    return renderer().render(SchemaGenerator().get_schema(public=True), None, {})
