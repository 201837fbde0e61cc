"""Probes as an orchestrator and a Prometheus see them."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection

from config.celery import app
from tests.conftest import ROOT
from tests.factories import UserFactory


def test_healthz_needs_no_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db(transaction=True)
def test_ready_with_database_and_broker(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok"}


@pytest.mark.django_db(transaction=True)
def test_without_broker_it_is_degraded_and_serves(client, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "database": "ok", "broker": "unreachable"}


PROBE = """
import django
django.setup()
from django.test import Client
for path in ("/healthz", "/readyz"):
    response = Client().get(path, headers={"Host": "localhost"})
    print(response.status_code, response.content.decode())
"""


def probed(port: int, broker: str) -> str:
    """What a process answers whose database should be at `port`."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://desk:s3cret@127.0.0.1:{port}/desk",
        "REDIS_URL": broker,
    }
    command = [sys.executable, "-c", PROBE]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    ).stdout


DOWN = {"status": "unavailable", "database": "unreachable", "broker": "ok"}


def test_without_database_it_is_503_and_tells_no_address(broker):
    alive, ready = probed(1, broker).splitlines()
    assert alive == "200 ok"
    assert ready == f"503 {json.dumps(DOWN)}"


def test_a_database_that_never_answers_is_503_soon(broker):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        before = time.monotonic()
        ready = probed(deaf.getsockname()[1], broker).splitlines()[1]
    assert ready == f"503 {json.dumps(DOWN)}"
    assert time.monotonic() - before < 20


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_waits_is_503(client):
    last = "SELECT id, app, name FROM django_migrations WHERE app = 'claims' ORDER BY id DESC"
    with connection.cursor() as cursor:
        cursor.execute(last)
        pk, app_label, name = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE id = %s", [pk])
    try:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["database"] == "migrations missing"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (id, app, name, applied) VALUES (%s, %s, %s, now())",
                [pk, app_label, name],
            )


@pytest.mark.django_db
def test_metrics_are_not_for_everyone(client):
    response = client.get("/metrics")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    client.force_login(UserFactory(is_staff=False))
    assert client.get("/metrics").status_code == 403


@pytest.mark.django_db
def test_metrics_are_for_staff(client):
    client.force_login(UserFactory())
    response = client.get("/metrics")
    assert response.status_code == 200
    assert b"django_http_requests" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [
        ("s3cret", "Bearer s3cret", 200),
        ("s3cret", "bearer s3cret", 200),
        ("s3cret", "Bearer other", 401),
        ("s3cret", "Bearer é", 401),
        ("s3cret", "s3cret", 401),
        ("", "Bearer ", 401),
        ("", "", 401),
    ],
)
def test_metrics_are_for_who_has_the_token(client, settings, token, sent, status):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == status


def test_probes_are_not_redirected_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200


def test_metrics_count_what_every_process_answered(tmp_path):
    script = """
import django
django.setup()
from django.test import Client
for _ in range(3):
    Client().get("/healthz", headers={"Host": "localhost"})
print(Client().get("/metrics", headers=dict(Host="localhost", Authorization="Bearer t")).text)
"""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "METRICS_TOKEN": "t",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }
    python = [sys.executable, "-c", script]
    for answered in (3, 7):
        done = subprocess.run(python, cwd=ROOT, env=environment, capture_output=True, text=True)
        requests = 'django_http_requests_total_by_method_total{method="GET"}'
        counted = [line for line in done.stdout.splitlines() if line.startswith(requests)]
        # The request for the metrics is counted when it comes in.
        assert counted == [f"{requests} {answered + 1}.0"], done.stderr
