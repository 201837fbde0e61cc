"""Every page by axe-core, in both colour schemes, and as wide as a phone.

axe-core comes with its package; nothing is asked of another host. It finds what is missing in
names, roles, order and contrast; what it calls serious or critical fails.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from tests.desk_rows import Rows, desk_with
from tests.pages import AREAS

FAILS = ("serious", "critical")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
#: What is folded away is looked at too.
UNFOLD = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


@pytest.fixture
def rows(transactional_db, live_server, settings) -> Rows:
    settings.PUBLIC_URL = live_server.url
    return desk_with(3)


def sign_in(page: Page, address: str, user: Any) -> None:
    """With the cookie that the form would set."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands: rule, place, and what is wrong there."""
    page.evaluate(UNFOLD)
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in FAILS
        for node in rule["nodes"]
    ]


def troubles(page: Page, url: str) -> dict[str, list[str]]:
    """By colour scheme, and on a phone: what keeps somebody from using the page."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        page.wait_for_load_state("networkidle")
        found[scheme] = violations(page)
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    found["phone"] = [f"it is {width} px wide"] if width > PHONE["width"] else []
    page.set_viewport_size(DESKTOP)
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.parametrize("area", AREAS)
def test_everybody_can_use(area, rows, live_server, page: Page):
    page.set_viewport_size(DESKTOP)
    sign_in(page, live_server.url, rows.admin)
    found = {
        name: wrong
        for name, one in AREAS[area].items()
        if (wrong := troubles(page, live_server.url + one.path(rows)))
    }
    assert found == {}
