"""Feeds made to do harm: each is refused or read as far as it is sound.

Nothing is timed here: what would take minutes or gigabytes, read as it stands, would show.
"""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.feeding.models import Feed
from articles.feeding.services import feed_add
from articles.intake.feeds import MOST_ENTRIES, feed_read
from articles.intake.fetching import Limits
from articles.linking.models import Host, Link
from articles.models import Event, Outlet
from tests.articles.test_feeds import polled, rss, sitemap, urls
from tests.factories import OutletFactory
from tests.serving import Handler

MB = 1_000_000
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel>'
END = b"</channel></rss>"
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom">'
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": ['
LINK = b"<item><link>https://a.example/%d</link></item>"


@pytest.fixture
def outlet(db) -> Outlet:
    return OutletFactory(name="Harbour Herald", domain="")


def long(start: bytes, piece: bytes, end: bytes = b"", size: int = 20 * MB) -> bytes:
    return start + piece * (size // len(piece)) + end


def entities(*declared: bytes, text: bytes = b"&a;") -> bytes:
    kind = b'<?xml version="1.0"?><!DOCTYPE rss [%s]><rss version="2.0"><channel>' % b"".join(
        declared
    )
    return kind + b"<item><title>%s</title><link>/%s</link></item>" % (text, text) + END


LAUGHS = [b'<!ENTITY a "ha">'] + [
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
]

REFUSED = {
    "elements in elements": (long(RSS, b"<a>"), "nested too deeply"),
    "html in an entry": (long(ATOM + b"<entry><content>", b"<b>"), "nested too deeply"),
    "an attribute without end": (long(RSS + b'<item a="', b"x"), "unclosed token"),
    "open tags alone": (long(RSS, b"<"), "too large to be read in spite"),
    "entities that are none": (long(RSS + b"<title>", b"&"), "too large to be read in spite"),
    "a marked section without end": (long(RSS, b"<![CDATA[x"), "too large to be read in spite"),
    "a comment without end": (long(RSS, b"<!-- "), "too large to be read in spite"),
    "entities that expand": (entities(*LAUGHS, text=b"&m;"), "declares entities"),
    "one entity often": (entities(b'<!ENTITY a "%s">' % (b"a" * MB), text=b"&a;" * 9), "declares"),
    "a file": (entities(b'<!ENTITY a SYSTEM "file:///etc/passwd">'), "declares entities"),
    "a parameter": (entities(b'<!ENTITY % a SYSTEM "http://10.0.0.1/"> %a;'), "declares entities"),
    "other XML": (long(b'<?xml version="1.0"?><a>', b"<b/>", b"</a>"), "no RSS, Atom"),
    "JSON of nothing": (long(JSON, b"{},", b"{}]}"), "more than 500,000 parts"),
    "JSON in JSON": (JSON + b"[" * 100_000 + b"]" * 100_000 + b"]}", "JSON is broken"),
    "a number": (long(JSON, b"9", b"]}"), "JSON is broken"),
    "a version of lists": (b'{"items": [], "version": %s}' % (b"[" * 900 + b"]" * 900), "no JSON"),
    "many sitemaps": (sitemap(*[("/x", None)] * 50_001, of="sitemap"), "more than 50,000"),
    "NULs": (RSS + b"\0" * MB, "XML is broken"),
    "a bomb": (gzip.compress(bytes(60 * MB)), "unpacks to more than"),
    "a bomb of RSS": (gzip.compress(long(RSS, b"<item/>", END, 60 * MB)), "unpacks to more"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name):
    body, why = REFUSED[name]
    with pytest.raises(ValidationError) as caught:
        feed_read(body, "https://a.example/feed")
    assert why in " ".join(caught.value.messages)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (RSS + b"".join(LINK % n for n in range(100_000)) + END, MOST_ENTRIES),
        (RSS + b"".join(LINK % n for n in range(100_000)), MOST_ENTRIES),
        (long(RSS, b"<item/>", END), 0),
        (long(RSS + LINK % 1 + b"<item><title>", b"&lt;b&gt;", b"</title></item>" + END), 1),
        (long(RSS + LINK % 1 + b"<item><pubDate>", b"1 ", b"</pubDate></item>" + END), 1),
        (long(RSS + LINK % 1 + b"<item ", b"a='b' ", b"/>" + END, 600), 1),
        (gzip.compress(RSS + LINK % 1 + END), 1),
        ((RSS + LINK % 1 + END).decode().encode("utf-16"), 1),
        (RSS + b"<item><title>\xe9t\xe9</title></item>" + LINK % 1 + END, 1),
        (RSS + b"<title>R&D &nbsp;</title>" + LINK % 1 + LINK % 2, 2),
        (RSS.replace(b"?>", b' encoding="punycode"?>', 1) + LINK % 1 + END, 1),
        (RSS.replace(b"?>", b' encoding="utf-7"?>', 1) + LINK % 1 + END, 1),
        (RSS.replace(b"?>", b' encoding="gb2312"?>', 1) + LINK % 1 + END, 1),
        (b"\n" + RSS + LINK % 1 + END, 1),
        (b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x.dtd"><rss>' + LINK % 1
         + b"</rss>", 1),
    ],
)  # fmt: skip
def test_what_is_sound_in_it_is_read(body, count):
    assert len(feed_read(body, "https://a.example/feed").entries) == count


