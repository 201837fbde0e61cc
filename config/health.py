"""Whether this process lives, whether it can serve, and what it measured."""

from contextlib import closing
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView  # type: ignore[import-untyped]

from config.celery import app

#: Seconds; a probe that hangs tells its caller nothing.
PATIENCE = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing of anyone else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`{"status", "database", "broker"}`: 503 without a database, 200 "degraded" without a broker.

    Without the broker nothing is lost: articles wait in the database for the sweep.
    """
    database, broker = database_state(), broker_state()
    status = "ok" if broker == "ok" else "degraded"
    if database != "ok":
        status = "unavailable"
    return JsonResponse(
        {"status": status, "database": database, "broker": broker},
        status=503 if status == "unavailable" else 200,
    )


def database_state() -> str:
    """ "ok", "unreachable" or "migrations missing", asked on a connection of its own.

    The thread's own connection could be alive from before the server stopped taking new ones.
    """
    connection = connections["default"].copy()
    options = connection.settings_dict.get("OPTIONS", {})
    connection.settings_dict["OPTIONS"] = {**options, "connect_timeout": PATIENCE}
    try:
        with closing(connection):
            executor = MigrationExecutor(connection)
            waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, ImproperlyConfigured):
        return "unreachable"
    return "migrations missing" if waiting else "ok"


def broker_state() -> str:
    try:
        client = redis.Redis.from_url(
            app.conf.broker_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
        with closing(client):
            client.ping()
    except (redis.RedisError, ValueError):
        return "unreachable"
    return "ok"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for the desk's own people and whoever has `METRICS_TOKEN`."""
    if has_metrics_token(request) or is_staff(request.user):
        return ExportToDjangoView(request)
    if request.user.is_authenticated:
        return HttpResponse("For staff only.\n", status=403, content_type="text/plain")
    refusal = HttpResponse("Sign in or send a token.\n", status=401, content_type="text/plain")
    refusal["WWW-Authenticate"] = 'Bearer realm="metrics"'
    return refusal


def has_metrics_token(request: HttpRequest) -> bool:
    """False whatever is sent where no token is set."""
    token = getattr(settings, "METRICS_TOKEN", "")
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and constant_time_compare(sent, token)


def is_staff(user: Any) -> bool:
    return bool(user.is_active and user.is_staff)
