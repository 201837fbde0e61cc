"""The list of pages is whole: what an admin can open by an address of the project is in it."""

import pytest
from django.urls import reverse

from tests.desk_rows import Rows, desk_kept
from tests.pages import ANSWERS, PAGES, Route, routes

pytestmark = pytest.mark.django_db

#: By the beginning of a route's name: the row that it is about, and the field that names it.
ABOUT = {
    "account:end_one": ("saved", "pk"),
    "admin:articles_article": ("article", "pk"),
    "admin:articles_event": ("event", "pk"),
    "admin:articles_feed": ("feed", "pk"),
    "admin:articles_import": ("work", "pk"),
    "admin:articles_link": ("link", "pk"),
    "admin:articles_outlet": ("article", "outlet_id"),
    "admin:auth_group": ("admin", "pk"),
    "admin:auth_user": ("user", "pk"),
    "admin:claims_claim_delete_filter": ("saved", "pk"),
    "admin:claims_claim_": ("claim", "pk"),
    "admin:claims_claimant": ("claimant", "pk"),
    "admin:claims_externalmatch": ("match", "pk"),
    "admin:claims_externalverdict": ("external", "pk"),
    "admin:claims_match_": ("match", "pk"),
    "admin:claims_matchingsettings": ("match", "pk"),
    "admin:claims_notification": ("saved", "pk"),
    "admin:claims_ratingscale": ("scale", "pk"),
    "admin:claims_reviewpublisher": ("publisher", "pk"),
    "admin:claims_reviewsource": ("source", "pk"),
    "admin:claims_verdict": ("draft", "pk"),
    "admin:claims_apikey": ("key", "pk"),
    "admin:claims_webhookendpoint": ("webhook", "pk"),
    "admin:claims_webhookdelivery": ("delivery", "pk"),
    "outlet-": ("article", "outlet.uid"),
    "claimant-": ("claimant", "uid"),
    "claim-card": ("published", "claim.slug"),
    "dump": ("saved", "pk"),
    "article-": ("article", "uid"),
    "claim-page": ("published", "claim.slug"),
    "claim-": ("claim", "uid"),
    "external-verdict-": ("external", "uid"),
    "import-": ("work", "uid"),
    "link-": ("link", "uid"),
    "match-": ("match", "uid"),
    "verdict-": ("in_review", "uid"),
}
#: Django's own: one sends on, the other's address is `account:new_password`.
APART = ("admin:view_on_site", "admin:password_change")


def argument(route: Route, parameter: str, rows: Rows) -> object:
    if parameter == "app_label":
        return "claims"
    about = next((about for start, about in ABOUT.items() if route.name.startswith(start)), None)
    assert about, f"name in ABOUT the row that {route.name} is about"
    found: object = getattr(rows, about[0])
    for part in about[1].split("."):
        found = getattr(found, part)
    return found


def test_what_opens_is_in_the_list(client):
    rows = desk_kept(3)
    client.force_login(rows.admin)
    listed = {page.route for page in (PAGES | ANSWERS).values()}
    opened = set()
    for route in routes():
        if route.name in APART:
            continue
        arguments = [argument(route, name, rows) for name in route.parameters]
        answer = client.get(reverse(route.name, args=arguments))
        page = answer.status_code == 200 and not answer.streaming and b"<html" in answer.content
        if page or (answer.status_code == 200 and route.name.endswith("-list")):
            opened.add(route.name)
    assert len(opened) > 40
    assert opened - listed == set(), "pages that tests/pages.py does not name"


def test_what_is_in_the_list_opens(client):
    rows = desk_kept(3)
    client.force_login(rows.admin)
    for name, page in (PAGES | ANSWERS).items():
        assert client.get(page.path(rows)).status_code == 200, name
