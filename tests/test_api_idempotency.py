"""`Idempotency-Key`: a POST sent again is answered as before, and its work is done once."""

import threading
import time
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from articles.idempotency import KeptAnswer
from articles.models import Article, Event, Import
from claims.models import Verdict
from claims.tasks import forget_answers
from tests.asking import client_of, client_with, errors, refusal
from tests.factories import (
    AppearanceFactory,
    OutletFactory,
    api_key,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)
from tests.test_access_api import ENDPOINTS, filled, rows  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ARTICLES, CHECK, IMPORTS = "/api/v1/articles/", "/api/v1/check/", "/api/v1/imports/"
ARTICLE = {"text": "Ferries ran late 14 times in May.", "outlet": "herald.example"}
TEXT = {"text": "Ferries ran late 14 times in May."}
#: Route, body and status of every POST, but the one of a form, which has a test of its own.
POSTS = [
    (route, body, status)
    for route, method, body, _allowed, status in ENDPOINTS
    if method == "post" and "file" not in (body or {})
]


@pytest.fixture
def client(researcher):
    OutletFactory(domain="herald.example")
    return client_of(researcher)


def send(client, path, body=None, key="a-key", **headers):
    return client.post(path, body, headers={"Idempotency-Key": key, **headers})


def test_a_submission_sent_again_is_answered_as_the_first_time(client):
    first, again = send(client, ARTICLES, ARTICLE), send(client, ARTICLES, ARTICLE)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("Location", "Content-Type"):
        assert again[name] == first[name]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Article.objects.count() == 1
    assert send(client, ARTICLES, ARTICLE, key="another").status_code == 200


def test_a_step_is_taken_once(editor, researcher):
    published = published_verdict(researcher, editor)
    path = f"/api/v1/verdicts/{published.uid}/correct/"
    note = {"note": "The log was read wrong."}
    first = send(client_of(editor), path, note)
    happened = Event.objects.count()
    again = send(client_of(editor), path, note)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert (Verdict.objects.count(), Event.objects.count()) == (2, happened)


def test_a_refusal_is_kept_too(editor):
    draft = draft_verdict(editor)
    path = f"/api/v1/verdicts/{draft.uid}/publish/"
    first, again = (send(client_of(editor), path) for _ in range(2))
    assert refusal(first) == refusal(again) == (409, "wrong_state")
    assert again.content == first.content


def test_input_that_is_wrong_is_told_again_and_leaves_nothing(client):
    first, again = (send(client, ARTICLES, {"text": ""}) for _ in range(2))
    assert errors(first) == errors(again)
    assert again.content == first.content
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        {"body": {**ARTICLE, "title": "Late again"}},
        {"path": CHECK, "body": TEXT},
        {"path": f"{ARTICLES}?page=2"},
    ],
)
def test_another_request_with_the_same_key_is_refused_and_not_done(client, other):
    send(client, ARTICLES, ARTICLE)
    answer = send(client, **{"path": ARTICLES, "body": ARTICLE, **other})
    assert refusal(answer) == (409, "idempotency_key_reused")
    assert Article.objects.count() == 1


def test_a_strangers_check(monkeypatch):
    stranger, other = APIClient(), APIClient(REMOTE_ADDR="198.51.100.7")
    first, again = send(stranger, CHECK, TEXT), send(stranger, CHECK, TEXT)
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in send(other, CHECK, TEXT)


def test_each_caller_has_their_own_keys(researcher, editor):
    secret = api_key(researcher)
    callers = [client_of(researcher), client_of(editor), client_with(secret), APIClient()]
    callers.append(client_with(api_key(researcher)))
    assert all("Idempotent-Replayed" not in send(one, CHECK, TEXT) for one in callers)
    assert all("Idempotent-Replayed" in send(one, CHECK, TEXT) for one in callers)


def test_what_was_answered_is_not_told_to_who_lost_the_right(client, researcher):
    assert send(client, ARTICLES, ARTICLE).status_code == 201
    researcher.groups.clear()
    assert send(client, ARTICLES, ARTICLE).status_code == 403


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 256, '"'])
def test_a_key_that_is_none(client, key):
    answer = send(client, ARTICLES, ARTICLE, key=key)
    assert refusal(answer) == (400, "invalid_idempotency_key")
    assert not Article.objects.exists()


def test_the_key_may_stand_in_quotes(client):
    send(client, ARTICLES, ARTICLE, key='"a-key"')
    assert send(client, ARTICLES, ARTICLE, key="a-key")["Idempotent-Replayed"] == "true"


def test_a_fault_of_ours_undoes_its_work_and_may_be_tried_again(client):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_event RENAME TO articles_lost")
    assert send(client, ARTICLES, ARTICLE).status_code == 500
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_lost RENAME TO articles_event")
    assert not Article.objects.exists()
    assert send(client, ARTICLES, ARTICLE).status_code == 201


