"""Where the focus goes: seen everywhere, in the order of the page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.desk_rows import Rows, desk_kept
from tests.e2e.test_axe import DESKTOP, sign_in
from tests.pages import AREAS, PAGES

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
#: To where the link past the menu leads, where there is one.
PAST_MENU = """() => {
  const content = document.getElementById('content');
  if (!content) return;
  content.tabIndex = -1;
  content.focus();
}"""


@pytest.fixture
def rows(transactional_db, live_server, settings) -> Rows:
    settings.PUBLIC_URL = live_server.url
    return desk_kept(3)


@pytest.mark.parametrize("area", AREAS)
def test_tab_goes_through_each_page_and_is_seen(area, rows, live_server, page: Page):
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.admin)
    wrong = {}
    for name, one in AREAS[area].items():
        page.goto(live_server.url + one.path(rows), wait_until="networkidle")
        if name != "home":
            page.evaluate(PAST_MENU)
        stops = stopped_at(page)
        bad = [s for s in stops if not s["seen"] or not s["marked"] or s["forced"]]
        if bad or not stops:
            wrong[name] = bad
    assert wrong == {}


def stopped_at(page: Page) -> list[dict[str, Any]]:
    """Where Tab stops from here on."""
    stops: list[dict[str, Any]] = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    return stops


def test_a_field_that_a_page_is_for_has_the_focus(rows, live_server, page: Page):
    sign_in(page, live_server.url, rows.admin)
    for _ in range(5):
        page.goto(f"{live_server.url}{PAGES['merge a claim'].path(rows)}")
        expect(page.get_by_label("Words of the other claim")).to_be_focused()
