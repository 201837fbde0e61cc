"""What every page may name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def publisher(request: HttpRequest) -> dict[str, Any]:
    return {"publisher": settings.PUBLISHER}
