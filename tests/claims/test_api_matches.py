"""Matches through HTTP: seen, confirmed, rejected, taken back; claims split."""

import pytest

from articles.models import Event
from claims.desk import matches, merging
from claims.models import Claim, Match
from tests.asking import client_of, errors, ids, refusal
from tests.factories import AppearanceFactory, MatchFactory, published_verdict

MATCHES = "/api/v1/matches/"


@pytest.fixture
def desk(editor):
    return client_of(editor)


def at(match, action=""):
    return f"{MATCHES}{match.uid}/{action and action + '/'}"


def of(claim, query=""):
    return f"/api/v1/claims/{claim.uid}/matches/{query}"


def splitting(claim):
    return f"/api/v1/claims/{claim.uid}/split/"


def test_a_claim_lists_what_it_is_possibly_the_same_as(desk, editor, django_assert_max_num_queries):
    verdict = published_verdict(editor=editor)
    low = MatchFactory(claim=verdict.claim, score=0.55)
    high = MatchFactory(claim=verdict.claim, score=0.95, differing=["3% here, 30% there"])
    no = matches.match_reject(MatchFactory(claim=verdict.claim, score=0.7), by=editor)
    MatchFactory()
    with django_assert_max_num_queries(12):
        response = desk.get(of(verdict.claim))
    assert ids(response) == [str(match.uid) for match in (high, no, low)]
    row = response.json()["results"][0]
    assert (row["state"], row["score"]) == ("suggested", 0.95)
    assert (row["agreeing"], row["differing"]) == (high.agreeing, ["3% here, 30% there"])
    assert row["claim"]["verdict"]["rating"]["name"] == "Mostly false"
    assert (row["other"]["text"], row["other"]["verdict"]) == (high.other.text, None)
    assert response.json()["results"][1]["decided_by"] == "editor"
    assert ids(desk.get(of(verdict.claim, "?state=rejected"))) == [str(no.uid)]
    assert ids(desk.get(of(high.other))) == [str(high.uid)]
    page = desk.get(of(verdict.claim, "?page_size=2"))
    assert ids(desk.get(page.json()["next"])) == [str(low.uid)]
    assert refusal(desk.get("/api/v1/claims/gull/matches/"))[0] == 404
    assert desk.get(of(verdict.claim, "?state=gull")).status_code == 400


def test_a_confirmed_match_says_which_claim_stays(desk):
    match = MatchFactory()
    seen = desk.get(at(match))
    assert seen["ETag"].startswith('"v1-')
    response = desk.post(at(match, "confirm"), headers={"If-Match": seen["ETag"]})
    body = response.json()
    assert (response.status_code, body["state"]) == (200, "confirmed")
    assert response["ETag"] == f'"v{body["version"]}"' != seen["ETag"]
    assert body["claim"]["merged_into"] is None
    assert body["other"]["merged_into"] == str(match.claim.uid)
    gone = desk.get(f"/api/v1/claims/{match.other.uid}/").json()
    assert (gone["status"], gone["merged_into"]) == ("merged", str(match.claim.uid))
    kept = desk.get(f"/api/v1/claims/{match.claim.uid}/").json()
    assert len(kept["appearances"]) == 2


def test_who_comes_second_is_told_and_changes_nothing(desk, other_editor):
    match = MatchFactory()
    matches.match_reject(match, by=other_editor)
    stale = desk.post(at(match, "confirm"), headers={"If-Match": '"v1"'})
    assert refusal(stale) == (412, "changed_meanwhile")
    assert refusal(desk.post(at(match, "confirm"))) == (409, "wrong_state")
    assert desk.post(at(match, "reopen")).json()["state"] == "suggested"
    body = desk.post(at(match, "reject")).json()
    assert (body["state"], body["decided_by"]) == ("rejected", "editor")
    assert not Claim.objects.filter(status="merged").exists()


def test_two_published_verdicts_are_refused_with_a_stable_code(desk, editor):
    one, two = (published_verdict(editor=editor).claim for _ in range(2))
    response = desk.post(at(MatchFactory(claim=one, other=two), "confirm"))
    assert refusal(response) == (409, "both_published")


def test_a_claim_is_split_and_the_other_one_is_answered(desk):
    claim = AppearanceFactory().claim
    place = AppearanceFactory(claim=claim)
    seen = desk.get(f"/api/v1/claims/{claim.uid}/")["ETag"]
    body = {"appearances": [str(place.uid)], "text": "Buses ran late."}
    response = desk.post(splitting(claim), body, headers={"If-Match": seen})
    apart = response.json()
    assert response.status_code == 201
    assert response["Location"].endswith(f"/api/v1/claims/{apart['id']}/")
    assert apart["text"] == "Buses ran late."
    assert [one["id"] for one in apart["appearances"]] == [str(place.uid)]
    assert desk.get(response["Location"])["ETag"].startswith(response["ETag"].rstrip('"') + "-")
    assert Match.objects.get().state == "rejected"
    again = AppearanceFactory(claim=claim)
    body = {"appearances": [str(again.uid)]}
    stale = desk.post(splitting(claim), body, headers={"If-Match": seen})
    assert refusal(stale) == (412, "changed_meanwhile")
    assert Claim.objects.count() == 2


def test_a_merged_claim_is_revived_with_its_id(desk, editor):
    kept, doubled = (AppearanceFactory().claim for _ in range(2))
    place = doubled.appearances.get()
    merging.claim_merge(doubled, into=kept, by=editor)
    response = desk.post(splitting(kept), {"appearances": [str(place.uid)]})
    assert response.json()["id"] == str(doubled.uid)
    assert desk.get(f"/api/v1/claims/{doubled.uid}/").json()["merged_into"] is None


BAD = {
    "none": ({}, [("appearances", "required")]),
    "empty": ({"appearances": []}, [("appearances", "appearances_required")]),
    "no id": ({"appearances": ["gull"]}, [("appearances.0", "invalid")]),
    "unknown": (
        {"appearances": ["00000000-0000-0000-0000-000000000000"]},
        [("appearances", "unknown_appearances")],
    ),
    "text with NUL": (
        {"appearances": "{place}", "text": "a\x00"},
        [("text", "control_characters")],
    ),
}


@pytest.mark.parametrize(("body", "expected"), BAD.values(), ids=BAD)
def test_a_bad_split_is_named_and_nothing_changes(desk, body, expected):
    place = AppearanceFactory(claim=AppearanceFactory().claim)
    if body.get("appearances") == "{place}":
        body = {**body, "appearances": [str(place.uid)]}
    response = desk.post(splitting(place.claim), body)
    assert errors(response) == (400, expected)
    assert (Claim.objects.count(), Event.objects.count()) == (1, 0)


def test_not_all_places_are_split_off(desk):
    place = AppearanceFactory()
    response = desk.post(splitting(place.claim), {"appearances": [str(place.uid)]})
    assert errors(response) == (400, [("appearances", "appearances_all")])
