"""Answers that are kept: whatever is written, the very next reader is told."""

import threading
from datetime import timedelta
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from prometheus_client import REGISTRY
from rest_framework.test import APIClient

from claims.api.kept import KEPT
from claims.desk import correcting
from claims.desk import verdicts as verdict_services
from claims.desk.claims import claim_word
from claims.desk.keys import key_revoke
from claims.desk.merging import claim_merge
from claims.models import ApiKey
from tests.asking import client_of, client_with, ids, refusal
from tests.claims.test_admin_records import inline
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    MatchFactory,
    api_key,
    draft_verdict,
    published_verdict,
)

# In a transaction nothing is kept, so none is around these.
pytestmark = pytest.mark.django_db(transaction=True)

VERDICTS, CLAIMS = "/api/v1/verdicts/", "/api/v1/claims/"


@pytest.fixture
def anyone():
    return APIClient()


@pytest.fixture
def verdict(researcher, editor):
    return published_verdict(researcher, editor)


def at(verdict) -> str:
    return f"{VERDICTS}{verdict.uid}/"


def read_twice(client, address, **headers):
    """The answer to a second reader, which is kept."""
    assert client.get(address).status_code == 200
    return client.get(address, **headers)


def test_a_second_reader_costs_no_more_than_asking_whether_anything_was_written(
    verdict, anyone, reader
):
    program = client_with(api_key(reader))
    for client, address in ((anyone, at(verdict)), (anyone, VERDICTS), (program, CLAIMS)):
        client.get(address)  # Notes that the key was used.
        for _try in range(20):
            built = client.get(address)
            with CaptureQueriesContext(connection) as queries:
                again = client.get(address)
            # The tests beside this one write to the same server, which ends it in between.
            if not queries:
                break
        assert len(queries) == 0
        assert (again.content, again.headers) == (built.content, built.headers)
        assert client.get(address, HTTP_IF_NONE_MATCH=again["ETag"]).status_code == 304


def rename_claimant(verdict, client):
    claimant = verdict.claim.claimant
    fields = {"name": "Ada Renamed", "kind": "person", "role": "", "wikidata_id": ""}
    url = reverse("admin:claims_claimant_change", args=[claimant.pk])
    assert client.post(url, fields | inline("aliases")).status_code == 302


def rename_outlet(verdict, client):
    outlet = verdict.claim.appearances.get().article.outlet
    url = reverse("admin:articles_outlet_change", args=[outlet.pk])
    assert client.post(url, {"name": "Renamed Herald", "domain": ""}).status_code == 302


def made_again(verdict, client):
    AppearanceFactory(claim=verdict.claim, article__title="Renamed headline")


@pytest.mark.parametrize(
    "change", [rename_claimant, rename_outlet, made_again], ids=lambda one: one.__name__
)
def test_what_a_verdict_names_is_never_shown_by_its_old_name(
    verdict, anyone, client, admin, change
):
    client.force_login(admin)
    addresses = (at(verdict), VERDICTS)
    first = [read_twice(anyone, address) for address in addresses]
    change(verdict, client)
    for address, old in zip(addresses, first, strict=True):
        again = anyone.get(address, HTTP_IF_NONE_MATCH=old["ETag"])
        assert again.status_code == 200
        assert "Renamed" in again.content.decode()


def test_a_correction_and_a_retraction_reach_the_next_reader(verdict, anyone, editor, other_editor):
    assert read_twice(anyone, at(verdict)).json()["state"] == "published"
    assert ids(read_twice(anyone, VERDICTS)) == [str(verdict.uid)]
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    words = {"title": "", "explanation": "It counts two.", "correction_note": "Misread."}
    verdict_services.verdict_edit(draft, rating=draft.rating, by=editor, **words)
    verdict_services.verdict_submit(draft, by=editor)
    verdict_services.verdict_approve(draft, by=other_editor)
    assert read_twice(anyone, at(verdict)).json()["state"] == "published"
    verdict_services.verdict_publish(draft, by=other_editor)
    assert read_twice(anyone, at(verdict)).json()["state"] == "corrected"
    assert read_twice(anyone, at(draft)).json()["explanation"] == "It counts two."
    assert ids(read_twice(anyone, VERDICTS)) == [str(draft.uid)]
    verdict_services.verdict_retract(draft, note="Forged log.", by=editor)
    assert anyone.get(at(draft)).json()["explanation"] == ""
    assert ids(anyone.get(VERDICTS)) == []


