"""The home page in a browser: told of an assignment, the figures drawn, in both colour schemes."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from claims.desk import claims as claim_services
from claims.models import Heartbeat, Notification
from tests.conftest import wait_until
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import AppearanceFactory, published_verdict, user_in


def test_an_assignment_is_told_read_and_switched_off(desk, page: Page):
    tove = user_in("researcher", username="tove", first_name="Tove", email="tove@desk.example")
    edda = user_in("editor", username="edda", first_name="Edda")
    claims = [AppearanceFactory().claim for _ in range(2)]
    for claim in claims:
        claim_services.claim_assign(claim, to=tove, by=edda)
    wait_until(lambda: Notification.objects.filter(mailed_at__isnull=False).count() == 2)

    sign_in(page, desk, "tove")
    expect(page.get_by_role("heading", name="Unread notifications (2)")).to_be_visible()
    menu = page.get_by_role("link", name=re.compile("My notifications"))
    expect(menu).to_contain_text("2")
    shot(page, "home-told")
    told = page.locator(".desk-told", has_text=claims[0].text)
    told.get_by_role("button", name=re.compile("Mark as read")).click()
    expect(page.get_by_role("heading", name="Unread notifications (1)")).to_be_visible()
    expect(told).to_have_count(0)

    menu.click()
    expect(page.locator(".desk-told")).to_have_count(2)
    shot(page, "notifications")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".desk-told.is-unread")).to_have_count(0)
    page.get_by_label("Assigned to me, by e-mail").uncheck()
    page.get_by_label("Assigned to me, here").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It counts for what happens from now on")).to_be_visible()
    claim_services.claim_assign(AppearanceFactory().claim, to=tove, by=edda)
    assert Notification.objects.count() == 2


def test_the_figures_are_drawn_from_their_tables_with_nothing_from_elsewhere(desk, page: Page):
    tove = user_in("researcher", username="tove", first_name="Tove")
    edda = user_in("editor", username="edda", first_name="Edda")
    for _ in range(3):
        verdict = published_verdict(tove, edda)
    wait_until(lambda: Heartbeat.objects.exists())
    asked, troubles = set(), []
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))

    sign_in(page, desk, "edda")
    expect(page.get_by_text("A worker answered")).to_be_visible()
    drawings = page.get_by_role("img", name=re.compile("The numbers are in the table below"))
    expect(drawings).to_have_count(4)
    light = drawings.first.evaluate("canvas => canvas.toDataURL()")
    assert drawings.first.evaluate("canvas => canvas.clientWidth") > 200
    page.screenshot(path=SCREENSHOTS / "home.png", full_page=True)

    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(drawings).to_have_count(4)
    assert drawings.first.evaluate("canvas => canvas.toDataURL()") != light
    page.screenshot(path=SCREENSHOTS / "home-dark.png", full_page=True)

    by_claimant = page.locator("figure", has_text="Ratings by claimant")
    by_claimant.get_by_text("The numbers").click()
    row = by_claimant.get_by_role("row", name=re.compile(re.escape(verdict.claim.claimant.name)))
    row.get_by_role("link", name="1").click()
    expect(page.get_by_text(verdict.claim.text)).to_be_visible()
    assert asked == {urlsplit(desk).netloc}
    assert troubles == []


@pytest.mark.no_worker
def test_on_a_phone_all_of_it_fits_the_width(desk, browser):
    published_verdict(user_in("researcher"), user_in("editor"))
    user_in("editor", username="edda")
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    sign_in(phone, desk, "edda")
    for fold in phone.get_by_text("The numbers").all():
        fold.click()
    expect(phone.locator("figure table").last).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.screenshot(path=SCREENSHOTS / "home-phone.png", full_page=True)