def test_of_a_long_sitemap_the_newest_addresses_are_read():
    """Many name the oldest first."""
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    named = [(f"https://a.example/{n}", begins + timedelta(hours=n)) for n in range(3_000)]
    found = feed_read(sitemap(*named), "https://a.example/sitemap.xml").entries
    assert len(found) == MOST_ENTRIES
    assert found[0].url == "https://a.example/2999"


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        (b"<item><guid>/a</guid></item>", "/a"),
        (b'<item><guid isPermaLink="false">/a</guid></item>', None),
        (b"<item><guid>/b</guid><link>/a</link></item>", "/a"),
        (b"<item><link>\n <![CDATA[/a]]> \n</link></item>", "/a"),
        (b'<item xmlns:m="urn:m"><m:link>/b</m:link><link>/a</link></item>', "/a"),
        (b"<item><image><link>/b</link></image></item>", None),
        (b'<item xmlns:a="http://www.w3.org/2005/Atom"><a:link href="/a"/></item>', "/a"),
        (b'<entry><link rel="self" href="/b"/><link rel="alternate" href="/a"/></entry>', "/a"),
        (b'<entry xml:base="/news/"><link href="a"/></entry>', "/news/a"),
        (b'<entry><source><link href="/b"/></source><link href="/a"/></entry>', "/a"),
        (b'<entry><link href="javascript:alert(1)"/></entry>', None),
    ],
)
def test_the_address_of_an_entry(entry, url):
    root = (ATOM, b"</feed>") if entry.startswith(b"<entry") else (RSS, END)
    found = [one.url for one in feed_read(entry.join(root), "https://a.example/feed").entries]
    assert found == ([f"https://a.example{url}"] if url else [])


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("<pubDate>Mon, 04 May 2026 23:30:00 -0200</pubDate>", "2026-05-05"),
        ("<pubDate>4 May 2026 12:00 EST</pubDate>", "2026-05-04"),
        ("<pubDate>2026-05-04T12:00:00Z</pubDate>", "2026-05-04"),
        ("<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2026-05-04</d:date>", "2026-05-0"),
        ("<pubDate>soon</pubDate><d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2026-05-04"
         "</d:date>", "2026-05-0"),
        ("<pubDate>Fri, 31 Dec 9999 23:59:59 -1200</pubDate>", "None"),
        ("<pubDate>Mon, 99 Foo 0000 99:99:99 +9999</pubDate>", "None"),
        ("<pubDate>-1</pubDate>", "None"),
    ],
)  # fmt: skip
def test_the_day_of_an_entry(told, day):
    body = RSS + b"<item><link>/a</link>" + told.encode() + b"</item>" + END
    (found,) = feed_read(body, "https://a.example/feed").entries
    assert str(found.published_at).startswith(day)


# --- A poll -----------------------------------------------------------------------------------


def endless(page: Handler) -> None:
    page.send_response(200)
    page.end_headers()
    page.wfile.write(RSS)
    page.go_on(LINK % 1 * 1000)


def dripping(page: Handler) -> None:
    page.send_response(200)
    page.end_headers()
    page.go_on(b" ", pause=0.05)


