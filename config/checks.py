"""What can be wrong between two settings that are each right; runs at every start."""

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from claims.desk.rules import ROLE_PERMISSIONS


@register
def second_factor_roles_exist(**_: Any) -> list[CheckMessage]:
    unknown = sorted({*settings.TOTP_ROLES} - {*ROLE_PERMISSIONS})
    if not unknown:
        return []
    return [
        Error(
            f"TOTP_ROLES names {', '.join(unknown)}, which is no role: it would bind nobody.",
            hint=f"The roles are {', '.join(ROLE_PERMISSIONS)}.",
            id="plumbline.E001",
        )
    ]


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


@register
def fetch_lease_outlasts_task(**_: Any) -> list[CheckMessage]:
    limit = settings.CELERY_TASK_TIME_LIMIT
    if settings.FETCH_LEASE.total_seconds() > limit:
        return []
    return [
        Warning(
            "Links and feeds are taken from workers that are still within their time limit.",
            hint=f"Set FETCH_LEASE_SECONDS above {limit}, or TASK_SOFT_SECONDS lower.",
            id="plumbline.W021",
        )
    ]


@register
def webhook_lease_outlasts_timeout(**_: Any) -> list[CheckMessage]:
    if settings.WEBHOOK_LEASE > settings.WEBHOOK_TIMEOUT:
        return []
    return [
        Warning(
            "Webhooks that are answered slowly are sent twice, by two workers.",
            hint="Set WEBHOOK_LEASE_SECONDS well above WEBHOOK_TIMEOUT_SECONDS.",
            id="plumbline.W020",
        )
    ]


@register
def fetch_networks_are_networks(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"FETCH_NETWORKS names {name!r}, which is no network: nothing could be fetched.",
            hint="As “10.1.0.0/16”, or “10.1.2.3/32” for one machine.",
            id="plumbline.E020",
        )
        for name in settings.FETCH_NETWORKS
        if not is_network(name)
    ]


def is_network(name: str) -> bool:
    try:
        ip_network(name)
    except ValueError:
        return False
    return True
