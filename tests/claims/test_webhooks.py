"""What subscribers are told by webhook, in which order, and what becomes of what fails."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

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
from claims.desk.webhooks.sending import taken
from claims.models import Claim, Notification, WebhookDelivery, WebhookEndpoint
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
from tests.serving import Handler, Server, serving
from tests.subscribing import read, subscribed, unverified

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_REST = timedelta(0)


@pytest.fixture
def inbox() -> Iterator[Server]:
    """A subscriber that takes everything; a test may have it `answer` otherwise."""
    with serving(lambda page: page.send(204)) as server:
        yield server


def waiting() -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.waiting().order_by("id"))


def due_now() -> None:
    """As if the next tries' time had come."""
    WebhookDelivery.objects.waiting().update(next_at=timezone.now())


def the_only(model):
    return model.objects.get()


# --- What is told ----------------------------------------------------------------------------


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


# --- Order and repeats -----------------------------------------------------------------------


def test_one_claim_waits_for_its_own_and_no_other(inbox, editor):
    """The first message of one claim fails; what follows on it waits, other claims' does not."""
    subscribed(inbox)
    first, other = published_verdict(), published_verdict()
    desk.verdict_retract(first, note="The log was forged.", by=editor)
    failing = {first.claim.text}

    def answer(page: Handler) -> None:
        text = json.loads(inbox.asked[-1].body)["data"]["claim"]["text"]
        page.send(500 if text in failing else 200)

    inbox.answer = answer
    tasks.send_webhooks()
    assert unverified(inbox) == [
        ("verdict.published", first.claim.text),
        ("verdict.published", other.claim.text),
    ]
    failing.clear()
    due_now()
    tasks.send_webhooks()
    assert unverified(inbox)[2:] == [
        ("verdict.published", first.claim.text),
        ("verdict.retracted", first.claim.text),
    ]
    again = [asked.headers["webhook-id"] for asked in inbox.asked]
    assert again[0] == again[2], "a repeat is known by its id"
    assert len({*again}) == 3


def test_what_is_given_up_stops_nothing(inbox, editor, settings):
    settings.WEBHOOK_RETRIES = []
    subscribed(inbox)
    verdict = published_verdict()
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    WebhookEndpoint.objects.update(last_delivered_at=timezone.now() + timedelta(minutes=1))
    inbox.answer = lambda page: page.send(500 if len(inbox.asked) == 1 else 200)
    tasks.send_webhooks()
    assert [kind for kind, _ in unverified(inbox)] == ["verdict.published", "verdict.retracted"]
    assert list(WebhookDelivery.objects.order_by("id").values_list("state", flat=True)) == [
        "failed",
        "delivered",
    ]


# --- What fails ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "note", "body"),
    [
        (lambda page: page.send(500, b"Oh\0 no"), 500, "500 Internal Server Error", "Oh� no"),
        (
            lambda page: page.send(302, location="/elsewhere"),
            302,
            "302 Found: redirects are not followed",
            "",
        ),
        (lambda page: page.go_on(b"", pause=0.05), None, "it took too long to answer", ""),
        (lambda page: page.wfile.write(b"?"), None, "no answer (BadStatusLine)", ""),
    ],
)
def test_a_failed_try_is_kept_and_made_again(inbox, admin, settings, answer, status, note, body):
    settings.WEBHOOK_TIMEOUT = timedelta(seconds=0.5)
    inbox.answer = answer
    services.endpoint_ping(subscribed(inbox), by=admin)
    tasks.send_webhooks()
    [delivery] = waiting()
    [tried] = delivery.tries.all()
    assert (tried.status, tried.note, tried.body) == (status, note, body)
    assert len(inbox.asked) == 1
    wait = delivery.next_at - timezone.now()
    assert timedelta(seconds=2) < wait <= timedelta(seconds=5)
    inbox.answer = lambda page: page.send(200, b"Thanks")
    due_now()
    tasks.send_webhooks()
    assert the_only(WebhookDelivery).state == "delivered"
    assert delivery.tries.last().body == "Thanks"


def test_of_a_huge_answer_the_start_is_kept(inbox, admin):
    def answer(page: Handler) -> None:
        page.send_response(200)
        page.end_headers()
        page.go_on(b"x" * 1024)

    inbox.answer = answer
    services.endpoint_ping(subscribed(inbox), by=admin)
    tasks.send_webhooks()
    delivery = the_only(WebhookDelivery)
    assert (delivery.state, delivery.tries.get().body) == ("delivered", "x" * 2_000)


def test_nobody_is_asked_at_an_address_that_is_not_public(inbox, admin, settings):
    settings.FETCH_NETWORKS = []
    services.endpoint_ping(subscribed(inbox), by=admin)
    tasks.send_webhooks()
    assert inbox.asked == []
    [delivery] = waiting()
    assert delivery.tries.get().note == "its address is not public"


def test_a_subscriber_may_ask_for_more_time(inbox, admin):
    inbox.answer = lambda page: page.send(503, retry_after="600")
    endpoint = subscribed(inbox)
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    [delivery] = waiting()
    assert delivery.next_at > timezone.now() + timedelta(seconds=590)
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    assert len(inbox.asked) == 1, "no other message is sent there meanwhile"


