"""Verdicts through HTTP: from a draft to the public, and what the public may not see."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date
from rest_framework.test import APIClient

from articles.models import Article, Event
from claims.models import Verdict
from tests.asking import client_of, errors, ids, refusal
from tests.factories import (
    AppearanceFactory,
    OutletFactory,
    draft_verdict,
    published_verdict,
    rating_scale,
    submitted_verdict,
)

VERDICTS = "/api/v1/verdicts/"


@pytest.fixture
def anyone(db):
    return APIClient()


@pytest.fixture
def writer(researcher):
    return client_of(researcher)


@pytest.fixture
def desk(editor):
    return client_of(editor)


def at(verdict, action=""):
    return f"{VERDICTS}{verdict.uid}/{action and action + '/'}"


def test_from_paste_to_publication(writer, desk, anyone):
    OutletFactory(name="Harbour Herald", domain="herald.example")
    rating_scale()
    text = "Ferries ran late four times in May, the harbour master said."
    pasted = writer.post(
        "/api/v1/articles/", {"url": "https://herald.example/news/1", "text": text}
    ).json()
    # What the worker would find in it.
    AppearanceFactory(article=Article.objects.get(uid=pasted["id"]))
    found = writer.get(f"/api/v1/articles/{pasted['id']}/appearances/").json()["results"][0]
    claim = f"/api/v1/claims/{found['claim']['id']}/"

    writer.post(f"{claim}triage/")
    taken = writer.post(f"{claim}take/").json()
    verdict = f"{VERDICTS}{taken['open_verdict']['id']}/"
    writer.patch(verdict, {"rating": "mostly-false", "title": "How late?"})
    writer.patch(verdict, {"explanation": "The log counts two."})
    source = {"url": "https://harbour.example/log", "stance": "refutes", "quotation": "Two."}
    assert writer.post(f"{verdict}evidence/", source).status_code == 201
    assert writer.post(f"{verdict}submit/").json()["state"] == "in_review"
    assert anyone.get(verdict).status_code == 404
    assert desk.post(f"{verdict}approve/").status_code == 200
    assert anyone.get(VERDICTS).json()["results"] == []
    assert desk.post(f"{verdict}publish/").json()["state"] == "published"

    public = anyone.get(verdict).json()
    assert public["rating"] == {
        "name": "Mostly false",
        "slug": "mostly-false",
        "value": 2,
        "best": 5,
        "worst": 1,
    }
    assert (public["title"], public["explanation"]) == ("How late?", "The log counts two.")
    assert public["url"] == found["claim"]["url"]
    assert public["evidence"][0]["quotation"] == "Two."
    assert public["claim"]["claimant"]["name"] == found["claimant"]["name"]
    assert public["claim"]["made_on"] == "2026-05-04"
    place = public["claim"]["appearances"][0]
    assert place["article"]["url"] == "https://herald.example/news/1"
    assert place["article"]["outlet"]["name"] == "Harbour Herald"
    assert anyone.get(VERDICTS).json()["results"] == [public]
    again = writer.get(f"/api/v1/articles/{pasted['id']}/appearances/").json()["results"][0]
    assert again["verdict"]["id"] == public["id"]


@pytest.mark.parametrize("make", [draft_verdict, submitted_verdict])
def test_what_is_not_published_is_not_there_for_the_public(make, anyone, researcher, reader):
    verdict = make(researcher)

    assert refusal(anyone.get(at(verdict))) == (404, "not_found")
    assert ids(anyone.get(VERDICTS)) == []
    assert ids(client_of(reader).get(VERDICTS)) == []
    assert client_of(researcher).get(at(verdict)).json()["state"] == verdict.state


def test_a_correction_replaces_and_says_so(anyone, desk, writer, other_editor):
    verdict = published_verdict()

    response = desk.post(at(verdict, "correct"), {"note": "The log was misread."})
    assert response.status_code == 201
    draft = response.json()
    assert (draft["state"], draft["corrects"]) == ("draft", str(verdict.uid))
    assert len(draft["evidence"]) == 1
    assert desk.get(response["Location"]).json()["id"] == draft["id"]
    assert ids(anyone.get(VERDICTS)) == [str(verdict.uid)]
    new = f"{VERDICTS}{draft['id']}/"
    assert desk.patch(new, {"rating": "true"}).json()["correction_note"] == "The log was misread."
    desk.post(f"{new}submit/")
    approver = client_of(other_editor)
    approver.post(f"{new}approve/")
    assert approver.post(f"{new}publish/").status_code == 200

    assert ids(anyone.get(VERDICTS)) == [draft["id"]]
    old = anyone.get(at(verdict)).json()
    assert (old["state"], old["successor"]["id"]) == ("corrected", draft["id"])
    assert anyone.get(new).json()["correction_note"] == "The log was misread."


def test_a_retraction_says_so(anyone, desk):
    verdict = published_verdict()

    body = desk.post(at(verdict, "retract"), {"note": "The log was forged."}).json()

    assert (body["state"], body["retraction_note"]) == ("retracted", "The log was forged.")
    assert ids(anyone.get(VERDICTS)) == []
    public = anyone.get(at(verdict)).json()
    assert (public["state"], public["retraction_note"]) == ("retracted", "The log was forged.")
    assert public["successor"] is None
    assert (public["explanation"], public["title"], public["evidence"]) == ("", "", [])
    assert desk.get(at(verdict)).json()["explanation"], "the desk still reads what it wrote"


def test_a_correction_outlives_the_retraction_of_what_it_corrects(desk, other_editor):
    verdict = published_verdict()
    draft = desk.post(at(verdict, "correct"), {"note": "The log was misread."}).json()
    desk.post(at(verdict, "retract"), {"note": "Wrong until then."})
    new = f"{VERDICTS}{draft['id']}/"
    desk.post(f"{new}submit/")
    approver = client_of(other_editor)
    approver.post(f"{new}approve/")

    assert approver.post(f"{new}publish/").json()["state"] == "published"
    assert desk.get(at(verdict)).json()["state"] == "retracted"


def test_a_verdict_goes_back_to_its_author(desk, researcher):
    verdict = submitted_verdict(researcher)

    body = desk.post(at(verdict, "return"), {"note": "Ask the harbour."}).json()

    assert body["state"] == "draft"
    assert Event.objects.first().kind == "claim.in_progress"


def test_evidence_is_refreshed_and_removed(writer, researcher):
    verdict = draft_verdict(researcher)
    known = verdict.evidence.get()

    again = writer.post(
        at(verdict, "evidence"), {"url": known.url, "stance": "context", "title": "Log"}
    )
    assert (again.json()["id"], again.json()["title"]) == (str(known.uid), "Log")
    gone = writer.delete(at(verdict, f"evidence/{known.uid}"))
    assert (gone.status_code, gone.content) == (204, b"")
    assert writer.get(at(verdict)).json()["evidence"] == []
    for name in (known.uid, "gull", "%00"):
        assert refusal(writer.delete(at(verdict, f"evidence/{name}"))) == (404, "not_found")


SCRIPT = "<script>alert('gull')</script>"


def test_markup_is_kept_as_given(writer, desk, anyone, researcher):
    verdict = draft_verdict(researcher)
    writer.patch(at(verdict), {"title": SCRIPT, "explanation": SCRIPT})
    source = {"url": "https://gull.example/", "stance": "context"}
    writer.post(at(verdict, "evidence"), {**source, "title": SCRIPT, "quotation": SCRIPT})
    writer.post(at(verdict, "submit"))
    desk.post(at(verdict, "approve"))
    desk.post(at(verdict, "publish"))

    response = anyone.get(at(verdict))

    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
    body = response.json()
    assert (body["title"], body["explanation"]) == (SCRIPT, SCRIPT)
    assert (body["evidence"][1]["title"], body["evidence"][1]["quotation"]) == (SCRIPT, SCRIPT)


LOG = {"url": "https://harbour.example/new", "stance": "refutes"}

BAD_DRAFTS = {
    "unknown rating": ("patch", "", {"rating": "gull"}, [("rating", "unknown_rating")]),
    "rating a number": ("patch", "", {"rating": 3}, [("rating", "invalid")]),
    "rating with NUL": ("patch", "", {"rating": "\x00"}, [("rating", "control_characters")]),
    "long title": ("patch", "", {"title": "a" * 201}, [("title", "title_too_long")]),
    "NUL": ("patch", "", {"explanation": "\x00"}, [("explanation", "control_characters")]),
    "no object": ("patch", "", ["late"], [(None, "invalid")]),
    "no URL": ("post", "evidence", {"stance": "refutes"}, [("url", "required")]),
    "bad URL": ("post", "evidence", {**LOG, "url": "gull"}, [("url", "invalid")]),
    "script URL": (
        "post",
        "evidence",
        {**LOG, "url": "javascript:alert(1)"},
        [("url", "invalid")],
    ),
    "no stance": ("post", "evidence", {"url": LOG["url"]}, [("stance", "required")]),
    "bad stance": ("post", "evidence", {**LOG, "stance": "so"}, [("stance", "invalid_choice")]),
    "stance a list": ("post", "evidence", {**LOG, "stance": []}, [("stance", "invalid_choice")]),
    "long evidence title": (
        "post",
        "evidence",
        {**LOG, "title": "a" * 301},
        [("title", "title_too_long")],
    ),
    "NUL in quotation": (
        "post",
        "evidence",
        {**LOG, "quotation": "\x00"},
        [("quotation", "control_characters")],
    ),
    "NUL in copy": (
        "post",
        "evidence",
        {**LOG, "archived_url": "https://a.example/\x00"},
        [("archived_url", "control_characters")],
    ),
}


@pytest.mark.parametrize(
    ("method", "action", "body", "expected"), BAD_DRAFTS.values(), ids=BAD_DRAFTS
)
def test_bad_input_is_named_and_nothing_changes(writer, researcher, method, action, body, expected):
    verdict = draft_verdict(researcher)
    before, happened = writer.get(at(verdict)).json(), Event.objects.count()

    response = getattr(writer, method)(at(verdict, action), body)

    assert errors(response) == (400, expected)
    assert writer.get(at(verdict)).json() == before
    assert Event.objects.count() == happened


def test_an_unfinished_draft_is_not_submitted(writer, researcher):
    verdict = draft_verdict(researcher, complete=False)

    response = writer.post(at(verdict, "submit"))

    assert errors(response) == (
        400,
        [
            ("rating", "rating_required"),
            ("explanation", "explanation_required"),
            ("evidence", "evidence_required"),
        ],
    )
    assert writer.get(at(verdict)).json()["state"] == "draft"


@pytest.mark.parametrize("note", [None, " ", "a\x00", 5])
@pytest.mark.parametrize("action", ["return", "correct", "retract"])
def test_a_note_is_needed(desk, researcher, action, note):
    verdict = submitted_verdict(researcher) if action == "return" else published_verdict()
    body = {} if note is None else {"note": note}

    status, [(field, _code)] = errors(desk.post(at(verdict, action), body))

    assert (status, field) == (400, "note")
    assert Verdict.objects.get().state == verdict.state


def test_an_author_does_not_approve_their_own_verdict(desk, editor, other_editor):
    verdict = submitted_verdict(editor)

    response = desk.post(at(verdict, "approve"))

    assert refusal(response) == (403, "not_allowed")
    assert "somebody else" in response.json()["detail"]
    assert Verdict.objects.get().approved_by is None
    assert client_of(other_editor).post(at(verdict, "approve")).status_code == 200


def test_nothing_is_published_before_it_is_approved(desk, anyone, researcher):
    verdict = submitted_verdict(researcher)

    assert refusal(desk.post(at(verdict, "publish"))) == (409, "not_approved")
    assert ids(anyone.get(VERDICTS)) == []


def test_what_the_state_forbids_is_refused(desk, writer, researcher):
    verdict = published_verdict(researcher)

    assert refusal(writer.patch(at(verdict), {"title": "Late"})) == (409, "wrong_state")
    assert refusal(writer.post(at(verdict, "evidence"), LOG)) == (409, "wrong_state")
    assert refusal(desk.post(at(verdict, "publish"))) == (409, "wrong_state")
    desk.post(at(verdict, "correct"), {"note": "Misread."})
    response = desk.post(at(verdict, "correct"), {"note": "Misread."})
    assert refusal(response) == (409, "correction_open")


@pytest.mark.parametrize("action", ["approve", "return", "retract", "correct", "publish"])
def test_who_comes_second_is_told(desk, editor, researcher, action):
    open_ = action in ("approve", "return", "publish")
    verdict = submitted_verdict(researcher) if open_ else published_verdict(researcher)
    if action == "publish":
        desk.post(at(verdict, "approve"))
    note = {"note": "Late."}
    state = Verdict.objects.get().state

    response = desk.post(at(verdict, action), note, HTTP_IF_MATCH='"v1"')

    assert refusal(response) == (412, "changed_meanwhile")
    assert Verdict.objects.get().state == state
    read = desk.get(at(verdict))["ETag"]
    assert desk.post(at(verdict, action), note, HTTP_IF_MATCH=read).status_code in (200, 201)


def test_two_writers_on_one_draft(writer, desk, researcher):
    verdict = draft_verdict(researcher)
    read = writer.get(at(verdict))["ETag"]
    first = desk.patch(at(verdict), {"explanation": "Mine."}, HTTP_IF_MATCH=read)

    for method, action, body in (
        ("patch", "", {"explanation": "Late."}),
        ("post", "evidence", LOG),
        ("delete", f"evidence/{verdict.evidence.get().uid}", None),
        ("post", "submit", None),
    ):
        response = getattr(writer, method)(at(verdict, action), body, HTTP_IF_MATCH=read)
        assert refusal(response) == (412, "changed_meanwhile"), action

    now = writer.get(at(verdict)).json()
    assert (now["explanation"], now["state"], len(now["evidence"])) == ("Mine.", "draft", 1)
    added = writer.post(at(verdict, "evidence"), LOG, HTTP_IF_MATCH=first["ETag"])
    assert writer.post(at(verdict, "submit"), HTTP_IF_MATCH=added["ETag"]).status_code == 200


def test_the_list_is_filtered(anyone):
    verdict = published_verdict()
    claimant = verdict.claim.claimant

    for query in (
        "rating=mostly-false",
        f"claimant={claimant.uid}",
        f"claimant={claimant.name}",
        "language=en",
        "since=2020-01-01",
        "q=harbour log",
        "q=FERRIES",
    ):
        assert ids(anyone.get(f"{VERDICTS}?{query}")) == [str(verdict.uid)], query
    for query in ("rating=true", "claimant=gull", "language=fr", "since=2999-01-01", "q=gull"):
        assert ids(anyone.get(f"{VERDICTS}?{query}")) == [], query
    for query in ("since=soon", "q=%00", "cursor=x", "page_size=0"):
        assert anyone.get(f"{VERDICTS}?{query}").status_code == 400, query


def test_what_the_reader_has_is_not_sent_again(anyone, desk):
    verdict = published_verdict()

    for address in (VERDICTS, at(verdict)):
        first = anyone.get(address)
        assert first["Last-Modified"]
        again = anyone.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        later = http_date((timezone.now() + timedelta(minutes=1)).timestamp())
        assert anyone.get(address, HTTP_IF_MODIFIED_SINCE=later).status_code == 304
        earlier = http_date((timezone.now() - timedelta(minutes=1)).timestamp())
        assert anyone.get(address, HTTP_IF_MODIFIED_SINCE=earlier).status_code == 200

    # Another article says it too: the verdict's row is as before, its answer is not.
    known = anyone.get(at(verdict))["ETag"]
    AppearanceFactory(claim=verdict.claim)
    assert anyone.get(at(verdict), HTTP_IF_NONE_MATCH=known).status_code == 200
    listed = anyone.get(VERDICTS)["ETag"]
    desk.post(at(verdict, "retract"), {"note": "Forged."})
    assert anyone.get(VERDICTS, HTTP_IF_NONE_MATCH=listed).json()["results"] == []


@pytest.mark.parametrize("name", ["gull", "%00", "00000000-0000-0000-0000-000000000000"])
def test_a_verdict_that_is_not_there(anyone, name):
    assert refusal(anyone.get(f"{VERDICTS}{name}/")) == (404, "not_found")


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_takes_as_many_queries_for_many_as_for_few(
    anyone, researcher, editor, django_assert_num_queries, count
):
    for _ in range(count):
        published_verdict(researcher, editor)

    with django_assert_num_queries(7):
        assert len(ids(anyone.get(VERDICTS))) == count
    # Nothing was written since: the stamps tell, and no row is read.
    with django_assert_num_queries(2):
        assert len(ids(anyone.get(VERDICTS))) == count
