"""What subscribers are told by webhook, how it is signed, and who may change that."""

import json
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from articles import events
from articles.events import Event
from claims import tasks
from claims.desk import verdicts as desk
from claims.desk.errors import Conflict, Refused
from claims.desk.merging import claim_merge
from claims.desk.webhooks import endpoints as services
from claims.models import Claim, WebhookDelivery, WebhookEndpoint
from claims.publishing.claimreview import claim_review
from tests.asking import client_of
from tests.claims.test_verdicts_spread import corrected, expired, retracted, said
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    OutletFactory,
    published_verdict,
    user_in,
)
from tests.subscribing import read, subscribed, unverified

pytestmark = pytest.mark.django_db


def test_a_published_verdict_is_told_as_the_api_tells_it(inbox, client):
    endpoint = subscribed(inbox, ["verdict.published"])
    verdict = published_verdict()
    tasks.send_webhooks()

    [asked] = inbox.asked
    told = read(asked, endpoint.secret)
    assert asked.method == "POST"
    assert asked.headers["Content-Type"] == "application/json"
    assert told["type"] == "verdict.published"
    published = Event.objects.get(kind="verdict.published")
    assert told["timestamp"] == published.at.isoformat(timespec="seconds")
    data = told["data"]
    answer = client.get(f"/api/v1/verdicts/{verdict.uid}/").json()
    assert data["verdict"] == answer
    assert data["claim_review"] == json.loads(json.dumps(claim_review(verdict)))
    place = verdict.claim.appearances.get()
    assert [one["article"]["url"] for one in data["claim"]["appearances"]] == [place.article.url]
    assert data["claim"]["verdict"]["id"] == str(verdict.uid)


@pytest.mark.parametrize(
    ("happened", "kind", "state", "stands"),
    [
        (corrected, "verdict.corrected", "corrected", True),
        (retracted, "verdict.retracted", "retracted", False),
        (expired, "verdict.expired", "expired", False),
    ],
)
def test_what_becomes_of_a_verdict_is_told(inbox, editor, happened, kind, state, stands):
    verdict = published_verdict()
    endpoint = subscribed(inbox, [kind])
    happened(verdict, editor)
    tasks.send_webhooks()
    [asked] = inbox.asked
    told = read(asked, endpoint.secret)
    assert told["type"] == kind
    assert (told["data"]["verdict"]["id"], told["data"]["verdict"]["state"]) == (
        str(verdict.uid),
        state,
    )
    assert bool(told["data"]["claim_review"]) == stands
    if stands:
        assert told["data"]["verdict"]["successor"]["rating"]["slug"] == "true"
        assert told["data"]["claim_review"]["reviewRating"]["alternateName"] == "True"


def test_a_new_claim_and_one_made_again_are_told(inbox):
    endpoint = subscribed(inbox)
    first = said()
    verdict = published_verdict(claim=Claim.objects.get(appearances__article=first))
    again = said("Councillor Otis Wren")
    tasks.send_webhooks()
    created, published, matched = (read(asked, endpoint.secret) for asked in inbox.asked)
    assert (created["type"], published["type"], matched["type"]) == (
        "claim.created",
        "verdict.published",
        "claim.matched",
    )
    assert matched["data"]["verdict"]["id"] == str(verdict.uid)
    urls = [one["article"]["url"] for one in matched["data"]["claim"]["appearances"]]
    assert urls == [first.url, again.url]


def test_both_sides_of_a_merge_are_told_with_the_verdict(inbox, editor):
    verdict = published_verdict()
    other = AppearanceFactory().claim
    subscribed(inbox, ["claim.matched"])
    claim_merge(other, into=verdict.claim, by=editor)
    tasks.send_webhooks()
    told = {
        one["data"]["claim"]["text"]: one["data"]
        for one in (json.loads(asked.body) for asked in inbox.asked)
    }
    assert told.keys() == {other.text, verdict.claim.text}
    assert told[other.text]["claim"]["merged_into"] == str(verdict.claim.uid)
    assert {data["verdict"]["id"] for data in told.values()} == {str(verdict.uid)}


def test_a_finished_import_is_told(inbox):
    subscribed(inbox, ["import.finished"])
    events.record("import.finished", OutletFactory(), after={"created": 3, "failed": 1})
    tasks.send_webhooks()
    [asked] = inbox.asked
    assert json.loads(asked.body)["data"] == {"import": {"created": 3, "failed": 1}}


def test_nobody_is_told_of_what_they_did_not_choose_or_of_what_did_not_happen(inbox, editor):
    subscribed(inbox, ["verdict.retracted"])
    published_verdict()
    with suppress(Refused), transaction.atomic():
        desk.verdict_retract(published_verdict(), note="The log was forged.", by=editor)
        raise Refused("no", "Something else failed in the same transaction.")
    tasks.send_webhooks()
    assert inbox.asked == []
    assert not WebhookDelivery.objects.exists()


