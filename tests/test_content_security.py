"""What each page lets a browser run and load: files of the desk's own, and who may evaluate."""

from typing import Any

import pytest
from lxml import html

from tests.desk_rows import desk_kept
from tests.pages import ANSWERS, PAGES

pytestmark = pytest.mark.django_db

SELF, EVAL = "'self'", "'unsafe-eval'"
#: A block that is read and never run.
READ = "application/ld+json"


def policy_of(answer: Any) -> dict[str, list[str]]:
    """By directive, its sources."""
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in parts}


def test_only_the_admin_evaluates_and_nothing_comes_from_elsewhere(client):
    rows = desk_kept(3)
    client.force_login(rows.admin)
    for name, page in (PAGES | ANSWERS).items():
        path = page.path(rows)
        policy = policy_of(client.get(path))
        scripts = policy.get("script-src", policy["default-src"])
        assert (EVAL in scripts) is path.startswith("/admin/"), name
        assert set(scripts) <= {SELF, "'none'", EVAL}, name
        everything = {source for sources in policy.values() for source in sources}
        # Who may frame the card is no source of anything.
        everything -= set(policy["frame-ancestors"])
        assert everything <= {SELF, "'none'", "data:", EVAL, "'unsafe-inline'"}, name
        if "'unsafe-inline'" in everything:
            assert path.startswith(("/admin/", "/api/docs/")), name
            assert [d for d, sources in policy.items() if "'unsafe-inline'" in sources] == [
                "style-src"
            ]


def test_no_page_carries_a_script_within_or_names_another_host(client):
    rows = desk_kept(3)
    client.force_login(rows.admin)
    for name, page in (PAGES | {"API docs": ANSWERS["API docs"]}).items():
        found = html.fromstring(client.get(page.path(rows)).content)
        within = [one for one in found.xpath("//script[not(@src)]") if one.get("type") != READ]
        assert within == [], name
        assert found.xpath("//@*[starts-with(name(), 'on')]") == [], name
        links = found.xpath("//link[contains('stylesheet icon preload manifest', @rel)]/@href")
        loaded = links + found.xpath("//script/@src | //img/@src | //iframe/@src")
        asked = [url for url in loaded if not url.startswith(("/", "data:", "http://testserver/"))]
        assert asked == [], name
