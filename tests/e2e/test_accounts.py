"""An account in a browser: kept out after failed tries, let in again, and its sessions ended."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.no_worker


def try_in(page: Page, desk: str, username: str, password: str) -> None:
    page.goto(f"{desk}/admin/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def test_five_failed_tries_shut_the_door_and_an_admin_opens_it(
    desk, editor, admin, page: Page, browser: Browser
):
    for _ in range(5):
        try_in(page, desk, editor.username, "wrong")
    expect(page.get_by_text("Sign-in opens again at")).to_be_visible()
    shot(page, "locked-out")
    try_in(page, desk, editor.username, PASSWORD)
    expect(page.get_by_text("Sign-in opens again at")).to_be_visible()

    admins = browser.new_context().new_page()
    sign_in(admins, desk, admin.username)
    admins.goto(f"{desk}/admin/auth/user/{editor.pk}/change/")
    admins.get_by_role("button", name="Let in again").click()
    try_in(page, desk, editor.username, PASSWORD)
    expect(page).to_have_url(f"{desk}/admin/")


def test_a_session_left_open_elsewhere_is_ended(desk, editor, page: Page, browser: Browser):
    elsewhere = browser.new_context().new_page()
    sign_in(elsewhere, desk, editor.username)
    sign_in(page, desk, editor.username)
    page.goto(f"{desk}/admin/account/")
    expect(page.locator(".desk-session")).to_have_count(2)
    shot(page, "sessions")
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.locator(".desk-session")).to_have_count(1)
    elsewhere.goto(f"{desk}/admin/claims/claim/")
    expect(elsewhere.get_by_label("Username")).to_be_visible()


def test_who_has_no_mouse_leaves_by_keys(desk, editor, page: Page):
    sign_in(page, desk, editor.username)
    page.get_by_role("button", name="Account and colours").focus()
    page.keyboard.press("Enter")
    log_out = page.get_by_role("button", name="Log out")
    expect(log_out).to_be_visible()
    log_out.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("successfully logged out")).to_be_visible()
