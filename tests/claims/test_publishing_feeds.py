"""The DataFeed and the Atom feed, read as programs read them."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from claims.desk import correcting, merging
from claims.desk import verdicts as services
from claims.models import Claim, Verdict
from claims.publishing.claimreview import claim_review
from tests.factories import AppearanceFactory, published_verdict

pytestmark = pytest.mark.django_db
FEEDS = ("/claimreview.json", "/feeds/verdicts.atom")
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def data_feed(client) -> dict:
    response = client.get("/claimreview.json")
    assert response.streaming
    assert response["Content-Type"] == "application/json"
    return json.loads(response.getvalue())


def entries(client) -> list[ElementTree.Element]:
    response = client.get("/feeds/verdicts.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall("a:entry", ATOM)


def test_an_empty_desk_has_empty_feeds(client):
    assert data_feed(client)["dataFeedElement"] == []
    assert entries(client) == []


def test_data_feed_holds_every_review_newest_first(client, researcher, editor):
    verdicts = [published_verdict(researcher, editor) for _ in range(3)]
    feed = data_feed(client)
    assert (feed["@context"], feed["@type"]) == ("https://schema.org", "DataFeed")
    expected = [claim_review(v) for v in Verdict.objects.published().order_by("-id")]
    assert [element["item"] for element in feed["dataFeedElement"]] == [[r] for r in expected]
    first = feed["dataFeedElement"][0]
    assert first["@type"] == "DataFeedItem"
    assert first["url"] == expected[0]["url"]
    assert first["dateCreated"] == expected[0]["datePublished"]
    assert first["dateModified"] == expected[0]["dateModified"]
    assert feed["dateModified"] >= expected[0]["dateModified"]
    assert verdicts[0].claim.slug in feed["dataFeedElement"][2]["url"]


def test_atom_has_a_stable_id_and_both_dates(client, settings):
    settings.PUBLIC_URL = "https://desk.example"
    verdict = published_verdict()
    Verdict.objects.update(published_at=datetime(2026, 1, 1, tzinfo=UTC))
    (entry,) = entries(client)
    address = f"https://desk.example{verdict.get_absolute_url()}"
    assert entry.findtext("a:id", namespaces=ATOM) == address
    assert entry.find("a:link", ATOM).get("href") == address
    assert entry.findtext("a:title", namespaces=ATOM) == f"Mostly false: {verdict.claim.text}"
    assert entry.findtext("a:published", namespaces=ATOM) == "2026-01-01T00:00:00+00:00"
    assert entry.findtext("a:updated", namespaces=ATOM) > "2026-01-02"


def test_atom_puts_a_corrected_verdict_on_top(client, researcher, editor, other_editor):
    first = published_verdict(researcher, editor)
    published_verdict(researcher, editor)
    draft = correcting.verdict_correct(first, note="Misread.", by=editor)
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other_editor)
    services.verdict_publish(draft, by=other_editor)
    top = entries(client)[0]
    assert first.claim.slug in top.findtext("a:id", namespaces=ATOM)
    assert "Corrected: Misread." in top.findtext("a:summary", namespaces=ATOM)


def appear(verdict: Verdict, editor) -> None:
    AppearanceFactory(claim=verdict.claim)


def retract(verdict: Verdict, editor) -> None:
    services.verdict_retract(verdict, note="Forged.", by=editor)


def merge(verdict: Verdict, editor) -> None:
    """An older claim, said elsewhere, turns out to be the same."""
    older = Claim.objects.exclude(pk=verdict.claim_id).earliest("id")
    merging.claim_merge(older, into=verdict.claim, by=editor)


def publish_another(verdict: Verdict, editor) -> None:
    published_verdict(editor=editor)


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("happening", [appear, retract, merge, publish_another])
def test_a_known_feed_is_304_until_something_happens(client, editor, address, happening):
    AppearanceFactory()
    verdict = published_verdict(editor=editor)
    known = {"If-None-Match": client.get(address)["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    happening(verdict, editor)
    response = client.get(address, headers=known)
    assert response.status_code == 200
    assert response["ETag"] != known["If-None-Match"]


@pytest.mark.parametrize("address", FEEDS)
def test_who_asks_by_date_learns_of_a_retraction(client, editor, address):
    verdict = published_verdict(editor=editor)
    published_verdict(editor=editor)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    Verdict.objects.update(published_at=day, updated_at=day)
    Claim.objects.update(updated_at=day)
    since = {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert client.get(address, headers=since).status_code == 304
    retract(verdict, editor)
    assert client.get(address, headers=since).status_code == 200


@pytest.mark.parametrize("address", [*FEEDS, "/", "/corrections/"])
def test_public_addresses_only_answer_reading(client, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200