ANSWERS = {
    "without end": (endless, "too_large", "It is larger than 300,000 bytes."),
    "a drip": (dripping, "too_slow", "It took too long to answer."),
    "a bomb": (
        lambda page: page.send(200, gzip.compress(bytes(MB)), content_encoding="gzip"),
        "too_large", "It is larger than",
    ),
    "in circles": (
        lambda page: page.send(302, location="/feed"), "too_many_redirects", "redirects",
    ),
    "to nobody": (
        lambda page: page.send(302, location="http://127.0.0.1:1/"), "robots_unknown", "robots.txt",
    ),
    "inside": (lambda page: page.send(302, location="http://169.254.169.254/"), "not_public", ""),
    "busy": (lambda page: page.send(429, retry_after="7200"), "http_error", "It answered 429"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_feed_fails_and_the_others_of_the_poll_are_read(
    site, paper, outlet, editor, client, monkeypatch, name
):
    small = Limits(body=300_000, longest=0.5)
    monkeypatch.setattr("articles.feeding.polling.LIMITS", small)
    answer, code, why = ANSWERS[name]
    paper.pages["/feed"] = answer
    paper.shows("/good", rss(("/a", timezone.now())))
    hostile = feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor)
    good = feed_add(outlet=outlet, url=f"{site.url}/good", by=editor)
    polled(hostile)
    if name == "busy":
        assert Host.objects.get(name=site.url[7:]).next_at - timezone.now() > timedelta(hours=1.9)
    polled(good)
    hostile.refresh_from_db()
    assert (hostile.code, hostile.failures, hostile.lease) == (code, 1, None)
    assert urls() == {f"{site.url}/a"}
    client.force_login(editor)
    shown = client.get(f"/admin/articles/outlet/{outlet.pk}/change/").content.decode()
    assert hostile.message in shown
    assert why.lower() in hostile.message.lower()


def test_an_answer_that_nothing_changed_to_who_had_nothing(site, paper, outlet, editor):
    paper.pages["/feed"] = lambda page: page.send(304)
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert (feed.failures, feed.named, feed.message) == (0, 0, "")


def test_entries_that_cannot_be_kept_spoil_no_other(site, paper, outlet, editor):
    hostile = [
        "http://10.0.0.1/", "http://localhost/", "javascript:alert(1)", "file:///etc/passwd",
        "http://a\0b/", "http://\ud800/", "http://a.example/\ud800", "http://a.example:99999/",
        "http://[::1/", "//", "http://", "https:///x", f"http://{'a' * 1_000}/",
        f"http://{'.'.join(['a' * 60] * 8)}.example/", f"http://a.example/{'a' * 3_000}",
        "http://a b/", "http://a.example/\x9b", "data:text/html,x", "http://me:pw@a.example/",
        7, None, ["x"], {"x": 1},
    ]  # fmt: skip
    items = [{"url": url} for url in hostile] + [None, 7, "x", [], {}, {"url": "/a"}]
    items.append({"url": "/b", "date_published": "9999-12-31T23:59:59-12:00"})
    items.append({"url": "/c", "date_published": {"@value": [1]}})
    feed = {"version": "https://jsonfeed.org/version/1", "items": items}
    paper.shows("/feed", json.dumps(feed).encode())
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor))
    assert (feed.failures, feed.message) == (0, "")
    assert {f"{site.url}/{name}" for name in "abc"} <= urls()
    assert not Link.objects.exclude(url__startswith="http").exists()


def test_a_sitemap_that_names_itself_ends(site, paper, outlet, editor):
    named = [(f"{site.url}/sitemap.xml?{n}", None) for n in range(1_000)]
    index = sitemap(*named, of="sitemap")
    for n in range(1_000):
        paper.shows(f"/sitemap.xml?{n}", index)
    paper.shows("/sitemap.xml", index)
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/sitemap.xml", by=editor))
    assert feed.message == "The sitemaps that it names have no pages."
    assert sum(one.path.startswith("/sitemap") for one in site.asked) == 6


def test_sitemaps_that_take_long_are_not_waited_for(site, paper, outlet, editor, monkeypatch):
    monkeypatch.setattr("articles.feeding.polling.LONGEST_POLL", 1)
    now = timezone.now()
    paper.shows("/good", sitemap(("/a", now)))
    for n in range(4):
        paper.pages[f"/{n}"] = dripping
    named = [(f"{site.url}/good", now), *((f"{site.url}/{n}", None) for n in range(4))]
    paper.shows("/sitemap.xml", sitemap(*named, of="sitemap"))
    feed = polled(feed_add(outlet=outlet, url=f"{site.url}/sitemap.xml", by=editor))
    assert feed.message == "4 of its sitemaps: It took too long to answer."
    assert urls() == {f"{site.url}/a"}
    assert sum(one.path in "/0/1/2/3" for one in site.asked) == 1


def test_a_feed_that_takes_its_workers_with_it_rests(site, paper, outlet, editor, client):
    """Its worker was lost twice: no third one asks it at once."""
    paper.shows("/feed", rss(("/a", timezone.now())))
    feed = feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor)
    Feed.objects.filter(pk=feed.pk).update(lease=feed.uid, losses=1)
    polled(feed)
    assert (feed.code, feed.failures, feed.lease, feed.losses) == ("worker_lost", 1, None, 0)
    assert feed.next_at > timezone.now() + timedelta(minutes=20)
    assert not site.asked
    assert Event.objects.about(feed).first().kind == "feed.failed"
    client.force_login(editor)
    shown = client.get(f"/admin/articles/outlet/{outlet.pk}/change/").content.decode()
    assert "The worker was lost while reading it, more than once." in shown

    assert polled(feed).code == ""
    assert urls() == {f"{site.url}/a"}


def test_whose_worker_was_lost_once_is_asked_again(site, paper, outlet, editor):
    paper.shows("/feed", rss(("/a", timezone.now())))
    feed = feed_add(outlet=outlet, url=f"{site.url}/feed", by=editor)
    Feed.objects.filter(pk=feed.pk).update(lease=feed.uid)
    assert polled(feed).failures == 0
    assert urls() == {f"{site.url}/a"}
