"""Where the focus goes: seen everywhere, in the order of the page, and without motion if asked."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk_rows import Rows, desk_with
from tests.e2e.test_axe import DESKTOP, sign_in
from tests.pages import PAGES

#: Stops of the Tab key that are looked at on each page.
STOPS = 40
#: What has the focus: its name, its box, and how it looks focused and not.
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const look = element => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor,
            style.backgroundColor].join();
  };
  // A field may show its focus on what surrounds it.
  const around = [one, one.parentElement, one.closest('label'), one.closest('tr')].filter(Boolean);
  const focused = around.map(look);
  const box = one.getBoundingClientRect();
  one.blur();
  const plain = around.map(look);
  one.focus({ preventScroll: true });
  return {
    name: `${one.tagName} ${(one.ariaLabel || one.innerText || one.name || '').slice(0, 40)}`,
    seen: box.width > 0 && box.height > 0,
    marked: focused.some((style, at) => style !== plain[at]),
    forced: one.tabIndex > 0,
  };
}"""
#: Elements whose style moves, with the longest time that it takes.
MOVING = """() => [...document.querySelectorAll('*')].flatMap(one => {
  const style = getComputedStyle(one);
  const times = `${style.transitionDuration},${style.animationDuration}`.split(',').map(parseFloat);
  return Math.max(...times) > 0.001 ? [one.tagName + '.' + one.className] : [];
})"""


@pytest.fixture
def rows(transactional_db, live_server, settings) -> Rows:
    settings.PUBLIC_URL = live_server.url
    return desk_with(3)


@pytest.mark.parametrize(
    "name",
    ["home", "queue", "claim, draft", "matches", "claimant", "article", "thresholds",
     "my account", "new key", "public claim, corrected", "public home"],
)  # fmt: skip
def test_tab_goes_through_the_page_and_is_seen(rows, live_server, page: Page, name):
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.admin)
    page.goto(live_server.url + PAGES[name].path(rows), wait_until="networkidle")
    unseen, stops = [], []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop["name"])
        if not stop["seen"] or not stop["marked"] or stop["forced"]:
            unseen.append(stop)
    assert len(stops) > 4
    assert unseen == []


def test_nothing_moves_for_who_asks_for_less_motion(rows, live_server, page: Page):
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, live_server.url, rows.admin)
    for name in ("home", "queue", "claim, draft", "my account", "public claim"):
        page.goto(live_server.url + PAGES[name].path(rows), wait_until="networkidle")
        assert page.evaluate(MOVING) == [], name


def test_a_field_that_a_page_is_for_has_the_focus(rows, live_server, page: Page):
    sign_in(page, live_server.url, rows.admin)
    for _ in range(5):
        page.goto(f"{live_server.url}{PAGES['merge a claim'].path(rows)}")
        expect(page.get_by_label("Words of the other claim")).to_be_focused()
