"""URLs given to the desk: fetched, read, stored, asked again, and asked politely."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.linking.models import Host, Link
from articles.linking.tasks import fetch_links
from articles.models import Article, Event
from tests.asking import client_of, errors
from tests.conftest import wait_until
from tests.factories import ArticleFactory, OutletFactory, user_in
from tests.papers import PARAGRAPHS, Paper, news_article, page
from tests.serving import Server, serving

GIVE = "/admin/articles/link/add/"


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def site(settings, paper) -> Iterator[Server]:
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    settings.HOST_DELAY = timedelta(0)
    with serving(paper) as server:
        yield server


def give(by, *urls: str) -> list[dict]:
    answer = client_of(by).post("/api/v1/links/", {"urls": list(urls)})
    assert answer.status_code == 202, answer.content
    return answer.json()


def given(by, url: str) -> Link:
    give(by, url)
    return Link.objects.get(url=url)


def fetched(by, url: str) -> Link:
    """The link, when the worker is done with it."""
    link = given(by, url)
    fetch_links()
    link.refresh_from_db()
    return link


def due(link: Link) -> None:
    """Let the time come at which it is asked again."""
    Link.objects.filter(pk=link.pk).update(next_at=timezone.now())
    Host.objects.update(next_at=timezone.now())


def paths(site: Server) -> list[str]:
    return [one.path for one in site.asked]


# --- What a page becomes ----------------------------------------------------------------------


def test_a_url_becomes_an_article(site, paper, researcher):
    paper.shows("/ferries", page(linked=news_article()))
    answer = client_of(researcher).post("/api/v1/articles/", {"url": f"{site.url}/ferries"})

    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["article"]) == ("queued", None)
    fetch_links()
    link = client_of(researcher).get(answer["Location"]).json()
    assert (link["state"], link["code"]) == ("stored", "")
    article = client_of(researcher).get(f"/api/v1/articles/{link['article']}/").json()
    assert article["title"] == "Ferries ran late in May"
    assert article["authors"] == ["Mara Quill", "Jonas Teller"]
    assert article["published_at"] == "2026-05-04T10:30:00Z"
    assert article["language"] == "en-gb"
    assert article["intake"] == "link"
    assert article["extraction"]["state"] == "pending"
    assert article["outlet"]["name"] == "Harbour Herald"
    assert all(words in article["text"] for words in PARAGRAPHS)
    assert "Imprint" not in article["text"]
    assert Article.objects.get().submitted_by == researcher


def test_a_page_without_json_ld_is_read_by_its_looks(site, paper, researcher):
    head = (
        '<meta name="author" content="Mara Quill">'
        '<meta property="article:published_time" content="2026-05-04T12:30:00Z">'
    )
    paper.shows("/ferries", page(head=head))
    article = fetched(researcher, f"{site.url}/ferries").article
    assert (article.title, article.authors) == ("Ferries ran late", ["Mara Quill"])
    assert article.published_at.isoformat() == "2026-05-04T12:30:00+00:00"
    assert article.language == "en"


def test_the_outlet_is_told_by_the_address_and_not_by_what_the_page_says(site, paper, researcher):
    known = OutletFactory(name="Harbour Herald", domain="herald.example")
    paper.shows("/ferries", page(linked=news_article()))
    article = fetched(researcher, f"{site.url}/ferries").article
    assert article.outlet != known
    assert (article.outlet.name, article.outlet.domain) == (
        "Harbour Herald (127.0.0.1)",
        "127.0.0.1",
    )
    added = Event.objects.get(kind="outlet.added")
    assert (added.actor, added.note) == (None, "Found with a link.")


def test_pages_of_one_site_are_of_one_outlet(site, paper, researcher):
    outlet = OutletFactory(domain="127.0.0.1")
    paper.shows("/one", page(title="One"))
    paper.shows("/two", page(PARAGRAPHS[1] * 3, title="Two"))
    give(researcher, f"{site.url}/one", f"{site.url}/two")
    fetch_links()
    fetch_links()
    assert {article.outlet for article in Article.objects.all()} == {outlet}
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    "linked",
    [
        {"@type": ["NewsArticle", 7], "author": 7, "datePublished": [], "headline": {"a": 1}},
        {"@graph": [[[{"@type": "Article", "author": "http://x.example/"}]]]},
        news_article(datePublished="yesterday", author=["", None, "x" * 300]),
        news_article(headline="a" * 3000, datePublished="9999-12-31T23:59:59-14:00"),
        {"@type": None},
        [1, [2, [3]]],
    ],
)
def test_json_ld_of_any_shape_spoils_no_article(site, paper, researcher, linked):
    paper.shows("/ferries", page(linked=linked))
    link = fetched(researcher, f"{site.url}/ferries")
    assert link.state == "stored", link.message
    assert PARAGRAPHS[0] in link.article.text
    assert 0 < len(link.article.title) <= 500


def test_json_ld_that_is_none_spoils_no_article(site, paper, researcher):
    broken = b'<script type="application/ld+json">{"@type": "NewsArticle", </script></head>'
    deep = b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script></head>"
    paper.shows("/ferries", page().replace(b"</head>", broken).replace(b"</head>", deep))
    assert fetched(researcher, f"{site.url}/ferries").state == "stored"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (page("Fähren fuhren im Mai neunmal zu spät, sagte die Hafenmeisterin Ines Vale. " * 4)
         .replace(b'<meta charset="utf-8">', b"").decode().encode("cp1252"), "text/html"),
        (page("Fähren fuhren im Mai neunmal zu spät, sagte die Hafenmeisterin Ines Vale. " * 4)
         .decode().encode("cp1252"), "text/html; charset=windows-1252"),
        (page("Fähren fuhren im Mai neunmal zu spät, sagte die Hafenmeisterin Ines Vale. " * 4)
         .decode().encode("utf-16"), "text/html"),
    ],
)  # fmt: skip
def test_characters_of_any_charset_are_read(site, paper, researcher, body, content_type):
    paper.shows("/f", body, content_type=content_type)
    article = fetched(researcher, f"{site.url}/f").article
    assert "Fähren fuhren im Mai neunmal zu spät" in article.text
    assert article.language == "de"  # The page says “en”, as templates do.


@pytest.mark.parametrize("named", ["punycode", "utf-7", "iso-8859-1", "no-such-thing", "ascii"])
def test_no_name_of_a_charset_spoils_a_page(site, paper, researcher, named):
    said = "“Ferries ran late”, said Ines Vale, and it cost 5 €, each day anew. " * 5
    paper.shows("/f", page(said).replace(b"utf-8", named.encode()).decode().encode("cp1252"),
                content_type="text/html")  # fmt: skip
    assert said.strip() in fetched(researcher, f"{site.url}/f").article.text


def test_markup_on_a_page_is_text_in_the_desk(site, paper, researcher, client):
    attack = "&lt;script&gt;alert(1)&lt;/script&gt; ferries were late nine times in May, he said. "
    paper.shows("/x", page(attack * 5, linked=news_article(headline="<script>alert(2)</script>")))
    article = fetched(researcher, f"{site.url}/x").article
    client.force_login(researcher)
    shown = client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


# --- The same address, the same text ----------------------------------------------------------


def test_a_url_given_twice_is_one_link_and_one_article(site, paper, researcher):
    paper.shows("/ferries", page())
    paper.shows("/ferries?utm_source=x", page())
    first = give(researcher, f"{site.url}/ferries", f"{site.url}/ferries?utm_source=x#top")
    assert [one["created"] for one in first] == [True, False]
    fetch_links()
    [again] = give(researcher, f"{site.url}/ferries/")
    assert (again["created"], again["link"]["state"]) == (False, "stored")
    assert Article.objects.count() == Link.objects.count() == 1


def test_an_article_that_is_here_is_not_fetched(site, researcher):
    article = ArticleFactory(url=f"{site.url}/ferries")
    answer = client_of(researcher).post("/api/v1/articles/", {"url": f"{site.url}/ferries"})
    assert (answer.status_code, answer.json()["id"]) == (200, str(article.uid))
    fetch_links()
    assert site.asked == []
    assert Link.objects.get().state == "known"


def test_a_redirect_and_a_canonical_address_lead_to_one_article(site, paper, researcher):
    head = '<link rel="canonical" href="/ferries">'
    paper.shows("/short", b"", 301, location="/amp/ferries")
    paper.shows("/amp/ferries", page(head=head))
    paper.shows("/ferries", page(head=head))
    assert fetched(researcher, f"{site.url}/short").article.url == f"{site.url}/ferries"
    assert fetched(researcher, f"{site.url}/ferries").state == "known"
    assert Article.objects.count() == 1


@pytest.mark.parametrize("canonical", ["/", "https://other.example/x", "http://[", "javascript:1"])
def test_a_canonical_address_that_is_not_the_pages_is_passed_over(
    site, paper, researcher, canonical
):
    paper.shows("/ferries", page(head=f'<link rel="canonical" href="{canonical}">'))
    assert fetched(researcher, f"{site.url}/ferries").article.url == f"{site.url}/ferries"


# --- What goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"body": b"", "status": 404}, "not_found"),
        ({"body": b"", "status": 410}, "not_found"),
        ({"body": b"", "status": 403}, "forbidden"),
        ({"body": b"", "status": 418}, "http_error"),
        ({"body": b"%PDF", "content_type": "application/pdf"}, "wrong_type"),
        ({"body": b"<html><body><p>Hello.</p></body></html>"}, "no_article_in_html"),
        ({"body": b""}, "no_article_in_html"),
        ({"body": page("Ferries ran late again. " * 50_000)}, "text_too_long"),
        ({"body": b"<p>" * 2_000_000}, "too_large"),
        ({"body": b"", "status": 302, "location": f"http://{'a.' * 150}x/"}, "not_a_url"),
        ({"body": b"", "status": 302, "location": "http://a\0b.example/"}, "not_a_url"),
        ({"body": b"<div>" * 100_000 + b"x"}, "no_article_in_html"),
        ({"body": b"<html><body><article>" + b"<p>x" * 1_000_000}, "too_many_elements"),
    ],
)
def test_what_is_no_article_fails_and_says_why(site, paper, researcher, client, answer, code):
    paper.shows("/x", **answer)
    link = fetched(researcher, f"{site.url}/x")
    assert (link.state, link.code, link.next_at) == ("failed", code, None)
    assert not Article.objects.exists()
    client.force_login(researcher)
    shown = client.get(reverse("admin:articles_link_change", args=[link.pk])).content.decode()
    assert str(escape(link.message)) in shown
    assert Event.objects.about(link).first().kind == "link.failed"


def test_an_address_of_the_desks_own_network_is_refused(site, paper, researcher, settings):
    settings.FETCH_NETWORKS = []
    paper.shows("/ferries", page())
    link = fetched(researcher, f"{site.url}/ferries")
    assert (link.state, link.code) == ("failed", "not_public")
    assert site.asked == []


def test_a_site_that_is_down_is_tried_again_ever_later_and_then_left(
    site, paper, researcher, settings
):
    settings.LINK_RETRIES = [60, 600]
    paper.shows("/ferries", b"", 503, retry_after="1200")
    link, waits = given(researcher, f"{site.url}/ferries"), []
    for _ in range(3):
        due(link)
        fetch_links()
        link.refresh_from_db()
        waits.append(link.next_at and round((link.next_at - timezone.now()).total_seconds(), -2))
    assert waits == [1200, 1200, None]
    assert (link.state, link.code, link.attempts) == ("failed", "http_error", 3)

    paper.shows("/ferries", page())
    client_of(researcher).post(f"/api/v1/links/{link.uid}/retry/")
    due(link)
    fetch_links()
    link.refresh_from_db()
    assert (link.state, link.code, link.message, link.attempts) == ("stored", "", "", 0)


def test_one_who_may_not_add_articles_any_more_stores_none(site, paper, researcher):
    paper.shows("/ferries", page())
    link = given(researcher, f"{site.url}/ferries")
    researcher.is_active = False
    researcher.save()
    fetch_links()
    link.refresh_from_db()
    assert (link.state, link.code) == ("failed", "not_allowed")


def test_a_link_whose_worker_died_is_taken_up_again_and_not_for_ever(
    site, paper, researcher, settings
):
    settings.LINK_RETRIES = []
    paper.shows("/ferries", page())
    link = given(researcher, f"{site.url}/ferries")
    Link.objects.filter(pk=link.pk).update(
        state="fetching", attempts=1, next_at=timezone.now() - timedelta(seconds=1)
    )
    fetch_links()
    link.refresh_from_db()
    assert (link.state, link.code) == ("failed", "worker_lost")


# --- Politeness -------------------------------------------------------------------------------


def test_robots_txt_is_asked_once_and_obeyed(site, paper, researcher):
    paper.shows("/robots.txt", b"User-agent: plumbline\nDisallow: /private/\n")
    paper.shows("/ferries", page())
    paper.shows("/private/x", page())
    paper.shows("/to", b"", 302, location="/private/x")
    give(researcher, *(f"{site.url}{path}" for path in ("/ferries", "/private/x", "/to")))
    for _ in range(3):
        fetch_links()
    found = dict(Link.objects.values_list("url", "code"))
    assert [found[f"{site.url}{path}"] for path in ("/ferries", "/private/x", "/to")] == [
        "",
        "robots_disallowed",
        "robots_disallowed",
    ]
    assert paths(site).count("/robots.txt") == 1
    assert "/private/x" not in paths(site)


def test_while_robots_txt_does_not_answer_nothing_is_fetched(site, paper, researcher):
    paper.shows("/robots.txt", b"", 500)
    paper.shows("/ferries", page())
    link = fetched(researcher, f"{site.url}/ferries")
    assert (link.state, link.code) == ("queued", "robots_unknown")
    assert "/ferries" not in paths(site)

    paper.shows("/robots.txt", b"")
    Host.objects.update(robots_until=timezone.now())
    due(link)
    fetch_links()
    link.refresh_from_db()
    assert link.state == "stored"


@pytest.mark.parametrize(("robots", "pause"), [(b"", 0.4), (b"User-agent: *\nCrawl-delay: 1", 1)])
def test_a_host_is_left_in_peace_between_two_pages(
    site, paper, researcher, settings, robots, pause
):
    settings.HOST_DELAY = timedelta(seconds=0.4)
    paper.shows("/robots.txt", robots)
    for number in range(3):
        paper.shows(f"/{number}", page(PARAGRAPHS[number] * 3))
    give(researcher, *(f"{site.url}/{number}" for number in range(3)))
    ends = time.monotonic() + 20
    while Link.objects.waiting().exists() and time.monotonic() < ends:
        fetch_links()
        time.sleep(0.02)
    at = [one.at for one in site.asked if one.path != "/robots.txt"]
    assert len(at) == 3
    assert min(at[1] - at[0], at[2] - at[1]) >= pause


def test_a_slow_host_keeps_nobody_from_another(site, paper, researcher):
    paper.shows("/ferries", page())
    with serving(paper) as other:
        links = [given(researcher, f"{at.url}/ferries") for at in (site, other)]
        Host.objects.filter(pk=links[0].host_id).update(
            next_at=timezone.now() + timedelta(minutes=5)
        )
        fetch_links()
    states = [Link.objects.get(pk=link.pk).state for link in links]
    assert states == ["queued", "stored"]


# --- The doors --------------------------------------------------------------------------------


def test_a_list_is_given_in_the_admin_and_what_is_no_url_is_left_in_the_field(
    site, paper, researcher, client
):
    client.force_login(researcher)
    sent = f"{site.url}/one\n\njavascript:alert(1)\n {site.url}/two \nhttp://me:pw@a.example/\n"
    answer = client.post(GIVE, {"urls": sent})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "javascript:alert(1)\nhttp://me:pw@a.example/</textarea>" in shown
    assert "This is no http(s) address." in shown
    assert set(Link.objects.values_list("url", flat=True)) == {f"{site.url}/one", f"{site.url}/two"}


def test_one_url_in_the_admin_leads_to_its_link_then_to_its_article(
    site, paper, researcher, client
):
    paper.shows("/ferries", page())
    client.force_login(researcher)
    assert "By its URL" in client.get("/admin/articles/article/add/").content.decode()
    answer = client.post(GIVE, {"urls": f"{site.url}/ferries"}, follow=True)
    link = Link.objects.get()
    assert answer.redirect_chain == [(f"/admin/articles/link/{link.pk}/change/", 302)]
    assert "Queued" in answer.content.decode()
    fetch_links()
    article = Article.objects.get()
    again = client.post(GIVE, {"urls": f"{site.url}/ferries"})
    assert again.url == f"/admin/articles/article/{article.pk}/change/"
    listed = client.get("/admin/articles/link/").content.decode()
    assert str(article) in listed


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"urls": []}, (400, [("urls", "min_length")])),
        ({}, (400, [("urls", "required")])),
        ({"urls": ["https://a.example/"] * 1001}, (400, [("urls", "max_length")])),
        ({"urls": [7]}, (400, [("urls.0", "invalid")])),
    ],
)
def test_a_list_that_is_none_is_refused(researcher, sent, expected):
    assert errors(client_of(researcher).post("/api/v1/links/", sent)) == expected


def test_each_url_of_a_list_has_its_own_answer(researcher):
    found = give(researcher, "https://a.example/x", "ftp://a.example/", "https://a.example:99999/")
    assert [(one["link"] is not None, one["error"] and one["error"]["code"]) for one in found] == [
        (True, None),
        (False, "invalid"),
        (False, "invalid"),
    ]


def test_a_url_alone_that_is_none_is_told(researcher):
    answer = client_of(researcher).post("/api/v1/articles/", {"url": "ftp://a.example/"})
    assert errors(answer) == (400, [("url", "invalid")])


def test_the_command_queues_a_file_and_names_the_lines_that_are_none(db, tmp_path, capsys):
    ArticleFactory(url="https://a.example/known")
    file = tmp_path / "urls.txt"
    file.write_text("https://a.example/1\n\nnonsense\nhttps://a.example/known\n")
    call_command("import_links", str(file))
    said = capsys.readouterr()
    assert "1 queued, 1 known, 1 failed" in said.out
    assert f"{file}, line 3: nonsense" in said.err
    call_command("import_links", str(file))
    assert Link.objects.count() == 2


def test_a_real_worker_fetches_and_extracts(site, paper, start_worker):
    paper.shows("/ferries", page(linked=news_article()))
    researcher = user_in("researcher")
    start_worker(FETCH_NETWORKS="127.0.0.0/8", HOST_DELAY_SECONDS="0.1")
    answer = client_of(researcher).post("/api/v1/articles/", {"url": f"{site.url}/ferries"})
    link = Link.objects.get(uid=answer.json()["id"])
    wait_until(lambda: Article.objects.filter(links=link, state="extracted").exists(), seconds=150)
    places = client_of(researcher).get(f"/api/v1/articles/{Article.objects.get().uid}/appearances/")
    found = [one["text"] for one in places.json()["results"]]
    assert found
    assert all(text in Article.objects.get().text for text in found)
