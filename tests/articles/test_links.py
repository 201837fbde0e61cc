"""URLs given to the desk: what their pages become."""

import pytest
from django.urls import reverse

from articles.linking.models import Link
from articles.linking.tasks import fetch_links
from articles.models import Article, Event
from tests.articles.giving import fetched, give
from tests.asking import client_of
from tests.factories import ArticleFactory, OutletFactory
from tests.papers import PARAGRAPHS, news_article, page

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
