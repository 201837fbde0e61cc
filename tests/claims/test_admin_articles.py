"""Pasting an article and reading it with its claims marked."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from articles.models import Article
from claims.admin.marks import segments
from claims.models import Appearance
from tests import factories

ADD = "/admin/articles/article/add/"
TEXT = "Ferries run late\n\nFerries ran late nine times in May, the harbourmaster said."


@pytest.fixture(autouse=True)
def signed_in(client, researcher):
    client.force_login(researcher)


@pytest.fixture
def outlet(db):
    return factories.OutletFactory(name="Harbour Herald", domain="herald.example")


def read(client, article: Article) -> str:
    return client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()


def test_a_pasted_article_has_a_page_that_waits_for_its_claims(client, outlet, researcher):
    answer = client.post(
        ADD,
        {
            "text": TEXT,
            "url": "https://herald.example/ferries",
            "authors": "Mara Quill, Jonas Teller",
            "published_at": "2026-05-04T12:30",
            "language": "en",
        },
        follow=True,
    )
    article = Article.objects.get()
    assert answer.redirect_chain == [
        (reverse("admin:articles_article_change", args=[article.pk]), 302)
    ]
    assert (article.title, article.outlet) == ("Ferries run late", outlet)
    assert article.authors == ["Mara Quill", "Jonas Teller"]
    assert (article.intake, article.submitted_by) == (Article.Intake.PASTE, researcher)
    page = answer.content.decode()
    assert "data-waits" in page
    assert "Pending" in page
    state = client.get(reverse("admin:articles_article_state", args=[article.pk]))
    assert state.json() == {"state": "pending"}


@pytest.mark.parametrize("sent", [{"url": "https://www.herald.example/ferries/?utm_source=x"}, {}])
def test_a_known_article_is_shown_not_stored_again(client, outlet, sent):
    known = {"text": TEXT, "outlet": outlet.pk}
    client.post(ADD, {**known, "url": "https://herald.example/ferries"})
    answer = client.post(ADD, {**known, **sent, "title": "Other"}, follow=True)
    article = Article.objects.get()
    assert answer.redirect_chain[0][0].endswith(f"/{article.pk}/change/")
    assert "already here" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t "}, "text"),
        ({"text": "a" * 5_000_000}, "text"),
        ({"text": "Ferries\x00 ran late."}, "text"),
        ({"text": "Ferries\x07 ran late."}, "text"),
        ({"title": "x" * 501}, "title"),
        ({"title": "x\x1b"}, "title"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://herald.example/" + "x" * 2000}, "url"),
        ({"outlet": ""}, "outlet"),
        ({"outlet": "999999"}, "outlet"),
        ({"outlet": "", "url": "https://unknown.example/x"}, "outlet"),
        ({"authors": "x" * 201}, "authors"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"published_at": "0000-00-00T00:00"}, "published_at"),
        ({"language": "English"}, "language"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(client, outlet, sent, field):
    answer = client.post(ADD, {"text": TEXT, "outlet": outlet.pk, **sent})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    page = answer.content.decode()
    assert str(escape(form.errors[field][0])) in page
    assert str(escape(sent.get("text", TEXT))) in page
    assert not Article.objects.exists()


def test_markup_is_stored_and_shown_as_text(client, outlet):
    attack = "<script>alert(1)</script>"
    client.post(ADD, {"text": f"{attack} in May.", "title": attack, "outlet": outlet.pk})
    article = Article.objects.get()
    assert article.text == f"{attack} in May."
    page = read(client, article)
    assert attack not in page
    assert str(escape(attack)) in page


def test_claims_are_marked_and_linked(client):
    place = factories.AppearanceFactory()
    page = read(client, place.article)
    link = reverse("admin:claims_claim_change", args=[place.claim_id])
    mark = page.partition("<mark")[2].partition("</mark>")[0]
    assert f'href="{link}"' in mark
    assert place.text in mark
    assert f'id="a{place.pk}"' in page
    assert place.claim.text in page.partition("<aside")[2]
    assert "data-waits" not in page


def test_a_failed_article_shows_why_and_can_be_tried_again(client):
    article = factories.ArticleFactory(state="set_aside", attempts=3, last_error="MemoryError: big")
    page = read(client, article)
    assert "MemoryError: big" in page
    client.post(reverse("admin:articles_article_retry", args=[article.pk]))
    article.refresh_from_db()
    assert (article.state, article.last_error) == ("pending", "")


def test_the_list_does_not_ask_more_for_more_rows(client, django_assert_max_num_queries):
    factories.AppearanceFactory.create_batch(20)
    with django_assert_max_num_queries(15) as queries:
        client.get("/admin/articles/article/")
    assert not [q for q in queries if '"articles_article"."text"' in q["sql"]]


SPANS = [
    [],
    [(0, 5)],
    [(0, 5), (5, 9)],
    [(0, 9), (2, 4)],
    [(0, 6), (3, 9)],
    [(0, 6), (0, 3), (0, 6)],
    [(8, 99)],
    [(50, 60)],
]


@pytest.mark.parametrize("spans", SPANS)
def test_segments_are_the_whole_text_in_order(spans):
    text = "0123456789"
    places = [Appearance(pk=n, start=a, end=b) for n, (a, b) in enumerate(spans, start=1)]
    parts = list(segments(text, places))
    assert "".join(part.text for part in parts) == text
    at = 0
    for part in parts:
        inside = {p.pk for p in places if p.start <= at < p.end}
        assert {p.pk for p in part.places} == inside
        at += len(part.text)
    begun = [p.pk for part in parts for p in part.starts]
    assert sorted(begun) == [p.pk for p in places if p.start < len(text)]
    for part in parts:
        if part.places:
            assert part.place.end - part.place.start == min(p.end - p.start for p in part.places)


def test_an_empty_text_has_no_segments():
    assert list(segments("", [])) == []
