"""Webhooks in the admin: made, changed, switched, their messages looked at and sent again."""

import pytest
from django.urls import reverse

from articles.events import Event
from claims import tasks
from claims.desk.webhooks import endpoints as services
from claims.models import WebhookDelivery, WebhookEndpoint
from tests.factories import published_verdict
from tests.subscribing import read, subscribed

pytestmark = pytest.mark.django_db

LIST = "/admin/claims/webhookendpoint/"


@pytest.fixture
def desk(client, admin):
    """The admin's browser."""
    client.force_login(admin)
    return client


def page_of(endpoint: WebhookEndpoint) -> str:
    return reverse("admin:claims_webhookendpoint_change", args=[endpoint.pk])


def press(desk, endpoint: WebhookEndpoint, button: str, **sent):
    endpoint.refresh_from_db()
    return desk.post(
        f"{page_of(endpoint).removesuffix('change/')}{button}/",
        {"version": endpoint.version, **sent},
        follow=True,
    )


def test_a_webhook_is_made_and_its_secret_shown_once(desk, inbox):
    form = {"name": "CMS", "url": f"{inbox.url}/hook", "kinds": ["verdict.published"], "version": 0}
    assert "Told of" in desk.get(f"{LIST}add/").text
    shown = desk.post(f"{LIST}add/", form)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in shown.text
    assert endpoint.kinds == ["verdict.published"]
    assert Event.objects.get(kind="webhook.created").actor == endpoint.created_by
    for page in (page_of(endpoint), LIST, "/admin/articles/event/"):
        assert endpoint.secret not in desk.get(page).text
    assert "127.0.0.1" in desk.get(LIST).text


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(desk):
    form = {"name": "CMS", "url": "https://me:pw@cms.example/", "kinds": ["ping"], "version": 0}
    shown = desk.post(f"{LIST}add/", form)
    assert shown.status_code == 422
    assert "ping is not one of the available choices" in shown.text
    shown = desk.post(f"{LIST}add/", {**form, "kinds": ["claim.created"]})
    assert shown.status_code == 422
    assert "Without a login before the host." in shown.text
    assert "https://me:pw@cms.example/" in shown.text
    assert not WebhookEndpoint.objects.exists()


def test_a_webhook_is_changed_and_a_change_over_a_change_refused(desk, inbox, admin):
    endpoint = subscribed(inbox)
    form = {"name": "CMS", "url": endpoint.url, "kinds": ["claim.matched"], "version": 1}
    assert "Saved." in desk.post(page_of(endpoint), form, follow=True).text
    refused = desk.post(page_of(endpoint), {**form, "name": "Mine"})
    assert refused.status_code == 409
    assert "was changed while you had this page open" in refused.text
    assert "Mine" in refused.text
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.kinds) == ("CMS", ["claim.matched"])


def test_a_test_message_and_what_came_of_it(desk, inbox):
    inbox.answer = lambda page: page.send(200, b"Thanks <b>all</b>")
    endpoint = subscribed(inbox)
    assert "on its way" in press(desk, endpoint, "ping").text
    tasks.send_webhooks()
    assert read(inbox.asked[0], endpoint.secret) == {
        "type": "ping",
        "timestamp": read(inbox.asked[0], endpoint.secret)["timestamp"],
        "data": {},
    }
    delivery = WebhookDelivery.objects.get()
    assert "200 OK" in desk.get(page_of(endpoint)).text
    shown = desk.get(reverse("admin:claims_webhookdelivery_change", args=[delivery.pk])).text
    assert "Thanks &lt;b&gt;all&lt;/b&gt;" in shown
    assert delivery.message_id in shown
    listed = desk.get("/admin/claims/webhookdelivery/").text
    assert "Test message" in listed
    assert "200 OK" in listed


def test_a_message_is_sent_again(desk, inbox):
    subscribed(inbox)
    verdict = published_verdict()
    tasks.send_webhooks()
    delivery = WebhookDelivery.objects.get()
    page = reverse("admin:claims_webhookdelivery_change", args=[delivery.pk])
    assert verdict.claim.text in desk.get(page).text
    answer = desk.post(page.replace("/change/", "/resend/"), follow=True)
    assert "It is on its way" in answer.text
    tasks.send_webhooks()
    assert len({asked.headers["webhook-id"] for asked in inbox.asked}) == 1
    assert len(inbox.asked) == 2


def test_switching_off_and_on(desk, inbox):
    endpoint = subscribed(inbox)
    off = press(desk, endpoint, "switch-off", reason="They move house.")
    assert "Switched off" in off.text
    assert "They move house." in desk.get(page_of(endpoint)).text
    assert "is switched off already" in press(desk, endpoint, "switch-off").text
    published_verdict()
    tasks.send_webhooks()
    assert inbox.asked == []
    press(desk, endpoint, "switch-on")
    tasks.send_webhooks()
    assert len(inbox.asked) == 1


def test_a_new_secret_is_shown_once(desk, inbox):
    endpoint = subscribed(inbox)
    former = endpoint.secret
    shown = press(desk, endpoint, "renew-secret").text
    endpoint.refresh_from_db()
    assert endpoint.secrets == [endpoint.secret, former]
    assert endpoint.secret in shown
    assert "signed with the former secret as well" in shown
    press(desk, endpoint, "renew-secret", at_once="on")
    endpoint.refresh_from_db()
    assert endpoint.secrets == [endpoint.secret]


@pytest.mark.parametrize("button", ["switch-off", "ping", "renew-secret"])
def test_editors_press_no_button(client, editor, inbox, button):
    endpoint = subscribed(inbox)
    services.endpoint_ping(endpoint, by=None)
    before = WebhookEndpoint.objects.values().get()
    client.force_login(editor)
    assert press(client, endpoint, button).status_code == 403
    delivery = WebhookDelivery.objects.get()
    page = reverse("admin:claims_webhookdelivery_resend", args=[delivery.pk])
    assert client.post(page).status_code == 403
    assert WebhookEndpoint.objects.values().get() == before


def test_the_pages_ask_no_more_of_the_database_with_more_rows(
    desk, inbox, admin, django_assert_max_num_queries
):
    endpoint = subscribed(inbox)
    for _ in range(12):
        services.endpoint_ping(endpoint, by=admin)
        published_verdict()
    assert ">24<" in "".join(desk.get(LIST).text.split()), "12 pings and 12 verdicts wait"
    for page in (LIST, "/admin/claims/webhookdelivery/", page_of(endpoint)):
        with django_assert_max_num_queries(20):
            desk.get(page)
