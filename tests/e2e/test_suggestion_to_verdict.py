"""A claim that was checked before, met again in other words: suggested, confirmed, answered."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.models import Claim, Match
from tests.conftest import wait_until
from tests.e2e.test_paste_to_verdict import paste, shot, sign_in
from tests.factories import ArticleFactory, OutletFactory, published_verdict, user_in

KNOWN = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024"
AGAIN = "Fourteen of the 32 quays in Harlow Bay were closed from 2019 to 2024, nearly half"


@pytest.fixture
def known(desk) -> Claim:
    """A claim that the worker found and the desk has rated."""
    herald = OutletFactory(name="Harbour Herald", domain="herald.example")
    text = f"“{KNOWN},” Mayor Mara Quill told the council."
    article = ArticleFactory(outlet=herald, text=text, language="en")
    wait_until(lambda: article.appearances.exists())
    claim = article.appearances.get().claim
    wait_until(lambda: not claim.wordings.filter(vector=None).exists())
    tove, edda = (user_in(role, username=role) for role in ("researcher", "editor"))
    return published_verdict(tove, edda, claim=claim).claim


def test_what_is_suggested_is_confirmed_and_has_the_verdict(
    desk, known, page: Page, browser: Browser
):
    sign_in(page, desk, "editor")
    paste(page, desk, f"“{AGAIN},” Councillor Otis Wren said on Monday.")
    expect(page.locator("mark").first).to_be_visible(timeout=30_000)
    wait_until(lambda: Match.objects.waiting().exists())

    page.goto(f"{desk}/admin/claims/claim/?same=suggested")
    row = page.get_by_role("row", name=re.compile("Fourteen of the 32 quays"))
    expect(row.get_by_text("possibly the same as another")).to_be_visible()
    row.get_by_role("link").first.click()
    likely = page.locator("#likely")
    expect(likely.get_by_text(re.compile("closed 14 of its 32 quays"))).to_be_visible()
    expect(likely.get_by_text("Mostly false")).to_be_visible()
    expect(likely.get_by_text("both name", exact=False).first).to_be_visible()
    shot(page, "likely")

    likely.get_by_role("button", name=re.compile("^Confirm")).click()
    expect(page).to_have_url(f"{desk}/admin/claims/claim/{known.pk}/change/")
    expect(page.get_by_text("published as Mostly false")).to_be_visible()
    # Its first place stands open, the others are folded.
    expect(page.locator("mark", has_text="Fourteen of the 32 quays")).to_have_count(1)
    history = page.locator(".desk-history")
    expect(history.get_by_text("The same as another claim")).to_be_visible()

    reader = browser.new_context().new_page()
    [verdict] = reader.request.get(f"{desk}/api/v1/verdicts/").json()["results"]
    assert len(verdict["claim"]["appearances"]) == 2

    # A confirmation by mistake is taken back.
    page.get_by_text("Some of these places are another claim").click()
    page.get_by_label(re.compile("Fourteen of the 32 quays")).check()
    page.get_by_role("button", name="Split them off").click()
    page.get_by_role("link", name="open it").click()
    expect(page.locator("h2.desk-headline")).to_contain_text("Fourteen of the 32 quays")
    expect(page.locator("#likely")).to_have_count(0)
    expect(page.get_by_text("Rejected as another claim")).to_be_visible()


def test_pairs_are_decided_on_one_by_one(desk, known, page: Page):
    sign_in(page, desk, "editor")
    paste(page, desk, f"“{AGAIN},” Councillor Otis Wren said on Monday.")
    wait_until(lambda: Match.objects.waiting().exists())
    page.goto(f"{desk}/admin/")
    page.get_by_role("link", name="Matches").click()
    expect(page.get_by_text("1 pair to decide on")).to_be_visible()
    shot(page, "matches")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("heading", name="No pair waits")).to_be_visible()
    assert Match.objects.get().state == "rejected"
