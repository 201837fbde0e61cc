"""Before publishing, correcting and retracting, reopening, and two claimants that are one."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from claims.models import Claimant, Evidence, Verdict
from tests.conftest import wait_until
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import (
    AppearanceFactory,
    ClaimantFactory,
    ClaimFactory,
    published_verdict,
    submitted_verdict,
    user_in,
)


@pytest.fixture
def editor(desk):
    return user_in("editor", username="edda", first_name="Edda")


def open_claim(page: Page, desk: str, claim) -> None:
    page.goto(f"{desk}/admin/claims/claim/{claim.pk}/change/")


def test_the_linter_stops_a_verdict_until_it_is_right(desk, editor, page: Page):
    claim = AppearanceFactory(
        claim=ClaimFactory(text="Mostly false: ferries ran late nine times in May."),
    ).claim
    verdict = submitted_verdict(user_in("researcher"), claim=claim)
    # The worker asks the source's host, which is nowhere.
    wait_until(lambda: Evidence.objects.filter(link_state="unreachable").exists())
    sign_in(page, desk, "edda")
    open_claim(page, desk, claim)

    before = page.get_by_role("region", name="Before publishing")
    expect(before.get_by_text("The claim carries its rating")).to_be_visible()
    expect(before.get_by_text("its host was not found")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    before.scroll_into_view_if_needed()
    shot(page, "linter")

    page.get_by_text("Edit the wording or the claimant").click()
    page.get_by_label("Claim", exact=True).fill("Ferries ran late nine times in May.")
    page.get_by_role("button", name="Save the wording").click()
    expect(before.get_by_text("The claim carries its rating")).to_have_count(0)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("link", name="Its public page")).to_be_visible()
    assert Verdict.objects.get(pk=verdict.pk).state == "published"


@pytest.mark.no_worker
def test_two_claimants_become_one_and_two_again(desk, editor, page: Page):
    gone = ClaimantFactory(name="M. Quill", role="Mayor of Harlow Bay")
    stays = ClaimantFactory(name="Mara Quill", wikidata_id="Q42")
    verdict = published_verdict(
        editor=editor, claim=AppearanceFactory(claim=ClaimFactory(claimant=gone)).claim
    )
    sign_in(page, desk, "edda")
    page.goto(f"{desk}/admin/claims/claimant/{gone.pk}/change/")
    page.get_by_role("link", name="Merge, or take a merge back").click()
    page.get_by_role("link", name="Choose Mara Quill").click()
    expect(page.get_by_role("heading", name="Which one stays?")).to_be_visible()
    shot(page, "claimant-merge")
    page.get_by_role("button", name="Merge, and Mara Quill stays").click()
    expect(page.get_by_text("is “Mara Quill” from now on")).to_be_visible()
    expect(page.get_by_text("1 claim came with it")).to_be_visible()
    shot(page, "claimant-merged")
    page.goto(f"{desk}{verdict.get_absolute_url()}")
    expect(page.get_by_text(re.compile("Mara Quill")).first).to_be_visible()

    page.goto(f"{desk}/admin/claims/claimant/{stays.pk}/merge/")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_text("“M. Quill” is a claimant of its own again")).to_be_visible()
    assert Claimant.objects.get(pk=gone.pk).merged_into is None
    page.goto(f"{desk}{verdict.get_absolute_url()}")
    expect(page.get_by_text(re.compile("M. Quill")).first).to_be_visible()


@pytest.mark.no_worker
def test_a_claimant_gets_its_role_its_wikidata_link_and_an_alias(desk, editor, page: Page):
    claimant = ClaimantFactory(name="Mara Quill", role="", wikidata_id="")
    sign_in(page, desk, "edda")
    page.goto(f"{desk}/admin/claims/claimant/{claimant.pk}/change/")
    page.get_by_label("Role").fill("Mayor of Harlow Bay")
    page.get_by_label("Wikidata ID").fill("42")
    page.get_by_text("Add another Alias").click()
    page.locator("#id_aliases-0-name").fill("Mayor Quill")
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    expect(page.get_by_text("A Wikidata ID is Q and a number.")).to_be_visible()
    page.get_by_label("Wikidata ID").fill("Q42")
    save.click()
    page.locator("#searchbar").fill("Mayor Quill")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Mara Quill").click()
    link = page.get_by_role("link", name="Wikidata: Q42")
    expect(link).to_have_attribute("href", "https://www.wikidata.org/entity/Q42")
    expect(page.locator("#id_aliases-0-name")).to_have_value("Mayor Quill")
    shot(page, "claimant")


@pytest.mark.no_worker
def test_a_published_verdict_is_looked_at_again_and_stands(desk, editor, page: Page):
    verdict = published_verdict(editor=editor)
    sign_in(page, desk, "edda")
    open_claim(page, desk, verdict.claim)
    page.get_by_text("Look at it again?").click()
    page.get_by_label("Reason").fill("The log of June is out.")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("heading", name="Correction: draft")).to_be_visible()

    page.get_by_text("Looked at again: it stands").click()
    page.get_by_label("What was looked at").fill("The log of June says the same.")
    page.get_by_label("Next review").fill("2099-06-01")
    shot(page, "review")
    page.get_by_role("button", name="It stands").click()
    expect(page.get_by_text("The verdict stands. Its page says")).to_be_visible()
    expect(page.get_by_role("heading", name="Correction: draft")).to_have_count(0)
    page.goto(f"{desk}{verdict.get_absolute_url()}")
    expect(page.get_by_text("Looked at again")).to_be_visible()


@pytest.mark.no_worker
def test_a_verdict_is_corrected_by_two_and_then_retracted(
    desk, editor, page: Page, browser: Browser
):
    verdict = published_verdict(editor=editor)
    user_in("editor", username="otis", first_name="Otis")
    sign_in(page, desk, "edda")
    open_claim(page, desk, verdict.claim)
    page.get_by_text("Correct or retract it").click()
    page.get_by_label("Note", exact=True).fill("The log of May was misread.")
    page.get_by_role("button", name="Begin a correction").click()
    expect(page.get_by_role("heading", name="Correction: draft")).to_be_visible()
    page.get_by_label(re.compile("^True")).check()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Submitted.")).to_be_visible()
    # Who wrote it does not approve it.
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    other = browser.new_context().new_page()
    sign_in(other, desk, "otis")
    open_claim(other, desk, verdict.claim)
    other.get_by_role("button", name="Approve and publish").click()
    expect(other.get_by_role("link", name="Its public page")).to_be_visible()
    page.goto(f"{desk}{verdict.get_absolute_url()}")
    expect(page.get_by_role("complementary", name="Correction")).to_contain_text("misread")
    shot(page, "corrected")
    markup = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    [told] = markup["correction"]
    assert (told["name"], told["text"]) == ("The rating changed", "The log of May was misread.")

    other.get_by_text("Correct or retract it").click()
    other.get_by_label("Note", exact=True).fill("The log was forged.")
    other.get_by_role("button", name="Retract", exact=True).click()
    expect(other.get_by_text("Retracted").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("We no longer stand by our verdict")).to_be_visible()
    expect(page.locator('script[type="application/ld+json"]')).to_have_count(0)
    shot(page, "retracted")


@pytest.mark.no_worker
def test_a_dismissed_claim_is_reopened_with_a_reason(desk, editor, page: Page):
    claim = AppearanceFactory().claim
    sign_in(page, desk, "edda")
    open_claim(page, desk, claim)
    page.get_by_text("Not worth checking?").click()
    page.get_by_label("Reason").fill("A matter of taste.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Dismissed: A matter of taste.")).to_be_visible()
    page.get_by_label("Reason").fill("It is said everywhere.")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("Dismissed: A matter of taste.")).to_have_count(0)
    claim.refresh_from_db()
    assert claim.status == "triaged"
