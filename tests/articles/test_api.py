"""Articles through HTTP: bring one in, send bad ones, see how far they are."""

import json

import pytest
from rest_framework.test import APIClient

from articles.models import Article, Event
from tests.factories import ArticleFactory, OutletFactory, api_key

ARTICLES = "/api/v1/articles/"
PROBLEM = "application/problem+json"


@pytest.fixture
def client(researcher):
    client = APIClient()
    client.force_login(researcher)
    return client


@pytest.fixture
def herald(db):
    return OutletFactory(name="Harbour Herald", domain="herald.example")


def article(**fields):
    return {
        "url": "https://herald.example/news/ferries",
        "title": "Ferries ran late",
        "text": "Ferries ran late four times in May, the harbour master said.",
        "published_at": "2026-05-04T12:00:00Z",
        "authors": ["Ines Vale"],
        **fields,
    }


def errors(response):
    """Of a problem document: its status, and its (field, code) pairs."""
    assert response["Content-Type"] == PROBLEM
    body = response.json()
    assert body["status"] == response.status_code
    assert all(e["message"] for e in body["errors"])
    return response.status_code, [(e["field"], e["code"]) for e in body["errors"]]


def test_a_new_article_is_stored_and_waits_for_the_worker(client, herald):
    response = client.post(ARTICLES, article())

    assert response.status_code == 201
    body = response.json()
    assert response["Location"] == f"http://testserver{ARTICLES}{body['id']}/"
    assert body["outlet"]["name"] == "Harbour Herald"
    assert body["extraction"] == {
        "state": "pending",
        "attempts": 0,
        "last_error": "",
        "extracted_at": None,
        "extractor": "",
    }
    assert client.get(response["Location"]).json() == body
    stored = Article.objects.get(uid=body["id"])
    assert stored.intake == Article.Intake.API
    assert stored.submitted_by.username == "researcher"


@pytest.mark.parametrize(
    "again",
    [
        article(url="http://www.herald.example/news/ferries/?utm_source=x#top", text="Other."),
        article(url="", outlet="harbour herald"),
    ],
    ids=["its URL", "its text"],
)
def test_a_known_article_is_answered_not_stored_again(client, herald, again):
    first = client.post(ARTICLES, article())

    response = client.post(ARTICLES, again)

    assert response.status_code == 200
    assert response.json() == first.json()
    assert response["Location"] == first["Location"]
    assert Article.objects.count() == 1


@pytest.mark.parametrize("outlet", ["Harbour Herald", "HERALD.example"])
def test_the_outlet_goes_by_name_or_domain(client, herald, outlet):
    response = client.post(ARTICLES, article(url="", outlet=outlet))

    assert response.json()["outlet"]["id"] == str(herald.uid)


def test_the_article_is_found_in_html(client, herald):
    page = (
        "<html><body><nav>Home</nav><article><h1>Ferries ran late</h1>"
        + "<p>Ferries ran late four times in May, the harbour master told the council.</p>" * 5
        + "</article></body></html>"
    )

    response = client.post(ARTICLES, article(text="", html=page))

    assert response.status_code == 201
    assert "the harbour master told the council" in response.json()["text"]
    assert "<p>" not in response.json()["text"]


BAD = {
    "empty text": (article(text=" \n"), [("text", "empty_text")]),
    "text too long": (article(text="late " * 1_000_000), [("text", "text_too_long")]),
    "NUL": (article(text="late\x00ferries"), [("text", "control_characters")]),
    "control character": (article(title="late\x1bferries"), [("title", "control_characters")]),
    "lone surrogate": (article(authors=["Ines \ud800"]), [("authors", "control_characters")]),
    "title too long": (article(title="a" * 501), [("title", "title_too_long")]),
    "unknown outlet": (article(outlet="The Gull"), [("outlet", "unknown_outlet")]),
    "no outlet": (article(url=""), [("outlet", "outlet_required")]),
    "no address": (article(url="http://[", outlet="herald.example"), [("url", "invalid")]),
    "no such port": (article(url="https://herald.example:99999/"), [("url", "invalid")]),
    "URL too long": (
        article(url="https://herald.example/?q=" + "é" * 1000),
        [("url", "url_too_long")],
    ),
    "script address": (
        article(url="javascript:alert(1)", outlet="herald.example"),
        [("url", "invalid")],
    ),
    "no date": (article(published_at="yesterday"), [("published_at", "invalid")]),
    "impossible date": (
        article(published_at="2026-02-31T12:00:00Z"),
        [("published_at", "invalid")],
    ),
    "date as number": (article(published_at=1_770_000_000), [("published_at", "invalid")]),
    "date past all": (
        article(published_at="9999-12-31T23:59:59-14:00"),
        [("published_at", "overflow")],
    ),
    "language too long": (article(language="e" * 50), [("language", "invalid_language")]),
    "language with NUL": (article(language="e\x00"), [("language", "invalid_language")]),
    "text a number": (article(text=5), [("text", "invalid")]),
    "text null": (article(text=None), [("text", "null")]),
    "authors a string": (article(authors="Ines Vale"), [("authors", "not_a_list")]),
    "author a number": (article(authors=["Ines", 5]), [("authors.1", "invalid")]),
    "no object": ([article()], [(None, "invalid")]),
    "two at once": (
        article(text="", title="a" * 501),
        [("text", "empty_text"), ("title", "title_too_long")],
    ),
}