def test_words_taken_back_and_drafts_are_not_told(inbox, editor, researcher):
    """Not of a message that waited while they were taken back, nor those being written."""
    subscribed(inbox)
    verdict = published_verdict()
    title, explanation = verdict.title, verdict.explanation
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    AppearanceFactory(claim=verdict.claim)
    tasks.send_webhooks()
    assert [kind for kind, _ in unverified(inbox)] == ["verdict.published", "verdict.retracted"]
    for asked in inbox.asked:
        assert title not in asked.body.decode()
        assert explanation not in asked.body.decode()
        assert json.loads(asked.body)["data"]["verdict"]["state"] == "retracted"
        assert b"assignee" not in asked.body


# --- Signatures ------------------------------------------------------------------------------


def test_a_renewed_secret_and_the_former_one_sign_for_a_day(inbox, admin):
    endpoint = subscribed(inbox)
    former = endpoint.secret
    renewed = services.secret_renew(endpoint, at_once=False, by=admin).secret
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    WebhookEndpoint.objects.update(former_until=timezone.now())
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    during, after = inbox.asked
    assert former != renewed
    assert read(during, former) == read(during, renewed)
    assert read(after, renewed)["type"] == "ping"
    with pytest.raises(WebhookVerificationError):
        read(after, former)


def test_a_secret_that_others_know_signs_no_more(inbox, admin):
    endpoint = subscribed(inbox)
    services.secret_renew(endpoint, at_once=True, by=admin)
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    with pytest.raises(WebhookVerificationError):
        read(inbox.asked[0], endpoint.secret)


def test_each_subscriber_has_a_secret_of_its_own_which_no_event_tells(inbox, admin):
    one, other = subscribed(inbox), subscribed(inbox, name="Another")
    services.endpoint_change(one, name="A", url=f"{inbox.url}/?token=7", kinds=one.kinds, by=admin)
    assert one.secret != other.secret
    assert one.secret.startswith("whsec_")
    assert Webhook(one.secret)
    told = json.dumps(list(Event.objects.values("before", "after", "note")))
    assert one.secret not in told
    assert "token" not in told


# --- Who may, and what is refused ------------------------------------------------------------


@pytest.mark.parametrize("role", ["reader", "researcher", "editor"])
def test_only_admins_change_webhooks(inbox, role):
    endpoint, somebody = subscribed(inbox), user_in(role)
    published_verdict()
    fields = {"name": "Mine", "url": "https://a.example/", "kinds": []}
    steps = [
        lambda: services.endpoint_create(**fields, by=somebody),
        lambda: services.endpoint_change(endpoint, **fields, by=somebody),
        lambda: services.secret_renew(endpoint, at_once=True, by=somebody),
        lambda: services.endpoint_switch_off(endpoint, reason="", by=somebody),
        lambda: services.endpoint_ping(endpoint, by=somebody),
        lambda: services.delivery_resend(WebhookDelivery.objects.get(), by=somebody),
    ]
    before = (WebhookEndpoint.objects.values().get(), Event.objects.count())
    for step in steps:
        with pytest.raises(PermissionDenied):
            step()
    assert (WebhookEndpoint.objects.values().get(), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url": "ftp://files.example/"}, "url"),
        ({"url": "https://me:pw@a.example/"}, "url"),
        ({"url": "harbour"}, "url"),
        ({"name": " "}, "name"),
        ({"name": "Harbour CMS"}, "name"),
        ({"kinds": ["verdict.guessed"]}, "kinds"),
        ({"kinds": ["ping"]}, "kinds"),
        ({"kinds": []}, "kinds"),
    ],
)
def test_what_is_no_webhook_is_refused(inbox, fields, wrong):
    subscribed(inbox)
    with pytest.raises(ValidationError) as caught:
        subscribed(inbox, **{"name": "Another", **fields})
    assert wrong in caught.value.message_dict
    assert WebhookEndpoint.objects.count() == 1


def test_a_change_over_a_change_is_refused(inbox, admin):
    endpoint = subscribed(inbox)
    services.secret_renew(endpoint, at_once=False, by=admin)
    with pytest.raises(Conflict):
        services.endpoint_switch_off(endpoint, reason="", by=admin, version=endpoint.version)
    assert WebhookEndpoint.objects.get().switched_off_at is None


def test_without_subscribers_nothing_is_written(django_assert_num_queries):
    claim = ClaimFactory()
    with django_assert_num_queries(1):
        events.record("claim.flagged", claim)
    with django_assert_num_queries(2):
        events.record("claim.found", claim)
    assert not WebhookDelivery.objects.exists()


def test_the_api_tells_nobody_of_webhooks(inbox, admin):
    endpoint = subscribed(inbox)
    answer = client_of(admin).get("/api/v1/claims/")
    assert endpoint.secret not in answer.content.decode()
