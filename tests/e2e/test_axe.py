"""Every page by the Tab key, by axe-core in both colour schemes, and as wide as a phone.

One visit is for all of it: a page takes longer to load than to look at. axe-core comes with its
package; nothing is asked of another host. It finds what is missing in
names, roles, order and contrast; what it calls serious or critical fails.
"""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, Page, expect

from tests.codes import totp
from tests.desk_rows import Rows, desk_kept
from tests.e2e.focus import wrong_stops
from tests.e2e.test_queue import choose
from tests.factories import PASSWORD
from tests.pages import AREAS, PAGES, QUEUE

FAILS = ("serious", "critical")
#: Pages of what is under way load themselves again, and a busy machine is slower than that.
TRIES = 3
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
#: The admin's colours hang on a class, which it sets when it loads; the public pages' on the media.
SCHEME = """scheme => document.querySelector('html[x-data]')
    && document.documentElement.classList.toggle('dark', scheme === 'dark')
    || new Promise(shown => setTimeout(shown, 100))"""
#: What is folded away is looked at too.
UNFOLD = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


#: Elements whose style moves, with the longest time that it takes.
MOVING = """() => [...document.querySelectorAll('*')].flatMap(one => {
  const style = getComputedStyle(one);
  const times = `${style.transitionDuration},${style.animationDuration}`.split(',').map(parseFloat);
  return Math.max(...times) > 0.001 ? [one.tagName + '.' + one.className] : [];
})"""


@pytest.fixture
def rows(transactional_db, live_server, settings) -> Rows:
    settings.PUBLIC_URL = live_server.url
    return desk_kept(3)