def test_what_the_desk_reads_is_not_what_everybody_reads(verdict, anyone, reader, editor):
    verdict_services.verdict_retract(verdict, note="Forged log.", by=editor)
    desk, program = client_of(reader), client_with(api_key(reader))
    for client in (desk, program, anyone, desk, program, anyone):
        words = read_twice(client, at(verdict)).json()["explanation"]
        assert bool(words) == (client is not anyone)
    assert "private" in program.get(at(verdict))["Cache-Control"]
    assert "private" not in anyone.get(at(verdict)).get("Cache-Control", "")


def test_a_draft_changes_nothing_that_the_public_has(verdict, anyone, editor):
    addresses = (at(verdict), VERDICTS)
    known = {address: read_twice(anyone, address) for address in addresses}
    draft = correcting.verdict_correct(verdict, note="Planted note.", by=editor)
    words = {"title": "", "explanation": "Planted words.", "correction_note": "Planted."}
    verdict_services.verdict_edit(draft, rating=draft.rating, by=editor, **words)
    program = client_with(api_key(editor))
    for client in (program, anyone, program, anyone):
        for address, before in known.items():
            assert client.get(address).content == before.content
    assert program.get(at(draft)).json()["explanation"] == "Planted words."
    assert anyone.get(at(draft)).status_code == 404
    assert anyone.get(at(verdict)).headers == known[at(verdict)].headers


def test_the_list_of_claims_follows_every_step(researcher, editor):
    program = client_with(api_key(editor))
    match = MatchFactory(claim=AppearanceFactory(claim=ClaimFactory(check_worthiness=0.9)).claim)
    claim, other = str(match.claim.uid), str(match.other.uid)

    def shown() -> dict:
        return {row["id"]: row for row in read_twice(program, CLAIMS).json()["results"]}

    assert shown()[claim]["status"] == "new"
    draft = draft_verdict(researcher, claim=match.claim)
    assert shown()[claim]["assignee"] == "researcher"
    verdict_services.verdict_submit(draft, by=researcher)
    verdict_services.verdict_approve(draft, by=editor)
    assert shown()[claim]["verdict"] is None
    verdict_services.verdict_publish(draft, by=editor)
    assert shown()[claim]["verdict"]["id"] == str(draft.uid)
    claim_merge(match.other, into=match.claim, by=editor)
    assert shown()[other]["verdict"]["id"] == str(draft.uid)
    draft.refresh_from_db()
    verdict_services.verdict_retract(draft, note="Forged.", by=editor)
    assert shown()[other]["verdict"] is None
    assert shown()[other]["ended_verdict"]["state"] == "retracted"


def test_while_others_read_and_write_everybody_reads_what_was_written_before(editor, reader):
    """Answers that began before a write and ended after it are built all the time."""
    claim = AppearanceFactory(claim__text="Ferries ran late 0 times in May.").claim
    secret, done = api_key(reader), threading.Event()

    def read_on():
        while not done.is_set():
            client_with(secret).get(CLAIMS)
        connection.close()

    readers = [threading.Thread(target=read_on) for _ in range(3)]
    for one in readers:
        one.start()
    try:
        for number in range(1, 31):
            text = f"Ferries ran late {number} times in May."
            claim_word(claim, text=text, claimant=claim.claimant, by=editor)
            for _ in range(3):
                rows = client_with(secret).get(CLAIMS).json()["results"]
                assert [row["text"] for row in rows] == [text]
    finally:
        done.set()
        for one in readers:
            one.join()


def test_a_key_that_ends_or_may_do_less_reads_nothing_that_it_read_before(reader, admin):
    ClaimFactory()
    revoked, expiring, demoted = (api_key(reader) for _ in range(3))
    for secret in (revoked, expiring, demoted):
        read_twice(client_with(secret), CLAIMS)
        assert client_with(secret).get(CLAIMS).status_code == 200
    key_revoke(ApiKey.objects.get(token_key=revoked[:15]), by=admin)
    assert client_with(revoked).get(CLAIMS).status_code == 401
    soon = timezone.now() + timedelta(seconds=1)
    ApiKey.objects.filter(token_key=expiring[:15]).update(expiry=soon)
    assert read_twice(client_with(expiring), CLAIMS).status_code == 200
    threading.Event().wait(1.1)
    assert client_with(expiring).get(CLAIMS).status_code == 401
    assert read_twice(client_with(demoted), CLAIMS).status_code == 200
    reader.groups.clear()
    assert client_with(demoted).get(CLAIMS).status_code == 403


