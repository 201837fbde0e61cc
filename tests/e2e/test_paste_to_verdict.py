"""The main job in a browser: an article is pasted, its claim rated, the verdict published."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SCREENSHOTS
from tests.factories import PASSWORD, OutletFactory, draft_verdict, rating_scale, user_in

ARTICLE = """Harlow Bay libraries under strain

HARLOW BAY - The city closed 14 of its 40 libraries between 2019 and 2025, the highest number in \
the region, Mayor Mara Quill said on Monday.

“Bus ridership has doubled since we cut fares to one crown in January 2025,” she added. “How could \
anyone be against that?”

Critics disagree. Jonas Teller of the drivers' union said the number of trips rose by 31 percent.

Read more: Ten recipes for the autumn
"""


def sign_in(page: Page, desk: str, username: str) -> None:
    page.goto(f"{desk}/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/admin/$"))


def shot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def paste(page: Page, desk: str, text: str = ARTICLE) -> None:
    page.goto(f"{desk}/admin/articles/article/add/")
    page.get_by_label("Text").fill(text)
    page.get_by_label("Outlet").select_option(label="Harbour Herald")
    page.get_by_label("URL", exact=True).fill("https://herald.example/libraries")
    page.get_by_role("button", name="Store and find its claims").click()


@pytest.fixture
def people(desk):
    OutletFactory(name="Harbour Herald", domain="herald.example")
    rating_scale()
    return (
        user_in("researcher", username="tove", first_name="Tove"),
        user_in("editor", username="edda", first_name="Edda"),
    )


def test_from_paste_to_published_verdict(desk, people, page: Page, browser: Browser):
    sign_in(page, desk, "tove")
    paste(page, desk)
    mark = page.locator("mark", has_text="closed 14 of its 40 libraries")
    expect(mark).to_be_visible(timeout=30_000)
    expect(page.locator("mark", has_text="Ten recipes")).to_have_count(0)
    shot(page, "article")

    mark.locator("a").click() if mark.locator("a").count() else mark.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("14 of its 40 libraries")
    expect(page.get_by_text("Mara Quill").first).to_be_visible()
    page.get_by_role("button", name="Take this claim").click()

    page.get_by_role("button", name="Submit for review").click()
    for missing in ("Choose a rating", "Explain the rating", "Add at least one source"):
        expect(page.get_by_text(missing).first).to_be_visible()

    page.get_by_label(re.compile("^Mostly true")).check()
    page.get_by_label("Title").first.fill("Did Harlow Bay close 14 of 40 libraries?")
    page.get_by_label("Explanation").fill("The register lists 26 open libraries; 14 were closed.")
    page.get_by_label("URL", exact=True).fill("https://register.example/libraries")
    page.get_by_label("Stance").select_option(label="Supports the claim")
    page.get_by_label("Quotation").fill("Open branches: 26.")
    page.get_by_role("button", name="Add this source").click()
    expect(page.get_by_text("Open branches: 26.")).to_be_visible()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Submitted.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    claim_page = page.url

    editor = browser.new_context(viewport={"width": 1400, "height": 820}).new_page()
    sign_in(editor, desk, "edda")
    editor.goto(f"{desk}/admin/claims/claim/")
    expect(editor.get_by_text("14 of its 40 libraries").first).to_be_visible()
    shot(editor, "queue")
    editor.goto(claim_page)
    shot(editor, "claim")
    editor.get_by_role("button", name="Approve and publish").click()
    expect(editor.get_by_text("Published").first).to_be_visible()
    for step in ("Tove", "Edda"):
        expect(editor.locator(".desk-history").get_by_text(step).first).to_be_visible()

    reader = browser.new_context().new_page()
    answer = reader.request.get(f"{desk}/api/v1/verdicts/").json()
    [verdict] = answer["results"]
    assert verdict["rating"]["name"] == "Mostly true"
    assert verdict["claim"]["claimant"]["name"] == "Mara Quill"
    reader.goto(verdict["url"])
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Did Harlow Bay close")
    shot(reader, "verdict")
    markup = json.loads(reader.locator('script[type="application/ld+json"]').text_content() or "")
    assert markup["reviewRating"]["alternateName"] == "Mostly true"
    assert markup["itemReviewed"]["author"]["name"] == "Mara Quill"
    feed = reader.request.get(f"{desk}/claimreview.json").json()
    assert feed["dataFeedElement"][0]["item"] == [markup]


@pytest.mark.no_worker
def test_two_editors_on_one_draft(desk, people, page: Page, browser: Browser):
    tove, _edda = people
    verdict = draft_verdict(tove)
    address = f"{desk}/admin/claims/claim/{verdict.claim_id}/change/"
    other = browser.new_context().new_page()
    for window, name in ((page, "tove"), (other, "edda")):
        sign_in(window, desk, name)
        window.goto(address)
    page.get_by_label("Explanation").fill("Tove was first.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()

    other.get_by_label("Explanation").fill("Edda was second.")
    other.get_by_role("button", name="Save draft").click()
    expect(other.get_by_text("Tove").first).to_be_visible()
    expect(other.get_by_label("Explanation")).to_have_value("Edda was second.")
    verdict.refresh_from_db()
    assert verdict.explanation == "Tove was first."
    shot(other, "conflict")


def test_markup_in_an_article_is_text_and_never_runs(desk, people, page: Page):
    sign_in(page, desk, "tove")
    attack = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
    page.goto(f"{desk}/admin/articles/article/add/")
    page.get_by_label("Text").fill(
        f"The city of Harlow Bay {attack} closed 14 of its 40 libraries in 2025."
    )
    page.get_by_label("Title").first.fill(f"{attack} title")
    page.get_by_label("Outlet").select_option(label="Harbour Herald")
    page.get_by_role("button", name="Store and find its claims").click()
    expect(page.get_by_text(f"{attack} title").first).to_be_visible()
    expect(page.locator("mark").first).to_be_visible(timeout=30_000)
    assert page.evaluate("window.ran") is None
    page.goto(f"{desk}/admin/claims/claim/")
    assert page.evaluate("window.ran") is None


@pytest.mark.no_worker
def test_no_page_asks_another_host(desk, people, page: Page):
    tove, _edda = people
    claim_id = draft_verdict(tove).claim_id
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    sign_in(page, desk, "tove")
    for path in ("/admin/", "/admin/claims/claim/", f"/admin/claims/claim/{claim_id}/change/", "/"):
        page.goto(f"{desk}{path}", wait_until="networkidle")
    assert len(asked) > 4
    elsewhere = {url for url in asked if not url.startswith((desk, "data:"))}
    assert elsewhere == set()
