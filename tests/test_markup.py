"""What a screen reader is told by each page as the server sends it, before any script has run.

axe-core looks at the same pages in a browser (`tests/e2e/test_axe.py`); this needs none.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from tests.desk_rows import desk_kept
from tests.pages import PAGES

pytestmark = pytest.mark.django_db

REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls")
OWN_FIELDS = (
    "//form[ancestor-or-self::*[contains(@class, 'desk-')] or ancestor::main]"
    "//*[self::input or self::select or self::textarea]"
    "[not(@type) or not(contains('hidden submit button', @type))]"
)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def troubles(page: Any) -> Iterator[str]:
    """What is wrong on a page."""
    ids = Counter(page.xpath("//@id"))
    yield from (f"the id {name} stands twice" for name, times in ids.items() if times > 1)
    for name in REFERENCES:
        for value in page.xpath(f"//@{name}"):
            yield from (f"{name} of {one}" for one in value.split() if one not in ids)
    if not page.get("lang") or not words(page.find(".//title")):
        yield "no language or no title"
    if len(page.findall(".//h1")) != 1:
        yield f"{len(page.findall('.//h1'))} headings of the page"
    if page.xpath("//*[number(@tabindex) > 0]"):
        yield "an order of its own"
    for link in page.xpath("//a[@href] | //button"):
        if not (words(link) or link.get("aria-label") or link.xpath(".//img[@alt != '']")):
            yield f"without a name: {html.tostring(link)[:120]!r}"
    yield from (f"a field without a label: {name}" for name in unlabelled(page))


def unlabelled(page: Any) -> Iterator[str]:
    """Fields of the desk's own forms; Unfold's are labelled by `desk-reach.js`."""
    for field in page.xpath(OWN_FIELDS):
        labels = page.xpath("//label[@for = $id]", id=field.get("id", ""))
        if not (labels or field.xpath("ancestor::label") or field.get("aria-label")):
            yield field.get("name")


def test_every_page_says_what_it_is_and_what_its_parts_are_called(client):
    rows = desk_kept(3)
    client.force_login(rows.admin)
    found = {}
    for name, one in PAGES.items():
        page = html.fromstring(client.get(one.path(rows)).content)
        if wrong := sorted(set(troubles(page))):
            found[name] = wrong
    assert found == {}


def test_what_the_form_refuses_is_told_with_its_field(client, editor):
    client.force_login(editor)
    url = "/admin/articles/article/add/"
    page = html.fromstring(client.post(url, {"text": "", "outlet": ""}).content)
    field = page.get_element_by_id("paste-text")
    told = [words(page.get_element_by_id(name)) for name in field.get("aria-describedby").split()]
    assert field.get("aria-invalid") == "true"
    assert any("text" in one.lower() for one in told), told
