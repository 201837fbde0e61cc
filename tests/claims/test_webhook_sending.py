"""In which order webhooks are sent, and what becomes of what fails."""

import json
import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from articles.events import Event
from claims import tasks
from claims.desk import verdicts as desk
from claims.desk.errors import Refused
from claims.desk.webhooks import endpoints as services
from claims.desk.webhooks.sending import taken
from claims.models import Notification, WebhookDelivery, WebhookEndpoint
from tests.factories import (
    published_verdict,
    user_in,
)
from tests.serving import Handler
from tests.subscribing import subscribed, unverified

pytestmark = pytest.mark.django_db


def waiting() -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.waiting().order_by("id"))


def due_now() -> None:
    """As if the next tries' time had come."""
    WebhookDelivery.objects.waiting().update(next_at=timezone.now())


def the_only(model):
    return model.objects.get()


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


def test_a_name_that_leads_inside_the_next_time_is_refused(inbox, admin, settings, monkeypatch):
    """Looked up once for each message, and that address alone is asked."""
    settings.FETCH_NETWORKS = ["127.0.0.1/32"]
    found, kept = iter(["127.0.0.1", "127.0.0.2"]), socket.getaddrinfo

    def resolved(host, *args, **kwargs):
        return kept(next(found) if host == "rebinding.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    url = f"http://rebinding.example:{inbox.server_port}/hook"
    endpoint = subscribed(inbox, url=url)
    for _n in range(2):
        services.endpoint_ping(endpoint, by=admin)
        tasks.send_webhooks()
    assert len(inbox.asked) == 1
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


def test_what_has_lost_its_worker_at_every_try_is_given_up(inbox, admin, settings):
    services.endpoint_ping(subscribed(inbox), by=admin)
    delivery = the_only(WebhookDelivery)
    for number in range(1, len(settings.WEBHOOK_RETRIES) + 2):
        delivery.tries.create(number=number)
    WebhookDelivery.objects.update(attempts=number)
    tasks.send_webhooks()
    assert inbox.asked == []
    assert the_only(WebhookDelivery).state == "failed"


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
    tasks.mail()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (
        ["ada@desk.example"],
        "Plumbline switched off a webhook: Harbour CMS",
    )
    assert "500 Internal Server Error" in sent.body
    assert f"/admin/claims/webhookendpoint/{endpoint.pk}/change/" in sent.body

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
