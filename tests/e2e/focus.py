"""Where the focus goes on a page: seen everywhere, in the order of the page."""

from typing import Any

from playwright.sync_api import Page

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
#: As the page was before anybody was there.
LEAVE = """() => {
  document.activeElement.blur();
  document.getElementById('content')?.removeAttribute('tabindex');
  scrollTo(0, 0);
}"""


def wrong_stops(page: Page, *, menu: bool) -> list[str]:
    """Where Tab stops unseen, unmarked or out of order; `menu`: at the menu as well.

    That it stops nowhere is wrong, too. The focus is nowhere afterwards.
    """
    if not menu:
        page.evaluate(PAST_MENU)
    stops = stopped_at(page)
    page.evaluate(LEAVE)
    if not stops:
        return ["Tab stops nowhere"]
    return [str(stop) for stop in stops if not stop["seen"] or not stop["marked"] or stop["forced"]]


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