def test_limits_count_what_is_kept(verdict, anyone, reader, settings):
    settings.THROTTLES = {**settings.THROTTLES, "anonymous": (4, 60), "key": (3, 60)}
    program = client_with(api_key(reader))
    for client, most in ((anyone, 4), (program, 3)):
        answers = [client.get(at(verdict)) for _ in range(most + 1)]
        assert [answer.status_code for answer in answers] == [200] * most + [429]
        left = [int(answer["RateLimit"].split(";")[1][2:]) for answer in answers]
        assert left == [*range(most - 1, -1, -1), 0]
        assert refusal(answers[-1]) == (429, "throttled")
    assert anyone.get(at(verdict), REMOTE_ADDR="198.51.100.7").status_code == 200


def test_links_name_the_host_that_was_asked(verdict, researcher, editor, anyone, settings):
    settings.ALLOWED_HOSTS = ["desk.example", "testserver"]
    published_verdict(researcher, editor)
    here, there = (
        read_twice(APIClient(headers={"host": host}), f"{VERDICTS}?page_size=1").json()["next"]
        for host in ("testserver", "desk.example")
    )
    assert here.startswith("http://testserver/")
    assert there.startswith("http://desk.example/")


def test_with_no_room_to_keep_them_the_answers_are_the_same(
    verdict, anyone, researcher, editor, monkeypatch
):
    with_room = [read_twice(anyone, address).content for address in (at(verdict), VERDICTS)]
    monkeypatch.setattr(KEPT, "most", 1)
    ClaimFactory()
    without = [read_twice(anyone, address).content for address in (at(verdict), VERDICTS)]
    assert without == with_room
    assert (KEPT.size, len(KEPT.answers)) == (0, 0)


def test_metrics_name_the_view_of_what_is_kept(verdict, anyone):
    told = {"view": "verdict-detail", "status": "304", "method": "GET"}
    counter = "django_http_responses_total_by_status_view_method_total"
    known = read_twice(anyone, at(verdict))
    before = REGISTRY.get_sample_value(counter, told) or 0
    assert anyone.get(at(verdict), HTTP_IF_NONE_MATCH=known["ETag"]).status_code == 304
    assert REGISTRY.get_sample_value(counter, told) == before + 1


def test_a_statement_that_a_pooler_forgot_costs_no_reader_an_error(verdict, anyone):
    known = read_twice(anyone, at(verdict))
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    for _again in range(2):
        answer = anyone.get(at(verdict), HTTP_IF_NONE_MATCH=known["ETag"])
        assert answer.status_code == 304
        assert answer["Vary"] == known["Vary"]


def test_what_else_a_reader_asks_beside_the_etag_is_heeded(verdict, anyone):
    known = read_twice(anyone, at(verdict))
    asked = {"HTTP_IF_NONE_MATCH": known["ETag"]}
    old = "Mon, 01 Jan 2001 00:00:00 GMT"
    for more in ({"HTTP_IF_MATCH": '"v0"'}, {"HTTP_IF_UNMODIFIED_SINCE": old}):
        assert anyone.get(at(verdict), **asked, **more).status_code == 412
    assert anyone.get(at(verdict), HTTP_IF_NONE_MATCH='"other"').content == known.content
    assert anyone.get(at(verdict), HTTP_IF_NONE_MATCH=f"W/{known['ETag']}").status_code == 304


def test_a_database_that_restarted_costs_no_reader_an_error(verdict, live_server):
    web = HTTPConnection(live_server.thread.host, live_server.thread.port)

    def statuses() -> list[int]:
        found = []
        for address in (at(verdict), at(verdict), "/"):
            web.request("GET", address)
            answer = web.getresponse()
            answer.read()
            found.append(answer.status)
        return found

    assert statuses() == [200, 200, 200]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0
    assert statuses() == [200, 200, 200]
    web.close()
