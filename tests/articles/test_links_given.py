"""The doors by which URLs come in, how politely they are asked, and what goes wrong."""

import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.linking.models import Host, Link
from articles.linking.tasks import fetch_links
from articles.models import Article, Event
from tests.articles.giving import due, fetched, give, given, paths
from tests.asking import client_of, errors
from tests.conftest import wait_until
from tests.factories import ArticleFactory, user_in
from tests.papers import PARAGRAPHS, news_article, page
from tests.serving import serving

GIVE = "/admin/articles/link/add/"


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
        ({"body": b"<div>" * 40_000 + b"x"}, "no_article_in_html"),
        ({"body": b"<div>" * 100_000 + b"x"}, "too_many_elements"),
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
