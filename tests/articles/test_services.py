"""Storing articles and the lease that a worker holds."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from articles import services
from articles.events import Event
from articles.models import Article
from articles.services import Submission, article_store
from articles.signals import article_stored
from tests.factories import ArticleFactory, OutletFactory

pytestmark = pytest.mark.django_db

State = Article.State


def store(by=None, **fields):
    given = {"text": "Two ferries were late, the harbour master said.", **fields}
    return article_store(Submission(**given), by=by, intake=Article.Intake.API)


def test_the_same_address_with_tracking_is_the_same_article():
    outlet = OutletFactory(domain="herald.example")
    first = store(url="https://www.herald.example/a/?utm_source=x#top")
    again = store(url="http://herald.example/a", text="Another text entirely.")
    assert first.article.outlet == outlet
    assert (first.created, again.created) == (True, False)
    assert again.article == first.article


def test_the_same_text_is_known_per_outlet():
    one, two = OutletFactory(), OutletFactory()
    first = store(outlet=one)
    assert not store(outlet=one, text="Two ferries were late,\n the harbour master said. ").created
    assert store(outlet=two).created
    assert first.article.outlet == one


def test_a_reader_cannot_submit(reader):
    with pytest.raises(PermissionDenied):
        store(by=reader, outlet=OutletFactory())
    assert not Article.objects.exists()


def test_every_bad_field_is_named_at_once():
    with pytest.raises(ValidationError) as refused:
        store(text=" ", url="nonsense", title="bell \x07", outlet="Nobody")
    codes = {name: errors[0].code for name, errors in refused.value.error_dict.items()}
    assert codes == {
        "text": "empty_text",
        "url": "invalid",
        "title": "control_characters",
        "outlet": "unknown_outlet",
    }
    assert not Article.objects.exists()
    assert not Event.objects.exists()


def test_an_article_is_taken_once():
    article = ArticleFactory()
    first = services.article_take(article.pk)
    assert first is not None
    assert services.article_take(article.pk) is None


def test_a_worker_taken_for_dead_writes_nothing_when_it_comes_back():
    article = ArticleFactory()
    slow = services.article_take(article.pk)
    Article.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert services.articles_sweep() == [article.pk]
    second = services.article_take(article.pk)
    assert not services.article_finish(slow, State.EXTRACTED)
    assert services.article_finish(second, State.EXTRACTED)


def test_a_passing_trouble_is_tried_again_later_and_set_aside_in_the_end(settings):
    settings.EXTRACTION_MAX_ATTEMPTS = 2
    article = ArticleFactory()
    services.article_postpone(services.article_take(article.pk), "the database went away")
    article.refresh_from_db()
    assert article.state == State.PENDING
    assert article.wake_at > timezone.now() + settings.EXTRACTION_WAKE
    services.article_postpone(services.article_take(article.pk), "and again")
    article.refresh_from_db()
    assert (article.state, article.last_error) == (State.SET_ASIDE, "and again")


def test_retry_starts_over(editor):
    article = ArticleFactory(state=State.FAILED, attempts=3, last_error="ValueError: no")
    services.article_retry(article, by=editor)
    article.refresh_from_db()
    assert (article.state, article.attempts, article.last_error) == (State.PENDING, 0, "")
    assert Event.objects.about(article).get().kind == "article.retried"


def test_a_state_outside_the_list_cannot_be_stored():
    article = ArticleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(state="lost")


@pytest.mark.parametrize(
    "statement", ["UPDATE articles_event SET note = 'x'", "DELETE FROM articles_event"]
)
def test_events_cannot_be_changed(statement):
    store(outlet=OutletFactory())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_article_is_stored_whatever_its_listeners_meet(caplog):
    def fails(**_):
        raise RuntimeError("nobody expected this")

    article_stored.connect(fails)
    try:
        assert store(outlet=OutletFactory()).created
    finally:
        article_stored.disconnect(fails)
    assert Article.objects.get().state == State.PENDING
    assert "nobody expected this" in caplog.text