def test_the_tries_take_three_days(inbox, admin, settings):
    inbox.answer = lambda page: page.send(500)
    services.endpoint_ping(subscribed(inbox), by=admin)
    waits = []
    while waiting():
        due_now()
        WebhookEndpoint.objects.update(resting_until=None)
        tasks.send_webhooks()
        waits += [one.next_at - timezone.now() for one in waiting()]
    assert len(inbox.asked) == len(waits) + 1 == 10
    assert timedelta(hours=60) < sum(waits, timedelta(0)) <= timedelta(days=3)
    assert waits[:8] == sorted(waits[:8]), "each wait is longer than the one before"


# --- Switching off ---------------------------------------------------------------------------


def test_an_endpoint_that_keeps_failing_is_switched_off_and_told(inbox, admin, settings, client):
    settings.WEBHOOK_RETRIES = [60]
    admin.email = "ada@desk.example"
    admin.save()
    editor = user_in("editor")
    inbox.answer = lambda page: page.send(500)
    endpoint = subscribed(inbox)
    verdict = published_verdict()
    tasks.send_webhooks()
    due_now()
    tasks.send_webhooks()
    endpoint.refresh_from_db()
    assert endpoint.switched_off_at is not None
    assert "500 Internal Server Error" in endpoint.off_reason
    assert the_only(WebhookDelivery).state == "failed"
    assert Event.objects.get(kind="webhook.switched_off").actor is None
    notice = Notification.objects.get(to=admin)
    assert (notice.kind, notice.webhook) == ("webhook", endpoint)
    assert not Notification.objects.filter(to=editor, kind="webhook").exists()
    client.force_login(admin)
    assert "Plumbline switched off a webhook" in client.get("/admin/").text

    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    tasks.send_webhooks()
    assert len(inbox.asked) == 2
    inbox.answer = lambda page: page.send(200)
    services.endpoint_switch_on(endpoint, by=admin)
    tasks.send_webhooks()
    assert [kind for kind, _ in unverified(inbox)[2:]] == ["verdict.retracted"]


def test_one_that_takes_other_messages_is_not_switched_off(inbox, admin, settings):
    settings.WEBHOOK_RETRIES = [60]
    endpoint = subscribed(inbox)
    published_verdict()
    inbox.answer = lambda page: page.send(500)
    tasks.send_webhooks()
    inbox.answer = lambda page: page.send(200 if b'"ping"' in inbox.asked[-1].body else 500)
    services.endpoint_ping(endpoint, by=admin)
    WebhookEndpoint.objects.update(resting_until=None)
    tasks.send_webhooks()
    due_now()
    WebhookEndpoint.objects.update(resting_until=None)
    tasks.send_webhooks()
    endpoint.refresh_from_db()
    assert sorted(WebhookDelivery.objects.values_list("state", flat=True)) == [
        "delivered",
        "failed",
    ]
    assert endpoint.switched_off_at is None


def test_one_that_is_gone_is_switched_off_at_once_and_nothing_is_lost(inbox, admin):
    inbox.answer = lambda page: page.send(410)
    endpoint = subscribed(inbox)
    published_verdict()
    tasks.send_webhooks()
    due_now()
    tasks.send_webhooks()
    assert len(inbox.asked) == 1
    endpoint.refresh_from_db()
    assert "410 Gone" in endpoint.off_reason
    inbox.answer = lambda page: page.send(200)
    services.endpoint_change(
        endpoint, name="New", url=f"{inbox.url}/new", kinds=endpoint.kinds, by=admin
    )
    services.endpoint_switch_on(endpoint, by=admin)
    tasks.send_webhooks()
    assert inbox.asked[-1].path == "/new"
    assert waiting() == []


# --- Resending and keeping -------------------------------------------------------------------


def test_a_message_can_be_sent_again_under_its_id(inbox, admin):
    subscribed(inbox)
    published_verdict()
    tasks.send_webhooks()
    services.delivery_resend(the_only(WebhookDelivery), by=admin)
    tasks.send_webhooks()
    first, again = inbox.asked
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert the_only(WebhookDelivery).tries.count() == 2


def test_what_is_being_sent_is_not_sent_a_second_time(inbox, admin):
    """A resend is asked for, and a second worker comes by, while the first still has it."""
    endpoint = subscribed(inbox)
    services.endpoint_ping(endpoint, by=admin)
    assert taken(endpoint) is not None
    tasks.send_webhooks()
    assert inbox.asked == []
    with pytest.raises(Refused) as caught:
        services.delivery_resend(the_only(WebhookDelivery), by=admin)
    assert caught.value.code == "being_sent"


def test_what_was_done_long_ago_is_forgotten_and_what_waits_is_not(inbox, admin, settings):
    endpoint = subscribed(inbox)
    services.endpoint_ping(endpoint, by=admin)
    tasks.send_webhooks()
    services.endpoint_ping(endpoint, by=admin)
    long_ago = timezone.now() - settings.WEBHOOK_KEEP - timedelta(days=1)
    WebhookDelivery.objects.update(made_at=long_ago)
    tasks.forget_webhooks()
    assert WebhookDelivery.objects.count() == 2
    WebhookDelivery.objects.filter(state="delivered").update(done_at=long_ago)
    tasks.forget_webhooks()
    assert [one.state for one in WebhookDelivery.objects.all()] == ["waiting"]
    services.endpoint_switch_off(endpoint, reason="It moves.", by=admin)
    tasks.forget_webhooks()
    assert not WebhookDelivery.objects.exists()


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
        lambda: services.delivery_resend(the_only(WebhookDelivery), by=somebody),
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
