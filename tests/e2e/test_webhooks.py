"""An admin makes a webhook, tries it, sees what was answered and sends a message again."""

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from claims.models import WebhookDelivery, WebhookEndpoint
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import published_verdict, user_in
from tests.serving import serving
from tests.subscribing import read

IN_DARK = "dark => document.documentElement.classList.toggle('dark', dark)"


def looked_at(page: Page, name: str) -> None:
    """Screenshots in light, dark and narrow; nothing serious for axe in either colour."""
    for scheme in ("light", "dark"):
        page.evaluate(
            "dark => document.documentElement.classList.toggle('dark', dark)", scheme == "dark"
        )
        shot(page, f"{name}-{scheme}")
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        told = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in serious]
        assert told == [], scheme
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, f"{name}-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(wide)


def test_a_webhook_from_making_it_to_its_messages(live_server, settings, start_worker, page: Page):
    settings.PUBLIC_URL = live_server.url
    user_in("admin", username="ada", first_name="Ada")
    # What failed waits for whoever sends it by hand.
    start_worker(FETCH_NETWORKS="127.0.0.0/8", WEBHOOK_RETRY_SECONDS="3600")
    status = [200]
    with serving(lambda answer: answer.send(status[0], b'{"taken": true}')) as inbox:
        sign_in(page, live_server.url, "ada")
        page.get_by_role("link", name="Webhooks").click()
        page.goto(live_server.url + reverse("admin:claims_webhookendpoint_add"))
        looked_at(page, "webhook-new")
        page.get_by_label("Name").fill("Harbour CMS")
        page.get_by_label("URL").fill(f"{inbox.url}/hooks/plumbline")
        page.get_by_label("Claim matched").check()
        page.get_by_role("button", name="Make the webhook").click()
        secret = page.get_by_label("Secret").input_value()
        looked_at(page, "webhook-secret")
        page.get_by_role("link", name="I have copied it").click()

        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("A test message is on its way")).to_be_visible()
        reloaded_until(page, page.get_by_text("200 OK"))
        assert WebhookDelivery.objects.get().state == "delivered"
        assert read(inbox.asked[0], secret)["type"] == "ping"

        status[0] = 500
        verdict = published_verdict()
        shown = page.locator(".desk-row", has_text=verdict.claim.text)
        reloaded_until(page, shown.get_by_text("500 Internal Server Error"))
        looked_at(page, "webhook")
        page.goto(live_server.url + reverse("admin:claims_webhookendpoint_changelist"))
        looked_at(page, "webhooks")
        page.goto(live_server.url + reverse("admin:claims_webhookdelivery_changelist"))
        looked_at(page, "webhook-messages")

        status[0] = 200
        page.get_by_role("link", name="Verdict published").first.click()
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("It is on its way")).to_be_visible()
        reloaded_until(page, page.get_by_role("button", name="Send again"))
        page.get_by_text("JSON", exact=True).click()
        looked_at(page, "webhook-message")

        page.get_by_role("link", name="Harbour CMS").click()
        page.get_by_text("Switch off").first.click()
        page.get_by_label("Why").fill("They move house.")
        page.get_by_role("button", name="Switch off").click()
        expect(page.get_by_role("button", name="Switch on")).to_be_visible()
        assert WebhookEndpoint.objects.get().off_reason == "They move house."


def reloaded_until(page: Page, shown) -> None:
    """Reload, as the page asks one to, until `shown` is there."""
    for _ in range(60):
        page.reload()
        if shown.first.is_visible():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"not shown: {shown}")
