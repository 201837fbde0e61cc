"""What happens to webhooks when the worker, the broker or the subscriber fails."""

from threading import Event

import pytest
import redis

from claims.desk import verdicts as desk
from claims.desk.webhooks.endpoints import endpoint_ping
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from config.celery import app
from tests.conftest import wait_until
from tests.factories import published_verdict, user_in
from tests.serving import Handler, serving
from tests.subscribing import read, subscribed, unverified

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = {
    "FETCH_NETWORKS": "127.0.0.0/8",
    "WEBHOOK_RETRY_SECONDS": ",".join(["1"] * 30),
    "WEBHOOK_REST_SECONDS": "0.2",
    "WEBHOOK_TIMEOUT_SECONDS": "2",
    "WEBHOOK_LEASE_SECONDS": "4",
}


def taken(page: Handler) -> None:
    page.send(204)


def all_delivered() -> bool:
    return not WebhookDelivery.objects.exclude(state="delivered").exists()


def test_a_subscriber_that_is_down_gets_it_when_it_is_back(start_worker):
    with serving(taken) as before:
        endpoint, port = subscribed(before), before.server_port
    start_worker(**QUICK)
    published_verdict()
    wait_until(lambda: WebhookAttempt.objects.filter(ended_at__isnull=False).count() >= 2)
    assert not WebhookDelivery.objects.filter(state="delivered").exists()
    with serving(taken, port=port) as back:
        wait_until(all_delivered)
        [asked] = back.asked
        assert read(asked, endpoint.secret)["type"] == "verdict.published"
    refused = WebhookAttempt.objects.filter(status=None)
    assert {one.note for one in refused} == {"no answer (ConnectionRefusedError)"}


def test_a_worker_killed_while_it_sends(start_worker):
    """The message has arrived, and nobody wrote that down: it comes again, under its id."""
    answering = Event()

    def slow(page: Handler) -> None:
        answering.wait(1.5)
        page.send(204)

    with serving(slow) as inbox:
        endpoint = subscribed(inbox)
        worker = start_worker(**QUICK)
        endpoint_ping(endpoint, by=None)
        wait_until(lambda: inbox.asked)
        worker.kill()
        answering.set()
        assert not all_delivered()
        start_worker(**QUICK)
        wait_until(all_delivered)
        assert len(inbox.asked) >= 2
        assert len({asked.headers["webhook-id"] for asked in inbox.asked}) == 1
        lost, arrived = WebhookDelivery.objects.get().tries.order_by("id")
        assert "the worker was lost" in lost.note
        assert arrived.status == 204


def test_two_workers_and_a_subscriber_that_fails_now_and_then_keep_the_order(start_worker):
    """Each claim's messages are taken in the order of what happened, whatever failed between."""
    arrived: list[tuple[str, str]] = []

    def every_third(page: Handler) -> None:
        if len(inbox.asked) % 3 == 0:
            page.send(500)
        else:
            arrived.append(unverified(inbox)[-1])
            page.send(200)

    with serving(every_third) as inbox:
        subscribed(inbox, ["verdict.published", "verdict.retracted"])
        editor = user_in("editor")
        for _ in range(2):
            start_worker(**QUICK)
        verdicts = [published_verdict(editor=editor) for _ in range(5)]
        for verdict in verdicts:
            desk.verdict_retract(verdict, note="The log was forged.", by=editor)
        wait_until(all_delivered)
        once = list(dict.fromkeys(arrived))
        for verdict in verdicts:
            kinds = [kind for kind, text in once if text == verdict.claim.text]
            assert kinds == ["verdict.published", "verdict.retracted"]


def test_a_subscriber_that_hangs_keeps_nobody_else_waiting(start_worker):
    with serving(lambda page: page.go_on(b"", pause=0.1)) as deaf, serving(taken) as inbox:
        hanging = subscribed(deaf)
        good = subscribed(inbox, name="Good")
        for _ in range(4):
            endpoint_ping(hanging, by=None)
        for _ in range(4):
            endpoint_ping(good, by=None)
        start_worker(**{**QUICK, "WEBHOOK_REST_SECONDS": "60"})
        done = WebhookDelivery.objects.filter(endpoint=good, state="delivered")
        wait_until(lambda: done.count() == 4)
        assert WebhookEndpoint.objects.get(pk=hanging.pk).failures >= 1
        assert len(deaf.asked) <= 4


def test_nobody_waits_for_a_queue_full_of_articles(start_worker, broker):
    with serving(taken) as inbox:
        for number in range(1_000):
            app.send_task("claims.extract", args=[-number])
        endpoint_ping(subscribed(inbox), by=None)
        start_worker(**QUICK)
        wait_until(all_delivered)
        assert redis.Redis.from_url(broker).llen("celery") > 100
        assert len(inbox.asked) == 1


def test_valkey_emptied_after_the_commit(start_worker, broker):
    with serving(taken) as inbox:
        endpoint_ping(subscribed(inbox), by=None)
        client = redis.Redis.from_url(broker)
        assert client.llen("webhooks") >= 1, "the wake-up was sent on commit"
        client.flushall()
        start_worker(**QUICK)
        wait_until(all_delivered)
        assert len(inbox.asked) == 1
