"""What caches between us and a reader may keep of the API's answers."""

from typing import Any

from django.conf import settings
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet


class Private(GenericViewSet[Any]):
    """For viewsets: who says who they are has answers that no shared cache keeps for others."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        if "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(answer, private=True)
        return answer
