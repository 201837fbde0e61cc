"""Who may call what: every endpoint of the API, tried by everyone."""

import re
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from articles.linking.services import links_submit
from articles.models import Event, Import
from claims.desk.correcting import verdict_correct
from claims.desk.matches import match_reject
from claims.models import Claim
from tests.asking import client_with
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    MatchFactory,
    UserFactory,
    api_key,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)
from tests.kept_rows import kept

#: What the scope submit is for; else reading is a GET, and all that writes is the desk's.
SUBMITTING = (
    "articles/",
    "articles/{article}/retry/",
    "imports/",
    "imports/{import}/pause/",
    "imports/{import}/resume/",
    "imports/{import}/cancel/",
    "links/",
    "links/{link}/retry/",
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
    ("outlets/", "get", None, READERS, 200),
    ("outlets/{outlet}/", "get", None, READERS, 200),
    ("claimants/", "get", None, READERS, 200),
    ("claimants/{claimant}/", "get", None, READERS, 200),
    ("events/", "get", None, ROLES, 200),
    ("check/", "post", {"text": "Ferries ran late."}, ROLES, 200),
    ("claims/", "get", None, READERS, 200),
    ("claims/{claim}/", "get", None, READERS, 200),
    ("claims/{claim}/", "patch", {"text": "Late."}, RESEARCHERS, 200),
    ("claims/{claim}/events/", "get", None, READERS, 200),
    ("claims/{claim}/triage/", "post", None, RESEARCHERS, 200),
    ("claims/{claim}/take/", "post", None, RESEARCHERS, 200),
    ("claims/{claim}/assign/", "post", {"to": None}, EDITORS, 200),
    ("claims/{claim}/flag/", "post", None, EDITORS, 200),
    ("claims/{claim}/unflag/", "post", None, EDITORS, 200),
    ("claims/{claim}/tag/", "post", {"add": ["ferries"]}, RESEARCHERS, 200),
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
    ("imports/", "get", None, READERS, 200),
    ("imports/", "post", {"file": "text\nFerries ran late.\n"}, RESEARCHERS, 202),
    ("imports/{import}/", "get", None, READERS, 200),
    ("imports/{import}/errors/", "get", None, READERS, 200),
    ("imports/{import}/failed/", "get", None, READERS, 200),
    ("imports/{import}/pause/", "post", None, RESEARCHERS, 200),
    ("imports/{import}/resume/", "post", None, RESEARCHERS, 200),
    ("imports/{import}/cancel/", "post", None, RESEARCHERS, 200),
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
    return kept("what the API is called on", rows_made)


def rows_made():
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
        "outlet": place.article.outlet,
        "claim": place.claim,
        "claimant": place.claim.claimant,
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
        "import": Import.objects.create(
            name="a.csv", path="a", sha256="", size=1, state="queued", options={"format": "csv"}
        ),
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

    if body and "file" in body:
        file = SimpleUploadedFile("a.csv", body["file"].encode())
        response = client.post(f"/api/v1/{route}", {"file": file}, format="multipart")
    else:
        response = getattr(client, method)(f"/api/v1/{route.format(**rows)}", body)

    if role in allowed:
        assert response.status_code == status, response
        return
    refused = HTTPStatus.UNAUTHORIZED if role == "anonymous" else HTTPStatus.FORBIDDEN
    assert response.status_code == refused
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == (
        "not_authenticated" if role == "anonymous" else "not_allowed"
    )
    assert ("WWW-Authenticate" in response) == (role == "anonymous")
    assert Event.objects.count() == happened


def scopes(route, method):
    """The scopes that a key may have for this endpoint, any one of them."""
    if method == "get":
        return {"read", "desk"}
    return {"submit"} if route in SUBMITTING else {"desk"}


@pytest.mark.parametrize(
    ("route", "method", "body", "allowed", "status"),
    ENDPOINTS,
    ids=[f"{method} {route}" for route, method, *_rest in ENDPOINTS],
)
def test_which_key_may_call_what(rows, route, method, body, allowed, status):
    admin, reader, enough = user_in("admin"), user_in("reader"), scopes(route, method)
    body = {name: filled(value, rows) for name, value in (body or {}).items()} or None
    happened = Event.objects.count()

    def asked(user, *scopes):
        ask = getattr(client_with(api_key(user, *scopes)), method)
        return ask(f"/api/v1/{route.format(**rows)}", body)

    if allowed is not ROLES:
        refused = asked(admin, *{"read", "submit", "desk"} - enough)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    of_a_reader = asked(reader)
    assert of_a_reader.status_code == (status if "reader" in allowed else 403)
    assert Event.objects.count() == happened
    for one in enough:
        answer = asked(admin, one)
        assert answer.status_code == status, answer.content


@pytest.mark.parametrize("scopes", [("read",), ("submit",), ("desk",), ()])
def test_a_key_of_somebody_without_a_role_reads_what_everybody_reads(rows, scopes):
    client = client_with(api_key(UserFactory(), *scopes))
    assert client.get("/api/v1/claims/").status_code == 403
    assert client.get(f"/api/v1/verdicts/{rows['draft']}/").status_code == 404
    assert client.get(f"/api/v1/verdicts/{rows['published']}/").status_code == 200


def test_only_a_key_that_reads_reads_drafts(rows):
    admin, draft = user_in("admin"), f"/api/v1/verdicts/{rows['draft']}/"
    assert client_with(api_key(admin, "submit")).get(draft).status_code == 404
    for scope in ("read", "desk"):
        assert client_with(api_key(admin, scope)).get(draft).status_code == 200


def test_a_superusers_key_is_within_its_scopes_too(rows):
    root = UserFactory(is_superuser=True)
    claim = f"/api/v1/claims/{rows['claim']}/"
    reads = client_with(api_key(root, "read"))
    assert reads.get(claim).status_code == 200
    assert reads.post(f"{claim}triage/").status_code == 403
    assert client_with(api_key(root, "desk")).post(f"{claim}triage/").status_code == 200


def test_rows_are_found_by_opaque_ids_and_never_by_their_numbers(rows):
    admin = client_of("admin")
    read = {shape(route) for route, method, *_rest in ENDPOINTS if method == "get"}
    for route in read:
        address = f"/api/v1/{route.replace('{}', str(Claim.objects.first().pk))}"
        assert admin.get(address).status_code == (404 if "{}" in route else 200), address


def test_the_table_leaves_no_endpoint_out(db):
    tried = {(shape(route), method) for route, method, *_rest in ENDPOINTS}

    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        assert {(shape(path.removeprefix("/api/v1/")), one) for one in methods} <= tried


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
def test_schema_and_docs_are_open(db, client, address):
    assert client.get(address).status_code == 200
