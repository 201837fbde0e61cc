"""Answers that are kept: whatever of them is written, the very next reader is told."""

import json

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from claims.api.rendered import KEPT
from claims.desk import correcting
from claims.desk import verdicts as verdict_services
from claims.desk.merging import claim_merge
from tests.asking import client_of, ids
from tests.claims.test_admin_records import inline
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    MatchFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

VERDICTS, CLAIMS = "/api/v1/verdicts/", "/api/v1/claims/"


@pytest.fixture
def anyone(db):
    return APIClient()


@pytest.fixture
def verdict(researcher, editor):
    return published_verdict(researcher, editor)


def at(verdict) -> str:
    return f"{VERDICTS}{verdict.uid}/"


def rename_claimant(verdict, client):
    claimant = verdict.claim.claimant
    fields = {"name": "Ada Renamed", "kind": "person", "role": "", "wikidata_id": ""}
    url = reverse("admin:claims_claimant_change", args=[claimant.pk])
    assert client.post(url, fields | inline("aliases")).status_code == 302


def rename_outlet(verdict, client):
    outlet = verdict.claim.appearances.get().article.outlet
    url = reverse("admin:articles_outlet_change", args=[outlet.pk])
    assert client.post(url, {"name": "Renamed Herald", "domain": ""}).status_code == 302


def rename_rating(verdict, client):
    rating, scale = verdict.rating, verdict.rating.scale
    names = ("name", "slug", "value", "colour")
    row = {name: getattr(rating, name) for name in names} | {"id": rating.pk, "scale": scale.pk}
    fields = {"name": scale.name, "slug": scale.slug, "default": "on"}
    url = reverse("admin:claims_ratingscale_change", args=[scale.pk])
    row["name"] = "Renamed rating"
    others = [
        {name: getattr(step, name) or "" for name in names} | {"id": step.pk, "scale": scale.pk}
        for step in scale.ratings.exclude(pk=rating.pk)
    ]
    rows = inline("ratings", row, *others, existing=1 + len(others))
    assert client.post(url, fields | rows).status_code == 302


def made_again(verdict, client):
    AppearanceFactory(claim=verdict.claim, article__title="Renamed headline")


@pytest.mark.parametrize(
    "change",
    [rename_claimant, rename_outlet, rename_rating, made_again],
    ids=lambda one: one.__name__,
)
def test_what_a_verdict_names_is_never_shown_by_its_old_name(
    verdict, anyone, client, admin, change
):
    client.force_login(admin)
    first = [anyone.get(address) for address in (at(verdict), VERDICTS)]
    change(verdict, client)
    for address, old in zip((at(verdict), VERDICTS), first, strict=True):
        again = anyone.get(address, HTTP_IF_NONE_MATCH=old["ETag"])
        assert again.status_code == 200
        assert "Renamed" in again.content.decode()
    assert anyone.get(VERDICTS).json()["results"] == [anyone.get(at(verdict)).json()]


def test_a_correction_and_a_retraction_reach_the_next_reader(
    verdict, anyone, researcher, editor, other_editor
):
    assert anyone.get(at(verdict)).json()["state"] == "published"
    assert ids(anyone.get(VERDICTS)) == [str(verdict.uid)]
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    words = {"title": "", "explanation": "It counts two.", "correction_note": "Misread."}
    verdict_services.verdict_edit(draft, rating=draft.rating, by=editor, **words)
    verdict_services.verdict_submit(draft, by=editor)
    verdict_services.verdict_approve(draft, by=other_editor)
    verdict_services.verdict_publish(draft, by=other_editor)
    old = anyone.get(at(verdict)).json()
    assert (old["state"], old["successor"]["id"]) == ("corrected", str(draft.uid))
    assert anyone.get(at(draft)).json()["explanation"] == "It counts two."
    assert ids(anyone.get(VERDICTS)) == [str(draft.uid)]
    verdict_services.verdict_retract(draft, note="Forged log.", by=editor)
    assert anyone.get(at(draft)).json()["explanation"] == ""
    assert ids(anyone.get(VERDICTS)) == []


