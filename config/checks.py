"""What can be wrong between two settings that are each right; runs at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register
def lease_outlasts_task(**_: Any) -> list[CheckMessage]:
    limit = settings.CELERY_TASK_TIME_LIMIT
    if settings.EXTRACTION_LEASE.total_seconds() > limit:
        return []
    return [
        Warning(
            "The sweep takes workers for dead that are still within their time limit.",
            hint=f"Set EXTRACTION_LEASE_SECONDS above {limit}, or TASK_SOFT_SECONDS lower.",
            id="plumbline.W001",
        )
    ]
