"""An editor works through the queue: searches, filters, saves, flags, tags, dismisses many."""

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim, Topic
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import AppearanceFactory, ClaimantFactory, OutletFactory, user_in


@pytest.fixture
def claims(transactional_db) -> dict[str, Claim]:
    """Five claims of one outlet, by their first word."""
    user_in("editor", username="edda", first_name="Edda")
    Topic.objects.create(name="transport")
    herald = OutletFactory(name="Harbour Herald", domain="herald.example")
    speaker = ClaimantFactory(name="Hélène Marchand")
    texts = {
        "Ferries were late on 14 of 31 days in May.": 0.93,
        "Škoda pays for the new quay.": 0.71,
        "Crabs are a third fewer than in 2019.": 0.88,
        "Nobody likes the new timetable.": 0.34,
        "Summer will be fine.": 0.31,
    }
    return {
        text.split()[0]: AppearanceFactory(
            claim__text=text,
            claim__check_worthiness=score,
            claim__claimant=speaker,
            article__outlet=herald,
        ).claim
        for text, score in texts.items()
    }


def choose(page: Page, action: str, *claims: Claim) -> None:
    for claim in claims:
        page.locator(f"input[name=_selected_action][value='{claim.pk}']").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Run", exact=False).first.click()


def test_the_queue_by_priority_search_saved_view_and_bulk(claims, live_server, page: Page):
    desk = live_server.url
    sign_in(page, desk, "edda")
    page.goto(f"{desk}/admin/claims/claim/")
    expect(page.locator("#result_list .desk-claim").first).to_contain_text("Ferries")

    choose(page, "Flag to be looked at first", claims["Škoda"])
    expect(page.locator("#result_list .desk-claim").first).to_contain_text("Škoda")
    choose(page, "Tag with topics…", claims["Škoda"], claims["Ferries"])
    page.get_by_label("Add topics").fill("transport")
    page.get_by_role("button", name="Tag").click()
    expect(page.get_by_text("2 claims tagged.")).to_be_visible()

    page.goto(f"{desk}/admin/claims/claim/?topic=transport")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name").fill("Transport")
    page.get_by_label("Share it with the desk").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{desk}/admin/claims/claim/")
    shot(page, "queue-priority")
    saved = page.get_by_role("navigation", name="Saved filters")
    saved.get_by_role("link", name="Transport").click()
    expect(page.locator("#result_list .desk-claim")).to_have_count(2)

    page.locator("a", has_text="filter_list").click()
    expect(page.get_by_label("By topic")).to_have_value("transport")
    expect(page.get_by_label("Last made from")).to_be_visible()
    page.get_by_label("By topic").fill("")
    page.get_by_label("By topic").press_sequentially("trans")
    expect(page.locator("datalist option[value=transport]")).to_be_attached()
    shot(page, "queue-filters")

    page.goto(f"{desk}/admin/claims/claim/?q=helene+skdoa")
    expect(page.locator("#result_list .desk-claim")).to_have_count(1)
    expect(page.get_by_text("Nothing here says “skdoa”")).to_be_visible()
    page.locator("#result_list .desk-claim").click()
    expect(page.locator("#priority")).to_contain_text("log-odds of check-worthiness 0.71")
    shot(page, "priority")

    page.goto(f"{desk}/admin/claims/claim/")
    choose(page, "Dismiss, with a reason…", claims["Nobody"], claims["Summer"])
    page.get_by_label("Reason").fill("A matter of taste.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("2 claims dismissed.")).to_be_visible()
    expect(page.locator("#result_list .desk-claim")).to_have_count(3)
    assert Claim.objects.filter(dismissal="A matter of taste.").count() == 2


def test_the_filters_open_and_close_by_keys_and_stay_after_a_step_for_many(
    claims, live_server, page: Page
):
    desk = live_server.url
    Claim.objects.filter(pk__in=[claims["Ferries"].pk, claims["Crabs"].pk]).update(topics=["sea"])
    sign_in(page, desk, "edda")
    page.goto(f"{desk}/admin/claims/claim/?topic=sea")
    filters = page.get_by_role("button", name="Filters")
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("By topic")).to_be_visible()
    page.get_by_label("By topic").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_label("By topic")).to_be_hidden()
    expect(filters).to_be_focused()

    choose(page, "Dismiss, with a reason…", claims["Crabs"])
    page.get_by_label("Reason").fill("A matter of taste.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("1 claim dismissed.")).to_be_visible()
    expect(page).to_have_url(f"{desk}/admin/claims/claim/?topic=sea")
    expect(page.locator("#result_list .desk-claim")).to_have_count(1)
