"""Who may call what: every endpoint of the API, tried by everyone."""

import re
from http import HTTPStatus

import pytest
from django.core.management import call_command
from django.db import connection
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from articles.linking.services import links_submit
from articles.models import Event
from claims.desk.correcting import verdict_correct
from claims.desk.matches import match_reject
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    MatchFactory,
    UserFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)

OURS = (
    "/api/v1/articles/",
    "/api/v1/check/",
    "/api/v1/claims/",
    "/api/v1/external-verdicts/",
    "/api/v1/links/",
    "/api/v1/matches/",
    "/api/v1/verdicts/",
)
ROLES = ("anonymous", "stranger", "reader", "researcher", "editor", "admin")
READERS, RESEARCHERS, EDITORS = ROLES[2:], ROLES[3:], ROLES[4:]
ARTICLE = {"text": "Ferries ran late.", "outlet": "herald.example"}
NOTE = {"note": "Late."}

#: Route, method, body, who may, and what they then get.
ENDPOINTS = [
    ("articles/", "get", None, READERS, 200),
    ("articles/", "post", ARTICLE, RESEARCHERS, 201),
    ("articles/{article}/", "get", None, READERS, 200),
    ("articles/{article}/appearances/", "get", None, READERS, 200),
    ("articles/{article}/retry/", "post", None, RESEARCHERS, 202),
    ("check/", "post", {"text": "Ferries ran late."}, ROLES, 200),
    ("claims/", "get", None, READERS, 200),
    ("claims/{claim}/", "get", None, READERS, 200),
    ("claims/{claim}/", "patch", {"text": "Late."}, RESEARCHERS, 200),
    ("claims/{claim}/events/", "get", None, READERS, 200),
    ("claims/{claim}/triage/", "post", None, RESEARCHERS, 200),
    ("claims/{claim}/take/", "post", None, RESEARCHERS, 200),
    ("claims/{claim}/assign/", "post", {"to": None}, EDITORS, 200),
    ("claims/{claim}/dismiss/", "post", {"reason": "Late."}, EDITORS, 200),
    ("claims/{dismissed}/reopen/", "post", {"reason": "Late."}, EDITORS, 200),
    ("claims/{claim}/merge/", "post", {"into": "{other_claim}"}, EDITORS, 200),
    ("external-verdicts/", "get", None, READERS, 200),
    ("external-verdicts/{external}/", "get", None, READERS, 200),
    ("external-verdicts/{external}/draft/", "post", None, RESEARCHERS, 201),
    ("links/", "get", None, READERS, 200),
    ("links/", "post", {"urls": ["https://a.example/y"]}, RESEARCHERS, 202),
    ("links/{link}/", "get", None, READERS, 200),
    ("links/{link}/retry/", "post", None, RESEARCHERS, 202),
    ("claims/{twice}/split/", "post", {"appearances": ["{place}"]}, EDITORS, 201),
    ("claims/{claim}/matches/", "get", None, READERS, 200),
    ("matches/{match}/", "get", None, READERS, 200),
    ("matches/{match}/confirm/", "post", None, EDITORS, 200),
    ("matches/{match}/reject/", "post", None, EDITORS, 200),
    ("matches/{rejected}/reopen/", "post", None, EDITORS, 200),
    ("verdicts/", "get", None, ROLES, 200),
    ("verdicts/{published}/", "get", None, ROLES, 200),
    ("verdicts/{draft}/", "patch", {"title": "Late?"}, RESEARCHERS, 200),
    (
        "verdicts/{draft}/evidence/",
        "post",
        {"url": "https://a.example/", "stance": "context"},
        RESEARCHERS,
        201,
    ),
    ("verdicts/{draft}/evidence/{evidence}/", "delete", None, RESEARCHERS, 204),
    ("verdicts/{draft}/submit/", "post", None, RESEARCHERS, 200),
    ("verdicts/{in_review}/return/", "post", NOTE, EDITORS, 200),
    ("verdicts/{in_review}/approve/", "post", None, EDITORS, 200),
    ("verdicts/{approved}/publish/", "post", None, EDITORS, 200),
    ("verdicts/{published}/correct/", "post", NOTE, EDITORS, 201),
    ("verdicts/{published}/confirm/", "post", NOTE, EDITORS, 200),
    ("verdicts/{correction}/drop/", "post", NOTE, EDITORS, 200),
    ("verdicts/{draft}/lint/", "get", None, READERS, 200),
    ("claims/{checked}/reopen/", "post", {"reason": "Late."}, EDITORS, 200),
    ("verdicts/{published}/retract/", "post", NOTE, EDITORS, 200),
]


