"""An editor searches in words of their own for a claim that the desk has rated."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.e2e.test_suggestion_to_verdict import known

__all__ = ["known"]


def test_a_search_finds_what_means_the_same(desk, known, page: Page):
    sign_in(page, desk, "editor")
    page.goto(f"{desk}/admin/claims/claim/")
    search = page.get_by_role("textbox", name=re.compile("search", re.IGNORECASE)).or_(
        page.locator("#searchbar")
    )
    search.first.fill("docks and quays that were shut")
    search.first.press("Enter")

    expect(page.get_by_role("heading", name="No claim fits")).to_be_visible()
    near = page.locator("#near")
    expect(near.get_by_role("heading", name="Near in meaning")).to_be_visible()
    expect(near.get_by_text("Mostly false")).to_be_visible()
    shot(page, "near-in-meaning")
    near.get_by_role("link", name=re.compile("closed 14 of its 32 quays")).click()
    expect(page).to_have_url(f"{desk}/admin/claims/claim/{known.pk}/change/")
