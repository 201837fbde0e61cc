"""Feeds of outlets: asked by the clock, politely; what is new in them becomes articles."""

import gzip
import json
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.feeding.models import Feed
from articles.feeding.services import feed_add
from articles.feeding.tasks import poll_feeds
from articles.linking.models import Host, Link
from articles.linking.tasks import fetch_links
from articles.models import Article, Event, Outlet
from tests.factories import OutletFactory, user_in
from tests.papers import PARAGRAPHS, page


@pytest.fixture
def outlet(db) -> Outlet:
    return OutletFactory(name="Harbour Herald", domain="")


def rss(*entries: tuple[str, object]) -> bytes:
    items = "".join(
        f"<item><title>x</title><link>{link}</link>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for link, at in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def atom(*entries: tuple[str, object]) -> bytes:
    items = "".join(
        f'<entry><link href="{link}"/>'
        + (f"<published>{at.isoformat()}</published>" if at else "")
        + "</entry>"
        for link, at in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{items}</feed>'.encode()


def json_feed(*entries: tuple[str, object]) -> bytes:
    items = [{"url": link, "date_published": at and at.isoformat()} for link, at in entries]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def sitemap(*entries: tuple[str, object], of: str = "url") -> bytes:
    items = "".join(
        f"<{of}><loc>{link}</loc>"
        + (f"<lastmod>{at.isoformat()}</lastmod>" if at else "")
        + "<image:image><image:loc>https://a.example/x.png</image:loc></image:image>"
        + f"</{of}>"
        for link, at in entries
    )
    root = "urlset" if of == "url" else "sitemapindex"
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{items}</{root}>'
    ).encode()


KINDS = {"rss": rss, "atom": atom, "json": json_feed, "sitemap": sitemap}


def polled(feed: Feed) -> Feed:
    """The feed after its next poll."""
    Feed.objects.filter(pk=feed.pk).update(next_at=timezone.now())
    Host.objects.update(next_at=timezone.now())
    poll_feeds()
    feed.refresh_from_db()
    return feed


def urls() -> set[str]:
    return set(Link.objects.values_list("url", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_new_in_a_feed_becomes_articles(site, paper, outlet, editor, kind):
    paper.shows("/a", page())
    paper.shows("/feed", KINDS[kind]((f"{site.url}/a", timezone.now())), content_type="text/plain")
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert (feed.kind, feed.failures, feed.named, feed.fresh) == (kind, 0, 1, 1)
    Host.objects.update(next_at=timezone.now())
    fetch_links()
    article = Article.objects.get()
    assert (article.outlet, article.intake, article.submitted_by) == (outlet, "feed", None)
    assert PARAGRAPHS[0] in article.text


def test_a_second_poll_brings_only_what_is_new(site, paper, outlet, editor):
    now = timezone.now()
    paper.shows("/feed", rss(("/a", now), ("/b", None)), etag='"1"')
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert urls() == {f"{site.url}/a", f"{site.url}/b"}
    feed = polled(feed)
    assert site.asked[-1].headers["If-None-Match"] == '"1"'
    assert (feed.failures, feed.fresh) == (0, 2)
    paper.shows("/feed", rss(("/c", now), ("/a?utm_source=rss", now)), etag='"2"')
    feed = polled(feed)
    assert (feed.named, feed.fresh) == (2, 1)
    assert len(urls()) == 3


def test_old_entries_and_those_past_the_limit_are_left_alone(site, paper, outlet, editor, settings):
    settings.FEED_AT_ONCE = 2
    now = timezone.now()
    entries = [(f"/{days}", now - timedelta(days=days)) for days in (30, 3, 1, 2, 8)]
    paper.shows("/feed", rss(*entries))
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert urls() == {f"{site.url}/1", f"{site.url}/2"}
    polled(feed)
    assert urls() == {f"{site.url}/1", f"{site.url}/2", f"{site.url}/3"}


def test_a_sitemap_of_sitemaps_leads_to_the_newest_of_its_own_site(site, paper, outlet, editor):
    now = timezone.now()
    paper.shows("/map.xml.gz", gzip.compress(sitemap(("/a", now))))
    named = [(f"{site.url}/old{n}", now - timedelta(days=100 + n)) for n in range(9)]
    index = sitemap((f"{site.url}/map.xml.gz", now), ("http://b.example/x", now), *named,
                    of="sitemap")  # fmt: skip
    paper.shows("/sitemap.xml", index)
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/sitemap.xml", by=editor))
    assert (feed.kind, feed.failures, feed.named) == ("sitemap", 0, 1)
    assert feed.message == "4 of its sitemaps: It answered 404 Not Found."
    assert urls() == {f"{site.url}/a"}
    assert sum(one.path.startswith("/old") for one in site.asked) == 4


def test_an_article_of_another_site_is_not_given_to_the_feeds_outlet(site, paper, outlet, editor):
    elsewhere = OutletFactory(domain="127.0.0.1")
    paper.shows("/a", page())
    paper.shows("/feed", rss((f"{site.url}/a", None)))
    polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    Host.objects.update(next_at=timezone.now())
    fetch_links()
    assert Article.objects.get().outlet == elsewhere


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><urlset><url><loc>&j;</loc></url></urlset>"
)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "no_feed"),
        (b"<html><body>Log in</body></html>", "no_feed"),
        (b'{"items": 7}', "no_feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": ', "broken_feed"),
        (b'{"a":' * 100_000, "broken_feed"),
        (b"<urlset><url><loc>https://a.example/</loc>", "broken_feed"),
        (b"<urlset>" + b"<a>" * 5_000, "broken_feed"),
        (BOMB, "broken_feed"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><urlset/>', "broken_feed"),
        (gzip.compress(b"<urlset>" + b" " * 60_000_000), "broken_feed"),
        (b"\x1f\x8bnothing", "broken_feed"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><item", "broken_feed"),
        (b"x" * 21_000_000, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_feed_fails_and_says_why(site, paper, outlet, editor, body, code):
    paper.shows("/feed", body)
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert (feed.code, feed.failures) == (code, 1)
    assert feed.message
    assert not urls()


@pytest.mark.parametrize(
    "entry",
    ["javascript:alert(1)", "http://[", "", "  ", "ftp://a.example/", "http://me:pw@a.example/"],
)
def test_entries_that_lead_nowhere_are_passed_over(site, paper, outlet, editor, entry):
    paper.shows("/feed", json_feed((entry, None), ("/a", None)))
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert feed.failures == 0
    assert urls() <= {f"{site.url}/a", f"{site.url}/feed"}
    assert f"{site.url}/a" in urls()


def test_a_feed_that_fails_is_asked_ever_more_rarely_and_its_outlet_shows_why(
    site, paper, outlet, editor, settings, client
):
    settings.FEED_INTERVAL = timedelta(minutes=10)
    paper.shows("/feed", b"", 500)
    feed, waits = feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor), []
    for _ in range(3):
        polled(feed)
        waits.append(round((feed.next_at - timezone.now()).total_seconds() / 60))
    Feed.objects.filter(pk=feed.pk).update(failures=30)
    polled(feed)
    waits.append(round((feed.next_at - timezone.now()).total_seconds() / 60))
    assert waits == [20, 40, 80, 24 * 60]
    assert [one.kind for one in Event.objects.about(feed)] == ["feed.failed", "feed.added"]

    client.force_login(editor)
    shown = client.get(f"/admin/articles/outlet/{outlet.pk}/change/").content.decode()
    assert "It answered 500 Internal Server Error." in shown
    assert "31 times in a row" in shown
    assert "Failing" in shown

    paper.shows("/feed", rss(("/a", None)))
    Host.objects.update(next_at=timezone.now())
    client.post(reverse("admin:articles_feed_poll", args=[feed.pk]))
    poll_feeds()
    shown = client.get(f"/admin/articles/outlet/{outlet.pk}/change/").content.decode()
    assert "Works" in shown
    assert "It answered 500" not in shown
    assert "1 named, 1 new" in shown


def test_robots_txt_counts_for_feeds_too(site, paper, outlet, editor):
    paper.shows("/robots.txt", b"User-agent: *\nDisallow: /")
    paper.shows("/feed", rss(("/a", None)))
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert feed.code == "robots_disallowed"
    assert [one.path for one in site.asked] == ["/robots.txt"]


def test_feeds_are_kept_in_the_admin(client, editor, outlet):
    client.force_login(editor)
    add = f"{reverse('admin:articles_feed_add')}?outlet={outlet.pk}"
    assert f'value="{outlet.pk}" selected' in client.get(add).content.decode()
    sent = {"outlet": outlet.pk, "url": "https://herald.example/feed", "active": "on"}
    assert client.post(add, sent).status_code == 302
    feed = Feed.objects.get()
    assert (feed.added_by, feed.active, feed.host.name) == (editor, True, "herald.example")
    again = client.post(add, sent).content.decode()
    assert "Harbour Herald has this feed already." in again
    assert Feed.objects.count() == 1

    change = reverse("admin:articles_feed_change", args=[feed.pk])
    client.post(change, {**sent, "active": ""})
    feed.refresh_from_db()
    assert not feed.active
    assert [one.kind for one in Event.objects.about(feed)] == ["feed.changed", "feed.added"]
    poll_feeds()
    feed.refresh_from_db()
    assert feed.polled_at is None


def test_who_may_not_keep_outlets_may_not_keep_feeds(client, outlet):
    client.force_login(user_in("researcher"))
    assert client.get(reverse("admin:articles_feed_add")).status_code == 403
    shown = client.get(f"/admin/articles/outlet/{outlet.pk}/change/").content.decode()
    assert "Feeds" in shown
    assert "Add a feed" not in shown
