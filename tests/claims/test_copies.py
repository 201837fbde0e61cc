"""The same text elsewhere, an agency's story with another headline: its claims are found once."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.copies import articles_compare
from articles.intake.sketching import likeness, sketch
from articles.models import Article, Event
from articles.services import Submission, article_retry, article_store
from claims.models import Appearance, Claim
from claims.tasks import extract, extract_bulk
from tests.articles.files import json_lines, work_off
from tests.asking import client_of
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db

STORY = """The council of the harbour town will spend 3.2 million crowns on a new pier, Mayor \
Jonas Teller said on Monday.

Ferries ran late nine times in May, the harbourmaster Ines Vale told the council. She gave no \
reason for it, and promised a report for the summer.

The unemployment rate in the town fell to 4.1 percent in April, according to the statistics \
office. It had been 6.3 percent a year before, when the shipyard closed its gates for good.

Fishermen landed 12,000 tonnes of herring in the first quarter, 14 percent more than in the same \
months of the year before. The harbour has 430 berths, and all of them were taken."""
LOCAL = (
    "\n\nThe town of Saltmarsh spends 700,000 crowns a year on its own pier, the town clerk said."
)


@pytest.fixture(autouse=True)
def outlets(db):
    for name in ("herald", "tribune", "gull"):
        OutletFactory(name=name.capitalize(), domain=f"{name}.example")


def stored(by, paper: str, text: str = STORY, **fields) -> Article:
    """An article of that paper, sent and extracted."""
    sent = {"url": f"https://{paper}.example/{fields.pop('at', 'pier')}", "text": text}
    sent = {**sent, "title": "Council builds", "published_at": "2026-05-04T12:00:00Z", **fields}
    answer = client_of(by).post("/api/v1/articles/", sent)
    article = Article.objects.get(uid=answer.json()["id"])
    extract(article.pk)
    article.refresh_from_db()
    return article


def claims_of(article: Article) -> set[int]:
    return set(article.appearances.values_list("claim", flat=True))


def stand(article: Article) -> bool:
    return all(article.text[p.start : p.end] == p.text for p in article.appearances.all())


def test_the_same_text_of_another_outlet_is_a_copy_with_the_same_claims(researcher, client):
    first = stored(researcher, "herald")
    claims = Claim.objects.count()
    assert claims
    copy = stored(researcher, "tribune")
    assert (copy.copy_of, copy.state) == (first, "extracted")
    assert Claim.objects.count() == claims
    assert claims_of(copy) == claims_of(first)
    assert stand(copy)
    assert {a.attribution_id is None for a in copy.appearances.all()} == {
        a.attribution_id is None for a in first.appearances.all()
    }
    claim = Claim.objects.filter(appearances__article=copy).first()
    assert claim.place_count == 2
    assert sorted(claim.outlets) == sorted([first.outlet_id, copy.outlet_id])
    [event] = Event.objects.about(copy).filter(kind="article.copy_found")
    assert event.after == {"original": "Council builds", "outlet": "Herald"}

    client.force_login(researcher)
    shown = client.get(reverse("admin:articles_article_change", args=[first.pk])).content.decode()
    assert "Copies (1)" in shown
    assert "Tribune" in shown
    shown = client.get(reverse("admin:articles_article_change", args=[copy.pk])).content.decode()
    assert "The same text, or nearly so" in shown
    told = client_of(researcher).get(f"/api/v1/articles/{copy.uid}/").json()
    assert told["copy_of"] == str(first.uid)


def test_a_story_with_another_headline_and_a_paragraph_more_has_its_claims_and_the_new_one(
    researcher,
):
    first = stored(researcher, "herald", f"Council builds a pier\n\n{STORY}")
    before = claims_of(first)
    copy = stored(researcher, "gull", f"Saltmarsh and its neighbours\n\n{STORY}{LOCAL}")
    assert copy.copy_of == first
    assert before <= claims_of(copy)
    new = Claim.objects.exclude(pk__in=before)
    assert [claim.appearances.get().article for claim in new] == [copy] * new.count()
    assert any("700,000" in claim.text for claim in new)
    assert stand(copy)


def test_a_copy_of_a_copy_is_a_copy_of_the_first(researcher):
    first = stored(researcher, "herald")
    stored(researcher, "tribune")
    assert stored(researcher, "gull").copy_of == first


def test_another_url_of_the_same_outlet_with_nearly_the_same_text_is_a_copy(researcher):
    first = stored(researcher, "herald")
    assert stored(researcher, "herald", f"{STORY}{LOCAL}", at="pier-2").copy_of == first


@pytest.mark.parametrize(
    ("together", "searches"), [(100, 4), (2, 6)], ids=["looked for together", "one by one"]
)
def test_several_compared_at_once_are_copies_of_what_each_is_like(
    researcher, monkeypatch, together, searches
):
    """Two of the five are like nothing that is stored, and are not searched for alone."""
    monkeypatch.setattr("articles.copies.MOST_TOGETHER", together)
    first = stored(researcher, "herald", published_at=None)
    homes = "Mayor Ines Vale said that 40 homes burned."
    other = stored(researcher, "gull", homes, at="homes", published_at=None)
    texts = [first.text + LOCAL, "A dog is lost.", homes, "Two dogs are lost.", first.text]
    articles = [
        article_store(
            Submission(text=text, outlet=OutletFactory(domain=f"o{n}.example"), language="en"),
            by=None,
            intake=Article.Intake.FILE,
        ).article
        for n, text in enumerate(texts)
    ]
    with CaptureQueriesContext(connection) as asked:
        assert articles_compare(articles) == [first, None, other, None, first]
    assert sum("&&" in query["sql"] for query in asked) == searches
    assert articles_compare(articles) == [first, None, other, None, first]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (STORY.replace("the", "a").replace("in", "at").replace("of", "for"), {}),
        ("Ferries ran late nine times in May, the harbourmaster Ines Vale told the council.", {}),
        (STORY, {"published_at": "2025-05-04T12:00:00Z"}),
    ],
    ids=["other words", "one sentence of it", "a year before"],
)
def test_what_only_resembles_is_no_copy(researcher, text, fields):
    stored(researcher, "herald")
    assert stored(researcher, "tribune", text, **fields).copy_of is None


def test_a_copy_waits_for_the_original_that_is_not_extracted_yet(researcher):
    client_of(researcher).post(
        "/api/v1/articles/", {"url": "https://herald.example/pier", "text": STORY}
    )
    first = Article.objects.get()
    copy = stored(researcher, "tribune", published_at=None)
    assert (copy.state, copy.attempts, copy.copy_of) == ("pending", 0, first)
    assert not Appearance.objects.exists()
    extract(first.pk)
    extract(copy.pk)
    copy.refresh_from_db()
    assert copy.state == "extracted"
    assert claims_of(copy) == claims_of(first)


def test_of_near_copies_the_one_that_a_worker_took_first_is_the_original(researcher):
    client_of(researcher).post(
        "/api/v1/articles/", {"url": "https://herald.example/pier", "text": STORY}
    )
    older = Article.objects.get()
    first = stored(researcher, "gull", f"{STORY}{LOCAL}", published_at=None)
    extract(older.pk)
    older.refresh_from_db()
    assert (first.copy_of, older.copy_of, older.state) == (None, first, "extracted")
    assert claims_of(older) < claims_of(first)


def test_copies_in_one_file_are_copies_too_and_count_as_its_rows(researcher):
    texts = {"herald": STORY, "tribune": STORY, "gull": f"{STORY}{LOCAL}"}
    rows = [{"url": f"https://{p}.example/pier", "text": text} for p, text in texts.items()]
    file = SimpleUploadedFile("stories.jsonl", json_lines([*rows, rows[0]]))
    client = client_of(researcher)
    sent = client.post("/api/v1/imports/", {"file": file}, format="multipart")
    work_off()
    extract_bulk(time.time() + 60)
    told = client.get(sent["Location"]).json()
    counts = [told[name] for name in ("rows_read", "created", "known", "failed", "extracted")]
    assert counts == [4, 3, 1, 0, 3]
    first, *copies = Article.objects.order_by("pk")
    assert [copy.copy_of for copy in copies] == [first, first]
    assert claims_of(first)
    assert claims_of(copies[0]) == claims_of(first)
    assert claims_of(first) < claims_of(copies[1])


def test_an_original_that_cannot_be_extracted_holds_no_copy_up(researcher):
    first = stored(researcher, "herald")
    Appearance.objects.all().delete()
    Article.objects.filter(pk=first.pk).update(state="failed", extracted_at=None)
    copy = stored(researcher, "tribune")
    assert (copy.copy_of, copy.state) == (first, "extracted")
    assert claims_of(copy)


def test_a_copy_extracted_again_has_each_place_once(researcher):
    stored(researcher, "herald")
    copy = stored(researcher, "tribune")
    before = set(copy.appearances.values_list("pk", flat=True))
    article_retry(copy, by=researcher)
    extract(copy.pk)
    assert set(copy.appearances.values_list("pk", flat=True)) == before


def test_sketches_find_what_is_alike_and_stay_the_same_for_ever():
    other = STORY.replace("nine times", "ten times")
    assert set(sketch(STORY)) & set(sketch(other))
    assert likeness(STORY, other) > 0.9
    assert likeness(STORY, STORY.upper()) == 1
    assert likeness(STORY, LOCAL) < 0.1
    assert (sketch(""), likeness("", "")) == ([], 0)
    assert all(-(2**63) <= band < 2**63 for band in sketch(STORY))
    # What a database holds was made with these numbers.
    assert sketch(STORY)[0] == FIRST_BAND


def test_a_sketch_takes_no_time_beside_an_extraction():
    text = STORY * 5
    began = time.perf_counter()
    for _ in range(20):
        sketch(text)
    assert (time.perf_counter() - began) / 20 < 0.05


FIRST_BAND = -6870639255799230482