def test_a_draft_changes_nothing_that_the_public_has(verdict, anyone, editor):
    known = {address: anyone.get(address)["ETag"] for address in (at(verdict), VERDICTS)}
    draft = correcting.verdict_correct(verdict, note="Planted note.", by=editor)
    words = {"title": "", "explanation": "Planted words.", "correction_note": "Planted."}
    verdict_services.verdict_edit(draft, rating=draft.rating, by=editor, **words)
    for desk in (client_of(editor), anyone):
        for address, etag in known.items():
            assert b"Planted" not in desk.get(address).content
            assert anyone.get(address)["ETag"] == etag
    assert client_of(editor).get(at(draft)).json()["explanation"] == "Planted words."
    assert anyone.get(at(draft)).status_code == 404


def test_the_list_of_claims_says_what_each_claim_says_after_every_step(
    researcher, editor, other_editor, client, admin
):
    """Whatever is done to a claim, its row is that of its own page, which is never kept."""
    desk = client_of(editor)
    match = MatchFactory(claim=AppearanceFactory(claim=ClaimFactory(check_worthiness=0.9)).claim)

    def same() -> dict:
        rows = desk.get(CLAIMS).json()["results"]
        for row in rows:
            whole = desk.get(f"{CLAIMS}{row['id']}/").json()
            assert row == {name: whole[name] for name in row if name != "likeness"} | {
                "likeness": None
            }
        return {row["id"]: row for row in rows}

    claim = match.claim
    assert same()[str(claim.uid)]["status"] == "new"
    draft = draft_verdict(researcher, claim=claim)
    assert same()[str(claim.uid)]["assignee"] == "researcher"
    verdict_services.verdict_submit(draft, by=researcher)
    verdict_services.verdict_approve(draft, by=editor)
    assert same()[str(claim.uid)]["verdict"] is None
    verdict_services.verdict_publish(draft, by=editor)
    assert same()[str(claim.uid)]["verdict"]["id"] == str(draft.uid)
    claim_merge(match.other, into=claim, by=editor)
    assert same()[str(match.other.uid)]["verdict"]["id"] == str(draft.uid)
    client.force_login(admin)
    draft.refresh_from_db()
    rename_claimant(draft, client)
    assert same()[str(claim.uid)]["claimant"]["name"] == "Ada Renamed"
    rename_rating(draft, client)
    assert same()[str(match.other.uid)]["verdict"]["rating"]["name"] == "Renamed rating"
    draft.refresh_from_db()
    verdict_services.verdict_retract(draft, note="Forged.", by=editor)
    shown = same()[str(match.other.uid)]
    assert (shown["verdict"], shown["ended_verdict"]["state"]) == (None, "retracted")


def test_with_no_room_to_keep_them_the_answers_are_the_same(
    verdict, anyone, researcher, editor, monkeypatch
):
    published_verdict(researcher, editor)
    with_room = [json.loads(anyone.get(address).content) for address in (at(verdict), VERDICTS)]
    monkeypatch.setattr(KEPT, "most", 1)
    published_verdict(researcher, editor)
    submitted_verdict(researcher)
    assert anyone.get(at(verdict)).json() == with_room[0]
    assert anyone.get(VERDICTS).json()["results"][1:] == with_room[1]["results"]
    assert (KEPT.size, len(KEPT.rows)) == (0, 0)


def test_near_claims_say_how_near_they_are_whatever_was_kept(editor):
    claim = AppearanceFactory(claim__text="Ferries ran late four times in May.").claim
    desk = client_of(editor)
    assert desk.get(CLAIMS).json()["results"][0]["likeness"] is None
    near = desk.get(CLAIMS, {"like": claim.text})
    assert near.status_code == 200
    assert all(row["likeness"] is not None for row in near.json()["results"])
    assert desk.get(CLAIMS).json()["results"][0]["likeness"] is None
