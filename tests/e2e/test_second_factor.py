"""An editor sets up a second factor, signs out, and signs in with a code."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.codes import totp
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.no_worker


def test_set_up_sign_out_and_in_again_with_a_code(desk, editor, page: Page):
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    sign_in(page, desk, "editor")
    page.goto(f"{desk}/admin/account/")
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    shot(page, "second-factor-set-up")
    page.get_by_text("Or type the secret").click()
    secret = page.get_by_label("Secret for the app").input_value()
    page.get_by_label("The six digits that the app shows").fill(totp(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".desk-codes code")).to_have_count(10)
    shot(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(f"{desk}/admin/account/")
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    shot(page, "my-account")

    page.get_by_text("unfold_more").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("successfully logged out")).to_be_visible()
    page.goto(f"{desk}/admin/claims/claim/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Your password is right, Edda.")).to_be_visible()
    # The code of this half minute has been used; the next one is accepted early.
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(totp(secret, steps=1))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk}/admin/claims/claim/")
    assert not [line for line in complaints if "Content Security Policy" in line]


def test_where_the_role_asks_for_it_nothing_else_opens_first(
    desk, editor, reader, settings, page: Page
):
    settings.TOTP_ROLES = ["editor"]
    page.goto(f"{desk}/admin/claims/claim/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Nothing else opens")).to_be_visible()
    shot(page, "second-factor-required")
    page.goto(f"{desk}/admin/")
    expect(page.get_by_text("Nothing else opens")).to_be_visible()
    page.get_by_text("Or type the secret").click()
    secret = page.get_by_label("Secret for the app").input_value()
    page.get_by_label("The six digits that the app shows").fill(totp(secret))
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("link", name="I have kept them").click()
    page.goto(f"{desk}/admin/claims/claim/")
    expect(page.get_by_role("heading", name="Nothing waits to be checked")).to_be_visible()

    # Of a reader it asks for none.
    page.context.clear_cookies()
    sign_in(page, desk, "reader")
