"""A URL is given, fetched by the worker, and its claims are found; a feed that fails says why."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from articles.feeding.models import Feed
from articles.models import Article
from tests.e2e.test_paste_to_verdict import sign_in
from tests.e2e.test_webhooks import looked_at
from tests.factories import OutletFactory, user_in
from tests.papers import Paper, news_article
from tests.papers import page as html
from tests.serving import serving


def test_from_a_url_to_its_claims_and_from_a_feed_to_why_it_fails(
    live_server, settings, start_worker, page: Page
):
    settings.PUBLIC_URL = live_server.url
    user_in("editor", username="edda", first_name="Edda")
    start_worker(FETCH_NETWORKS="127.0.0.0/8", HOST_DELAY_SECONDS="0.1")
    outlet = OutletFactory(name="Harbour Herald", domain="127.0.0.1")
    paper = Paper()
    with serving(paper) as site:
        paper.shows("/ferries", html(linked=news_article()))
        paper.shows("/feed", b"", 503)
        sign_in(page, live_server.url, "edda")
        page.goto(live_server.url + reverse("admin:articles_article_add"))
        looked_at(page, "links-paste")
        page.get_by_label("Or only its URL").fill(f"{site.url}/ferries")
        page.get_by_role("button", name="Fetch").click()
        expect(page.get_by_text("1 page will be fetched")).to_be_visible()
        stored = page.get_by_text("Stored", exact=True)
        expect(stored).to_be_visible(timeout=120_000)
        looked_at(page, "links-stored")
        page.get_by_role("link", name="Ferries ran late in May").click()
        expect(page.locator("mark").first).to_be_visible(timeout=120_000)
        assert Article.objects.get().outlet == outlet
        looked_at(page, "links-article")
        page.goto(live_server.url + reverse("admin:articles_link_changelist"))
        looked_at(page, "links-list")

        page.goto(live_server.url + reverse("admin:articles_outlet_change", args=[outlet.pk]))
        page.get_by_role("link", name="Add a feed").click()
        page.get_by_label("URL").fill(f"{site.url}/feed")
        page.get_by_role("button", name="Save", exact=True).click()
        outlet_page = live_server.url + reverse("admin:articles_outlet_change", args=[outlet.pk])
        wait_for_poll(page)
        page.goto(outlet_page)
        expect(page.get_by_text("It answered 503 Service Unavailable.")).to_be_visible()
        looked_at(page, "links-outlet")


def wait_for_poll(page: Page) -> None:
    for _ in range(300):
        if Feed.objects.filter(polled_at__isnull=False).exists():
            return
        page.wait_for_timeout(200)
    raise AssertionError("the feed was not asked")