def sign_in(page: Page, address: str, user: Any) -> None:
    """With the cookie that the form would set."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


#: The colours of the scheme are there two frames after it was chosen, with time for its scripts.
PAINTED = """() => new Promise((done) => setTimeout(
    () => requestAnimationFrame(() => requestAnimationFrame(done)), 200))"""


#: The package's own way hands back what is well, too, which is many times as much. Style sheets and
#: sounds are fetched for rules that are experimental or never serious.
RUN = """axe.run({resultTypes: ['violations'], preload: false})
    .then(found => found.violations)"""


def violations(page: Page) -> list[str]:
    """What axe-core, loaded, finds on the page as it stands: rule, place, and what is wrong."""
    found = page.evaluate(RUN)
    return [
        f"{rule['id']}: {node['target']} {' '.join(node['failureSummary'].split())}"
        for rule in found
        if rule["impact"] in FAILS
        for node in rule["nodes"]
    ]


def troubles(page: Page) -> dict[str, list[str]]:
    """By colour scheme: what keeps people from using the open page."""
    found = {}
    page.wait_for_load_state("networkidle")
    page.evaluate(UNFOLD)
    page.evaluate(Axe().axe_script)
    for scheme in ("light", "dark"):
        # Without motion no colour is caught half-way.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SCHEME, scheme)
        page.evaluate(PAINTED)
        found[scheme] = violations(page)
    return found


def moving(page: Page) -> list[str]:
    """What still moves for who asked for less motion, as `troubles` did."""
    found: list[str] = page.evaluate(MOVING)
    return found


def complaints(page: Page) -> list[str]:
    """What the Content-Security-Policy forbids from now on; axe-core is not of the page."""
    lines: list[str] = []
    page.on(
        "console",
        lambda line: lines.append(line.text) if "Content Security Policy" in line.text else None,
    )
    return lines


def too_wide(page: Page, url: str) -> list[str]:
    """Whether a phone, which loads the page at its own width, has to scroll sideways."""
    page.set_viewport_size(PHONE)
    page.goto(url, wait_until="networkidle")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESKTOP)
    return [f"it is {width} px wide"] if width > PHONE["width"] else []


def looked_at(page: Page, url: str, *, menu: bool) -> dict[str, list[str]]:
    """What is wrong at `url`; a page that meanwhile loaded itself again is looked at anew."""
    for left in reversed(range(TRIES)):
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        page.goto(url, wait_until="networkidle")
        try:
            found = {"focus": wrong_stops(page, menu=menu)} | troubles(page)
            return found | {"phone": too_wide(page, url), "motion": moving(page)}
        except Error as error:
            if not left or "Execution context was destroyed" not in error.message:
                raise
    raise AssertionError("no try is left")


@pytest.mark.parametrize("area", AREAS)
def test_everybody_can_use_and_nothing_is_asked_elsewhere(area, rows, live_server, page: Page):
    asked = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    forbidden = complaints(page)
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.admin)
    found = {}
    for name, one in AREAS[area].items():
        url = live_server.url + one.path(rows)
        found[name] = looked_at(page, url, menu=name == "home")
    check(found)
    assert forbidden == []
    # Pictures within a page have no host.
    assert asked - {""} == {urlsplit(live_server.url).netloc}


def check(found: dict[str, dict[str, list[str]]]) -> None:
    """Fail with a line for each thing that is wrong: page, where, and what."""
    lines = [
        f"{name} ({where}): {wrong}"
        for name, places in found.items()
        for where, wrongs in places.items()
        for wrong in wrongs
    ]
    assert not lines, "\n".join(lines)


def test_a_field_that_a_page_is_for_has_the_focus(rows, live_server, page: Page):
    sign_in(page, live_server.url, rows.admin)
    for _ in range(5):
        page.goto(f"{live_server.url}{PAGES['merge a claim'].path(rows)}")
        expect(page.get_by_label("Words of the other claim")).to_be_focused()


def test_everybody_can_use_what_a_form_answers(rows, live_server, page: Page):
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.admin)
    found = {}
    queue = f"{live_server.url}{reverse(QUEUE)}"
    for action in ("Assign to…", "Tag with topics…", "Dismiss, with a reason…"):
        page.goto(queue)
        choose(page, action, rows.draft.claim, rows.in_review.claim)
        found[action] = troubles(page)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("Say why, in a few words.")).to_be_visible()
    found["refused"] = troubles(page)
    page.get_by_label("Reason").fill("A matter of taste.")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("heading", name="1 of 2 claims dismissed")).to_be_visible()
    found["outcome"] = troubles(page)

    page.goto(queue)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    found["keys"] = troubles(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_label("By topic")).to_be_visible()
    found["filters"] = troubles(page)

    page.goto(f"{live_server.url}{reverse('admin:claims_apikey_add')}")
    page.get_by_label("What it is for").fill("The CMS")
    page.get_by_label("Person", exact=True).select_option(label="tove")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("heading", name="The new key")).to_be_visible()
    found["secret of a key"] = troubles(page)

    page.goto(f"{live_server.url}{reverse('admin:claims_claimant_add')}")
    page.get_by_role("button", name="Save", exact=True).click()
    found["claimant without a name"] = troubles(page)
    check(found)


def test_everybody_can_sign_in(rows, live_server, page: Page):
    page.set_viewport_size(DESKTOP)
    found = {}
    page.goto(f"{live_server.url}/admin/")
    found["sign in"] = troubles(page)
    sign_in(page, live_server.url, rows.user)
    page.goto(f"{live_server.url}/admin/second-factor/set-up/")
    page.get_by_text("Or type the secret").click()
    secret = page.get_by_label("Secret for the app").input_value()
    page.get_by_label("The six digits that the app shows").fill(totp(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".desk-codes code")).to_have_count(10)
    found["recovery codes"] = troubles(page)
    page.goto(f"{live_server.url}/admin/account/")
    found["account with a second factor"] = troubles(page)

    page.context.clear_cookies()
    for tried in ("wrong", PASSWORD):
        page.goto(f"{live_server.url}/admin/login/")
        page.get_by_label("Username").fill(rows.user.username)
        page.get_by_label("Password").fill(tried)
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()
        found[f"after the password {tried}"] = troubles(page)
    page.get_by_label("Code").fill("000000")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found["after a wrong code"] = troubles(page)

    page.context.clear_cookies()
    for _ in range(5):
        page.goto(f"{live_server.url}/admin/login/")
        page.get_by_label("Username").fill("reader0")
        page.get_by_label("Password").fill("wrong")
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Sign-in opens again at")).to_be_visible()
    found["locked out"] = troubles(page)
    check(found)


def test_everybody_can_read_what_is_refused(rows, live_server, page: Page):
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.user)
    found = {}
    for path in ("/nothing-here/", "/admin/nothing-here/", "/admin/auth/user/"):
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert answer.status in (403, 404), path
        found[path] = troubles(page)
    check(found)


def test_the_docs_of_the_api_open_under_their_policy(live_server, db, page: Page):
    """Swagger UI is another project's page: its own colours and names are not held to axe-core."""
    asked, forbidden = set(), complaints(page)
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(f"{live_server.url}/api/docs/", wait_until="networkidle")
    first = page.locator(".opblock-summary-control").first
    expect(first).to_be_visible()
    first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    assert asked - {""} == {urlsplit(live_server.url).netloc}
    assert forbidden == []
