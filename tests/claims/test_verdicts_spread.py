"""What is said of a verdict reaches every place where its claim was made, before and after."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from articles.events import Event
from claims import tasks
from claims.desk import correcting, merging
from claims.desk import verdicts as desk
from claims.models import Claim, Rating, Verdict
from tests.asking import client_of
from tests.factories import AppearanceFactory, ArticleFactory, ClaimFactory, published_verdict

pytestmark = pytest.mark.django_db

SENTENCE = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024"


def said(by: str = "Mayor Mara Quill"):
    """An article that the worker has read."""
    article = ArticleFactory(text=f"“{SENTENCE},” {by} told the council.", language="en")
    tasks.extract(article.pk)
    return article


def expired(verdict: Verdict, editor) -> None:
    Verdict.objects.filter(pk=verdict.pk).update(expires_on=timezone.localdate())
    tasks.expire()


def corrected(verdict: Verdict, editor) -> None:
    draft = correcting.verdict_correct(verdict, note="All of them.", by=editor)
    desk.verdict_edit(
        draft,
        rating=Rating.objects.get(slug="true"),
        title=draft.title,
        explanation=draft.explanation,
        correction_note=draft.correction_note,
        by=editor,
    )
    desk.verdict_submit(draft, by=editor)
    desk.verdict_approve(draft, by=verdict.approved_by)
    desk.verdict_publish(draft, by=verdict.approved_by)


def retracted(verdict: Verdict, editor) -> None:
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)


@pytest.fixture
def verdict():
    """Published on a claim that is made in one article before and in one after."""
    first = said()
    verdict = published_verdict(claim=Claim.objects.get(appearances__article=first))
    said("Councillor Otis Wren")
    assert verdict.claim.appearances.count() == 2
    return verdict


def answers(reader, verdict):
    """What the claim and its appearances carry: ((state, rating), the same of an ended one)."""
    api = client_of(reader)
    found = [api.get(f"/api/v1/claims/{verdict.claim.uid}/").json()]
    for place in verdict.claim.appearances.all():
        rows = api.get(f"/api/v1/articles/{place.article.uid}/appearances/").json()["results"]
        found += [row for row in rows if row["id"] == str(place.uid)]
    assert len(found) == 1 + verdict.claim.appearances.count()
    return {
        tuple(row[name] and (row[name]["state"], row[name]["rating"]["slug"]) for name in NAMES)
        for row in found
    }


NAMES = ("verdict", "ended_verdict")


def test_every_appearance_carries_what_is_published(reader, verdict):
    assert answers(reader, verdict) == {(("published", "mostly-false"), None)}


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (corrected, (("published", "true"), None)),
        (retracted, (None, ("retracted", "mostly-false"))),
        (expired, (None, ("expired", "mostly-false"))),
    ],
)
def test_and_what_becomes_of_it(reader, editor, verdict, happens, told):
    happens(verdict, editor)
    said("Premier Edda Holt")

    assert verdict.claim.appearances.count() == 3
    assert answers(reader, verdict) == {told}


@pytest.mark.parametrize(
    ("happens", "kind", "state"),
    [
        (corrected, "claim.corrected", "published"),
        (retracted, "claim.triaged", "retracted"),
        (expired, "claim.triaged", "expired"),
    ],
)
def test_the_claims_events_say_which_verdict(editor, verdict, happens, kind, state):
    published = Event.objects.about(verdict.claim).get(kind="claim.published")
    assert published.after["verdict"] == str(verdict.uid)

    happens(verdict, editor)

    event = Event.objects.about(verdict.claim).first()
    rating = "True" if happens is corrected else "Mostly false"
    assert (event.kind, event.after["verdict_state"], event.after["rating"]) == (
        kind,
        state,
        rating,
    )
    uid = Verdict.objects.get(state=state, claim=verdict.claim).uid
    assert event.after["verdict"] == str(uid)


def test_the_article_page_shows_the_rating_beside_each_passage(client, reader, editor, verdict):
    client.force_login(reader)

    def passages():
        for place in verdict.claim.appearances.all():
            page = client.get(reverse("admin:articles_article_change", args=[place.article_id]))
            yield page.content.decode().partition('class="desk-text"')[2].partition("</mark>")[0]

    shown = list(passages())
    assert len(shown) == 2
    for text in shown:
        assert '<span class="desk-rating is-orange">Mostly false</span>' in text
    retracted(verdict, editor)
    for text in passages():
        assert "desk-rating" not in text
        assert "Retracted: Mostly false" in text


def test_a_merged_claims_id_answers_with_the_verdict_of_what_it_was_merged_into(
    reader, editor, verdict
):
    gone = ClaimFactory()
    place = AppearanceFactory(claim=gone)
    merging.claim_merge(gone, into=verdict.claim, by=editor)

    api = client_of(reader)
    answer = api.get(f"/api/v1/claims/{gone.uid}/").json()
    assert (answer["status"], answer["merged_into"]) == ("merged", str(verdict.claim.uid))
    assert answer["verdict"]["id"] == str(verdict.uid)
    assert answer["verdict"]["url"].endswith(verdict.claim.get_absolute_url())
    listed = api.get("/api/v1/claims/?status=merged").json()["results"]
    assert [row["verdict"]["id"] for row in listed] == [str(verdict.uid)]
    found = api.get(f"/api/v1/articles/{place.article.uid}/appearances/").json()["results"]
    assert found[0]["verdict"]["id"] == str(verdict.uid)


@pytest.mark.parametrize("address", ["/api/v1/verdicts/{}/", "page", "/claimreview.json"])
def test_caches_learn_of_a_new_appearance(verdict, address):
    anyone = APIClient()
    url = verdict.get_absolute_url() if address == "page" else address.format(verdict.uid)
    long_ago = timezone.now() - timedelta(days=2)
    Verdict.objects.update(updated_at=long_ago)
    Claim.objects.update(updated_at=long_ago)
    verdict.claim.appearances.update(created_at=long_ago)
    before = anyone.get(url)
    unchanged = {"If-None-Match": before["ETag"]}
    assert anyone.get(url, headers=unchanged).status_code == 304

    time.sleep(1.01)  # Last-Modified counts seconds, and the scale was written in this one.
    said("Premier Edda Holt")

    assert anyone.get(url, headers=unchanged).status_code == 200
    since = {"If-Modified-Since": before["Last-Modified"]}
    after = anyone.get(url, headers=since)
    assert after.status_code == 200
    assert after["Last-Modified"] != before["Last-Modified"]


def test_an_articles_appearances_are_not_sent_twice(reader, editor, verdict):
    api = client_of(reader)
    url = f"/api/v1/articles/{verdict.claim.appearances.first().article.uid}/appearances/"
    seen = {"If-None-Match": api.get(url)["ETag"]}
    assert api.get(url, headers=seen).status_code == 304
    claim = f"/api/v1/claims/{verdict.claim.uid}/"
    known = {"If-None-Match": api.get(claim)["ETag"]}
    assert api.get(claim, headers=known).status_code == 304

    retracted(verdict, editor)

    assert api.get(url, headers=seen).status_code == 200
    assert api.get(claim, headers=known).status_code == 200
