"""A verdict says until when it holds: on that day it expires, and its claim is checked again."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.models import Verdict
from config.celery import app
from tests.conftest import wait_until
from tests.e2e.test_flow import open_claim
from tests.e2e.test_paste_to_verdict import shot, sign_in
from tests.factories import draft_verdict, user_in


@pytest.fixture
def people(desk):
    """Who writes, and two of whom one approves."""
    user_in("editor", username="otis", first_name="Otis")
    user_in("editor", username="edda", first_name="Edda")
    return user_in("researcher", username="tove", first_name="Tove")


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def the_day_comes(verdict: Verdict) -> None:
    """As if the days until then had passed; the worker does what it does every hour."""
    Verdict.objects.filter(pk=verdict.pk).update(expires_on=timezone.localdate())
    app.send_task("claims.expire")
    wait_until(lambda: Verdict.objects.get(pk=verdict.pk).state == "expired")


def rate_anew(page: Page) -> None:
    page.get_by_role("button", name="Take this claim").click()
    page.get_by_label(re.compile("^Half true")).check()
    page.get_by_label("Explanation").fill("The harbour log of June counts six late ferries.")
    page.get_by_label("URL", exact=True).fill("https://harbour.example/log/june")
    page.get_by_label("Stance").select_option(label="Gives context")
    page.get_by_label("Quotation").fill("Six departures were late.")
    page.get_by_role("button", name="Add this source").click()
    expect(page.get_by_text("Six departures were late.")).to_be_visible()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Submitted.")).to_be_visible()


def test_a_verdict_expires_on_its_day_and_its_claim_is_rated_anew(desk, people, page: Page):
    verdict = draft_verdict(people)
    public = f"{desk}{verdict.claim.get_absolute_url()}"
    sign_in(page, desk, "tove")
    open_claim(page, desk, verdict.claim)
    page.get_by_label("Expires").fill(in_days(3).isoformat())
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Submitted.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, desk, "edda")
    open_claim(page, desk, verdict.claim)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("link", name="Its public page")).to_be_visible()
    page.goto(f"{desk}/admin/")
    expect(page.get_by_role("link", name=re.compile("1 published, expires within"))).to_be_visible()
    page.goto(public)
    expect(page.get_by_text("To be checked again on")).to_be_visible()

    the_day_comes(verdict)
    page.reload()
    expect(page.get_by_text("Out of date.")).to_be_visible()
    shot(page, "expired-public")
    assert page.request.get(f"{desk}/api/v1/verdicts/").json()["results"] == []
    page.goto(f"{desk}/admin/")
    page.get_by_role("link", name=re.compile("1 expired, to be checked again")).click()
    page.get_by_role("link", name=verdict.claim.text).click()
    expect(page.get_by_text("To be checked", exact=True).first).to_be_visible()
    expect(page.get_by_text("Mostly false, until")).to_be_visible()
    shot(page, "expired")

    rate_anew(page)
    page.context.clear_cookies()
    sign_in(page, desk, "otis")
    open_claim(page, desk, verdict.claim)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("link", name="Its public page")).to_be_visible()
    page.goto(public)
    expect(page.get_by_text("Half true").first).to_be_visible()
    expect(page.get_by_text("Out of date.")).to_have_count(0)