def test_a_fault_of_ours_is_a_problem_document_too(db):
    client = APIClient(raise_request_exception=False)
    client.force_login(user_in("reader"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_claim RENAME TO claims_lost")

    response = client.get("/api/v1/claims/")

    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "server_error"
    assert "claims_" not in response.content.decode()


def shape(route):
    """A route without the names in it."""
    return re.sub(r"{\w+}", "{}", route)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nobody logs in by password here, and hashing them well takes most of a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def rows(db):
    """One row in every state that an endpoint starts from, by the name its route uses."""
    author, editor = user_in("researcher"), user_in("editor")
    place = AppearanceFactory(
        article__outlet__domain="herald.example", article__outlet__name="Herald"
    )
    twice = AppearanceFactory(claim=AppearanceFactory().claim)
    draft = draft_verdict(author)
    approved = submitted_verdict(author)
    approved.approved_by, approved.approved_at = editor, approved.submitted_at
    approved.save()
    found = {
        "article": place.article,
        "claim": place.claim,
        "other_claim": ClaimFactory(),
        "dismissed": ClaimFactory(status="dismissed", dismissal="In jest."),
        "external": ExternalVerdictFactory(),
        "link": links_submit(["https://a.example/x"], by=author)[0].link,
        "draft": draft,
        "evidence": draft.evidence.get(),
        "in_review": submitted_verdict(author),
        "approved": approved,
        "published": published_verdict(author, editor),
        "checked": published_verdict(author, editor).claim,
        "correction": verdict_correct(published_verdict(author, editor), note="Late.", by=editor),
        "match": MatchFactory(),
        "rejected": match_reject(MatchFactory(), by=editor),
        "twice": twice.claim,
        "place": twice,
    }
    return {name: str(row.uid) for name, row in found.items()}


def client_of(role):
    client = APIClient()
    if role == "stranger":  # Has an account, and no role.
        client.force_login(UserFactory())
    elif role != "anonymous":
        client.force_login(user_in(role))
    return client


def filled(value, rows):
    """A value of a body, with the ids of `rows` for their names."""
    if isinstance(value, list):
        return [filled(one, rows) for one in value]
    return value.format(**rows) if isinstance(value, str) else value


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("route", "method", "body", "allowed", "status"),
    ENDPOINTS,
    ids=[f"{method} {route}" for route, method, *_rest in ENDPOINTS],
)
def test_who_may_call_what(rows, role, route, method, body, allowed, status):
    client = client_of(role)
    happened = Event.objects.count()
    if body:
        body = {name: filled(value, rows) for name, value in body.items()}

    response = getattr(client, method)(f"/api/v1/{route.format(**rows)}", body)

    if role in allowed:
        assert response.status_code == status, response.content
        return
    refused = HTTPStatus.UNAUTHORIZED if role == "anonymous" else HTTPStatus.FORBIDDEN
    assert response.status_code == refused
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == (
        "not_authenticated" if role == "anonymous" else "not_allowed"
    )
    assert ("WWW-Authenticate" in response) == (role == "anonymous")
    assert Event.objects.count() == happened


def test_the_table_leaves_no_endpoint_out(db):
    tried = {(shape(route), method) for route, method, *_rest in ENDPOINTS}

    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        if path.startswith(OURS):
            assert {(shape(path.removeprefix("/api/v1/")), one) for one in methods} <= tried


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
def test_schema_and_docs_are_open(db, client, address):
    assert client.get(address).status_code == 200


def test_the_schema_is_valid_and_complete(db, tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "schema.yml"))

    assert "openapi: 3.1" in (tmp_path / "schema.yml").read_text()
