"""Each single key, in the queue and on a claim's page; that none reaches into a field."""

import re

import pytest
from playwright.sync_api import Page, expect

from claims.admin.claims import ClaimAdmin
from claims.models import Claim
from tests import factories
from tests.e2e.test_day_by_keyboard import is_focused, keys, sign_in_by_keyboard

pytestmark = pytest.mark.no_worker
QUEUE = "/admin/claims/claim/"


@pytest.fixture
def claims(desk, monkeypatch) -> list[Claim]:
    """Three claims, best first, on two pages of the queue; Edda is an editor, Tove none."""
    monkeypatch.setattr(ClaimAdmin, "list_per_page", 2)
    factories.rating_scale()
    factories.user_in("editor", username="edda", first_name="Edda")
    factories.user_in("researcher", username="tove", first_name="Tove")
    return [
        factories.AppearanceFactory(
            claim__text=f"Claim {n}.", claim__check_worthiness=0.9 - n / 10
        ).claim
        for n in range(3)
    ]


def row(claim: Claim) -> str:
    return f"#result_list a[href*='/claim/{claim.pk}/']"


def told(page: Page, words: str) -> None:
    expect(page.locator("#keys-told")).to_have_text(words)


def is_open(page: Page, claim: Claim) -> None:
    expect(page).to_have_url(re.compile(f"/claim/{claim.pk}/change/"))
    expect(page.locator("[data-keys-open]")).to_be_visible()


def test_in_the_queue(desk, claims, page: Page):
    first, second, third = claims
    sign_in_by_keyboard(page, desk)
    for key in "amr":
        page.evaluate("sessionStorage.removeItem('desk-at')")
        keys(page, key)
        told(page, "Choose a claim first: j.")
    keys(page, "j")
    is_focused(page, row(first))
    keys(page, "k")
    told(page, "This is the first claim.")
    keys(page, "j", "j")
    is_focused(page, row(third))
    keys(page, "j")
    told(page, "This is the last claim.")
    keys(page, "k")
    is_focused(page, row(second))
    keys(page, "/")
    is_focused(page, "#searchbar")
    keys(page, "j", "d", "?")
    expect(page.locator("#searchbar")).to_have_value("jd?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()

    page.goto(f"{desk}{QUEUE}")
    is_focused(page, row(second))
    keys(page, "m")
    is_open(page, second)
    told(page, "No match waits for a decision of yours.")
    page.goto(f"{desk}{QUEUE}")
    is_focused(page, row(second))
    keys(page, "r")
    is_open(page, second)
    told(page, "There is no draft to rate: take the claim first (a).")


def test_on_a_claims_page(desk, claims, page: Page):
    first, second, third = claims
    sign_in_by_keyboard(page, desk)
    keys(page, "j", "Enter")
    is_open(page, first)
    keys(page, "k")
    told(page, "This is the first claim of the queue.")
    for there in (second, third):
        keys(page, "j")
        is_open(page, there)
    keys(page, "j")
    told(page, "This is the last claim of the queue.")
    keys(page, "k")
    is_open(page, second)

    keys(page, "d")
    is_focused(page, "[data-key=d] textarea[name=reason]")
    page.keyboard.type("jkamr/?")
    expect(page.get_by_label("Reason")).to_have_value("jkamr/?")
    keys(page, "Control+Enter")
    expect(page.get_by_text("Dismissed: jkamr/?")).to_be_visible()
    keys(page, "j")
    is_open(page, third)
    keys(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys(page, "Escape", "/")
    is_focused(page, "#searchbar")


def test_no_claim_is_passed_over_when_others_left_the_page_before_it(desk, claims, page: Page):
    first, second, third = claims
    sign_in_by_keyboard(page, desk)
    keys(page, "j", "Enter")
    for one, after in ((first, second), (second, third)):
        is_open(page, one)
        keys(page, "d")
        page.keyboard.type("A matter of taste.")
        keys(page, "Control+Enter")
        expect(page.get_by_text("Dismissed: A matter of taste.")).to_be_visible()
        keys(page, "j")
        is_open(page, after)
    keys(page, "k")
    is_open(page, second)


def test_a_researcher_takes_by_the_key_and_dismisses_nothing(desk, claims, page: Page):
    first = claims[0]
    sign_in_by_keyboard(page, desk, username="tove")
    keys(page, "j", "d")
    told(page, "You may not do this here.")
    keys(page, "a")
    expect(page.get_by_text("1 claim taken.")).to_be_visible()
    is_focused(page, row(first))
    keys(page, "r")
    is_open(page, first)
    is_focused(page, "[data-key=r] input")
    first.refresh_from_db()
    assert (first.status, first.assignee.username) == ("in_progress", "tove")