def test_ask_again_later_is_not_kept(client):
    article = AppearanceFactory(article__state="pending").article
    waits = send(client, CHECK, {"url": article.url})
    assert refusal(waits) == (409, "not_extracted")
    Article.objects.update(state="extracted", extracted_at=timezone.now())
    assert send(client, CHECK, {"url": article.url}).status_code == 200


def test_after_a_day_a_key_is_new(client):
    send(client, CHECK, TEXT)
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert "Idempotent-Replayed" not in send(client, CHECK, TEXT)
    assert "Idempotent-Replayed" in send(client, CHECK, TEXT)


def test_the_worker_deletes_what_is_too_old(client):
    send(client, CHECK, TEXT, key="old")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    send(client, CHECK, TEXT, key="new")
    forget_answers()
    assert KeptAnswer.objects.get().key == "new"


def test_reading_takes_no_key(client):
    client.get(ARTICLES, headers={"Idempotency-Key": "a-key"})
    assert not KeptAnswer.objects.exists()


def test_a_body_that_is_too_large_meets_the_same_error(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert refusal(send(client, ARTICLES, ARTICLE)) == (413, "too_large")


def test_a_form_meets_the_same_error_with_a_key(client):
    answer = client.post(
        ARTICLES, ARTICLE, format="multipart", headers={"Idempotency-Key": "a-key"}
    )
    assert refusal(answer) == (415, "unsupported_media_type")


@pytest.mark.django_db(transaction=True)
def test_a_second_request_while_the_first_is_answered_is_told_to_wait(researcher, editor):
    """The first is held up by a lock on the row that it approves."""
    verdict = submitted_verdict(researcher)
    path = f"/api/v1/verdicts/{verdict.uid}/approve/"
    approver, found = client_of(editor), []

    def approve():
        found.append(send(approver, path).status_code)
        connection.close()

    first = threading.Thread(target=approve)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM claims_verdict WHERE id = %s FOR UPDATE", [verdict.pk])
        first.start()
        wait_for_lock(cursor)
        second = asked_apart(lambda: send(client_of(editor), path))
        cursor.execute("ROLLBACK")
    first.join()

    assert refusal(second) == (409, "request_in_progress")
    assert second["Retry-After"] == "1"
    assert found == [200]
    assert send(approver, path)["Idempotent-Replayed"] == "true"
    assert Event.objects.filter(kind="verdict.approved").count() == 1


def wait_for_lock(cursor):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if cursor.fetchone()[0]:
            return
        time.sleep(0.02)
    pytest.fail("nobody waits for the row")


def asked_apart(ask):
    """The answer that `ask` gets in a thread with a connection of its own."""
    found = []

    def run():
        found.append(ask())
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize(("route", "body", "status"), POSTS, ids=[route for route, *_ in POSTS])
def test_every_post_is_done_once_and_another_with_its_key_refused(
    rows,  # noqa: F811
    route,
    body,
    status,
):
    client, path = client_of(user_in("admin")), f"/api/v1/{route.format(**rows)}"
    sent = {name: filled(value, rows) for name, value in (body or {}).items()} or None
    first, happened = send(client, path, sent), Event.objects.count()
    again = send(client, path, sent)
    other = send(client, path, {"more": "than before", **(sent or {})})

    assert (first.status_code, again.status_code) == (status, status), first.content
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert refusal(other) == (409, "idempotency_key_reused")
    assert Event.objects.count() == happened


@pytest.mark.parametrize("kind", ["text/csv", "multipart/form-data"])
def test_a_file_larger_than_any_other_body_is_imported_once(researcher, settings, kind):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    settings.IMPORT_MAX_BYTES = 1_000_000
    client, rows_of = client_of(researcher), "Ferries ran late {} times.\n"

    def content_of(start):
        lines = (rows_of.format(n) for n in range(start, start + 5_000))
        return ("text\n" + "".join(lines)).encode()

    def imported(start, key="a-key"):
        content = content_of(start)
        headers = {"Idempotency-Key": key} if key else {}
        if kind == "text/csv":
            return client.post(f"{IMPORTS}?name=a.csv", content, content_type=kind, headers=headers)
        file = SimpleUploadedFile("a.csv", content)
        return client.post(IMPORTS, {"file": file}, format="multipart", headers=headers)

    first, again, other = imported(0), imported(0), imported(1)
    assert (first.status_code, again.status_code) == (202, 202), first.content
    assert again.content == first.content
    assert refusal(other) == (409, "idempotency_key_reused")
    work = Import.objects.get()
    assert work.size > 100_000
    assert work.sha256 == sha256(content_of(0)).hexdigest()
    settings.IMPORT_MAX_BYTES = 50_000
    assert errors(imported(0, "another")) == errors(imported(0, None))


def test_every_post_of_the_schema_takes_the_header():
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        for method, operation in methods.items():
            named = {one["name"] for one in operation.get("parameters", [])}
            assert ("Idempotency-Key" in named) == (method == "post"), (method, path)