@pytest.mark.parametrize(("body", "expected"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_nothing_is_stored(client, herald, body, expected):
    response = client.post(ARTICLES, json.dumps(body), content_type="application/json")

    assert errors(response) == (400, expected)
    assert response.json()["code"] == "invalid"
    assert not Article.objects.exists()
    assert not Event.objects.exists()


def test_a_bad_date_says_what_to_send(client, herald):
    response = client.post(ARTICLES, article(published_at="yesterday"))

    assert "2026-05-04T12:00:00Z" in response.json()["detail"]


BROKEN = {
    "no JSON": (b'{"text": ', 400, "malformed_json"),
    "empty": (b" ", 400, "malformed_json"),
    "not a number": (b'{"text": NaN}', 400, "malformed_json"),
    "too deep": (b"[" * 100_000, 400, "malformed_json"),
    "not UTF-8": (b'{"text": "caf\xe9"}', 400, "invalid_utf8"),
    "too large": (b" " * (16 * 1024 * 1024 + 1), 413, "too_large"),
}


@pytest.mark.parametrize(("body", "status", "code"), BROKEN.values(), ids=BROKEN)
def test_a_body_that_is_no_json_is_refused(client, herald, body, status, code):
    response = client.post(ARTICLES, body, content_type="application/json")

    assert errors(response) == (status, [])
    assert response.json()["code"] == code
    assert not Article.objects.exists()


def test_a_form_is_no_json(client, herald):
    response = client.post(ARTICLES, "text=late", content_type="application/x-www-form-urlencoded")

    assert errors(response) == (415, [])
    assert response.json()["code"] == "unsupported_media_type"


def test_markup_is_stored_as_given_and_returned_as_json(client, herald):
    script = "<script>alert('gull')</script>"

    response = client.post(ARTICLES, article(title=script, text=script, authors=[script]))

    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"
    body = client.get(response["Location"]).json()
    assert (body["title"], body["text"], body["authors"]) == (script, script, [script])


def test_the_list_is_filtered(client, herald):
    ours = ArticleFactory(outlet=herald, state=Article.State.FAILED, language="en")
    ArticleFactory(language="fr")

    for query in ("outlet=herald.example", "state=failed", "language=EN", f"outlet={herald.uid}"):
        rows = client.get(f"{ARTICLES}?{query}").json()["results"]
        assert [row["id"] for row in rows] == [str(ours.uid)], query
        assert "text" not in rows[0]
    assert len(client.get(f"{ARTICLES}?since=2020-01-01").json()["results"]) == 2
    assert client.get(f"{ARTICLES}?since=2999-01-01T00:00:00Z").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=0001-01-01T00:00:00", None),
        ("since=9999-12-31T23:59:59-14:00", "since"),
        ("since=2026-05-04T12:00:00-19:31", None),
        ("since=0001-01-01T00:00:00%2B19:31", "since"),
        ("state=lost", "state"),
        ("outlet=a%00b", "outlet"),
        ("cursor=gull", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=WyJuZXdlc3QiLCBmYWxzZSwgIngiLCAxXQ==", "cursor"),
        ("cursor=WyJuZXdlc3QiLCBmYWxzZSwgMTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwLCAxXQ==", None),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=many", "page_size"),
        ("ordering=place", "ordering"),
    ],
)
def test_a_query_that_makes_no_sense_is_named(client, herald, query, field):
    response = client.get(f"{ARTICLES}?{query}")

    if field is None:
        assert response.status_code == 200
    else:
        assert [name for name, _code in errors(response)[1]] == [field]
        assert response.status_code == 400


@pytest.mark.parametrize("name", ["gull", "%00", "00000000-0000-0000-0000-000000000000", "1"])
def test_an_article_that_is_not_there(client, db, name):
    response = client.get(f"{ARTICLES}{name}/")

    assert errors(response) == (404, [])
    assert response.json()["code"] == "not_found"


def test_an_address_that_leads_nowhere_and_a_method_that_is_none(client, db):
    assert errors(client.get("/api/v1/gulls/")) == (404, [])
    assert errors(client.delete(ARTICLES)) == (405, [])
    assert errors(client.options(ARTICLES)) == (405, [])


def test_pages_stay_right_while_articles_arrive(client, herald):
    known = [ArticleFactory(outlet=herald) for _ in range(7)]
    seen = []
    address = f"{ARTICLES}?page_size=2"

    while address:
        page = client.get(address).json()
        seen += [row["id"] for row in page["results"]]
        ArticleFactory(outlet=herald)
        last, address = address, page["next"]

    assert seen == [str(one.uid) for one in reversed(known)]
    back = client.get(client.get(last).json()["previous"]).json()
    assert [row["id"] for row in back["results"]] == seen[4:6]


def test_a_failed_article_is_extracted_again(client, herald):
    failed = ArticleFactory(outlet=herald, state=Article.State.FAILED, last_error="Out of ink")

    response = client.post(f"{ARTICLES}{failed.uid}/retry/")

    assert response.status_code == 202
    assert response.json()["extraction"]["state"] == "pending"
    assert response.json()["extraction"]["last_error"] == ""


def test_a_key_authenticates(researcher, herald):
    token = api_key(researcher, "read", "submit")
    client = APIClient()

    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.post(ARTICLES, article()).status_code == 201
    client.credentials(HTTP_AUTHORIZATION="Token plumb_nobody")
    assert errors(client.get(ARTICLES)) == (401, [])


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token caf\xe9", "Basic Z3VsbA=="])
def test_a_header_that_is_no_key(db, header):
    response = APIClient().get(ARTICLES, HTTP_AUTHORIZATION=header)

    assert response.status_code in (400, 401)
    assert response["Content-Type"] == PROBLEM


def test_a_session_needs_its_csrf_token(researcher, herald):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(researcher)

    assert errors(client.post(ARTICLES, article())) == (403, [])
    assert not Article.objects.exists()


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_takes_as_many_queries_for_many_as_for_few(
    client, herald, django_assert_num_queries, count
):
    for _ in range(count):
        ArticleFactory()

    with django_assert_num_queries(7):
        assert len(client.get(ARTICLES).json()["results"]) == count
