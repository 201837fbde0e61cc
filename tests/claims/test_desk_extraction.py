"""How what the extractor found becomes rows: added once, refreshed later, never over a person."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.events import Event
from articles.models import Article
from articles.services import article_retry, article_take, articles_sweep
from claims import tasks
from claims.desk import claims as desk
from claims.desk.recording import Find, finds_write
from claims.desk.respanning import appearance_respan
from claims.extraction import Document, ExtractedClaim
from claims.models import Appearance, Claim
from tests.factories import ArticleFactory, user_in

pytestmark = pytest.mark.django_db

TEXT = "Four ferries were late in May, and the harbour lost 2 million pounds."


def found(start: int, end: int, score: float = 0.8) -> ExtractedClaim:
    return ExtractedClaim(
        start=start,
        end=end,
        text=TEXT[start:end],
        standalone=TEXT[start:end],
        claimant=None,
        claimant_kind=None,
        attribution=None,
        score=score,
        reasons=(("names a quantity", score),),
    )


def written(article: Article, *claims: ExtractedClaim) -> None:
    taken = article_take(article.pk)
    assert taken is not None
    finds_write([Find(taken, document=Document("en", claims=claims))], "en")
    article.refresh_from_db()
    assert article.state == Article.State.EXTRACTED


def rows() -> list[object]:
    fields = ("pk", "claim", "start", "end", "check_worthiness", "reasons")
    return [
        list(Appearance.objects.order_by("pk").values(*fields)),
        list(Claim.objects.order_by("pk").values()),
    ]


def test_claims_that_lie_inside_each_other_are_each_refreshed_by_their_own():
    article = ArticleFactory(text=TEXT)
    claims = found(0, len(TEXT), 0.6), found(0, 29, 0.9)
    written(article, *claims)
    before = rows()
    article_retry(article, by=user_in("editor"))
    written(article, *claims)
    assert rows() == before
    assert Claim.objects.count() == 2


def test_a_claim_that_a_person_worded_keeps_its_words_and_score():
    article, editor = ArticleFactory(text=TEXT), user_in("editor")
    written(article, found(0, 29, 0.5))
    claim = Claim.objects.get()
    desk.claim_word(claim, text="Four ferries ran late.", claimant=None, by=editor)
    article_retry(article, by=editor)
    written(article, found(0, 29, 0.9))
    again = Claim.objects.get()
    assert (again.text, again.check_worthiness) == ("Four ferries ran late.", 0.5)
    assert again.appearances.get().check_worthiness == 0.9


def test_an_untouched_claim_has_the_score_of_its_best_place_also_when_that_is_lower_now():
    article = ArticleFactory(text=TEXT)
    written(article, found(0, 29, 0.9))
    article_retry(article, by=user_in("editor"))
    written(article, found(0, 29, 0.6))
    claim = Claim.objects.get()
    assert (claim.check_worthiness, claim.reasons) == (0.6, [["names a quantity", 0.6]])


def test_refreshing_asks_no_more_for_many_claims_than_for_few():
    counts = []
    for places in (2, 6):
        article = ArticleFactory(text=TEXT)
        claims = [found(10 * n, 10 * n + 9) for n in range(places)]
        written(article, *claims)
        article_retry(article, by=user_in("editor"))
        with CaptureQueriesContext(connection) as queries:
            written(article, *claims)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_language_that_gets_its_pipeline_later_is_extracted_then(settings):
    article = ArticleFactory(language="de")
    tasks.extract(article.pk)
    article.refresh_from_db()
    assert article.state == Article.State.UNSUPPORTED
    assert articles_sweep() == []

    settings.SPACY_MODELS = {**settings.SPACY_MODELS, "de": "de_core_news_sm"}
    assert articles_sweep() == [article.pk]
    article.refresh_from_db()
    assert article.state == Article.State.PENDING


def test_a_region_of_a_language_is_read_as_the_language():
    article = ArticleFactory(text=TEXT, language="en-gb")
    tasks.extract(article.pk)
    article.refresh_from_db()
    assert (article.state, article.language) == (Article.State.EXTRACTED, "en")


@pytest.mark.django_db(transaction=True)
def test_an_article_waits_when_the_database_goes_away_under_its_extraction(monkeypatch):
    def lose_connection(articles: Sequence[Article]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(tasks, "articles_extract", lose_connection)
    article = ArticleFactory(text=TEXT)
    tasks.extract(article.pk)
    article.refresh_from_db()
    assert article.state == Article.State.PENDING
    assert "terminat" in article.last_error
    assert not Event.objects.about(article).exists()


def test_a_passage_that_a_person_marked_stays_where_they_put_it():
    article = ArticleFactory(text=TEXT)
    written(article, found(0, 29))
    editor = user_in("editor")
    appearance_respan(Appearance.objects.get(), start=31, end=len(TEXT) - 1, by=editor)
    before = Appearance.objects.values("pk", "claim", "start", "end", "text").get()
    article_retry(article, by=editor)
    written(article, found(0, 29, 0.4), found(31, len(TEXT) - 1, 0.9))
    assert Appearance.objects.values("pk", "claim", "start", "end", "text").get() == before
    assert Claim.objects.count() == 1
