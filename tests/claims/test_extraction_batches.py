"""Articles of files are read and written a few at once: the same comes of it as one by one."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from articles import services
from articles.events import Event
from articles.models import Article
from claims import tasks
from claims.desk.extraction import articles_extract, extractor
from claims.models import Appearance, Attribution, Claim, Claimant
from tests.factories import ArticleFactory, OutletFactory

pytestmark = pytest.mark.django_db

RATE = "Unemployment in Harlow Bay fell to 4.1 percent in April 2026."


def of_file(text: str, **fields) -> Article:
    fields.setdefault("wake_at", timezone.now())
    return ArticleFactory(text=text, language="en", intake=Article.Intake.FILE, **fields)


def report(n: int) -> str:
    name = ("Ann Lee", "Bob Marsh", "Ines Vale", "Jonas Teller", "Mara Quill", "Helena Stone")[n]
    return (
        f"The council spent {n + 3}.2 million pounds on its pier in 2025, Mayor {name} said.\n\n"
        f"Ferries carried {n + 2},000 passengers in May."
    )


def what_is_written() -> list[object]:
    places = Appearance.objects.order_by("article", "start")
    attributions = Attribution.objects.order_by("article", "start")
    events = Event.objects.values_list("kind", "after__text", "after__claims", "after__by")
    return [
        list(places.values_list("article__text", "start", "claim__text", "check_worthiness")),
        list(attributions.values_list("article__text", "start", "kind", "claimant__name")),
        sorted(Claim.objects.values_list("text", "place_count", "made_on", "last_made_at")),
        sorted(Claimant.objects.values_list("name", "kind")),
        sorted(map(str, events)),
    ]


def test_several_at_once_and_one_by_one_come_to_the_same():
    written = []
    for at_once in (True, False):
        with transaction.atomic():
            articles = [of_file(report(n)) for n in range(6)]
            for day, more in ((3, "The mayor was pleased."), (2, "Nobody else was.")):
                date = datetime(2026, 5, day, tzinfo=UTC)
                articles.append(of_file(f"{RATE} {more}", published_at=date))
            batches = [articles] if at_once else [[article] for article in articles]
            for batch in batches:
                articles_extract(services.articles_take([article.pk for article in batch]))
            assert {article.state for article in Article.objects.all()} == {"extracted"}
            written.append(what_is_written())
            transaction.set_rollback(True)
    assert len(written[0][0]) >= 8
    assert written[0] == written[1]


def test_the_same_sentence_in_two_articles_of_a_batch_is_one_claim():
    dates = [datetime(2026, 5, day, tzinfo=UTC) for day in (3, 2)]
    first = of_file(f"{RATE} The mayor was pleased.", published_at=dates[0])
    second = of_file(f"{RATE} Nobody else was.", published_at=dates[1])
    [claim] = articles_extract(services.articles_take([first.pk, second.pk]))
    claim.refresh_from_db()
    assert (claim.place_count, claim.made_on) == (2, dates[1].date())
    assert {*claim.outlets} == {first.outlet_id, second.outlet_id}
    [again] = Event.objects.filter(kind="claim.appeared")
    assert (again.subject_id, again.after["article"]) == (claim.pk, str(second.uid))
    found = Event.objects.filter(kind="article.extracted").order_by("subject_id")
    assert [event.after["claims"] for event in found] == [1, 0]


def test_one_that_cannot_be_read_keeps_none_of_the_others(monkeypatch):
    articles = [of_file(report(n)) for n in range(4)]
    read = extractor().extract_articles

    def broken(texts, **options):
        if any("Ines Vale" in text for text, _title in texts):
            raise ValueError("no such text")
        return read(texts, **options)

    monkeypatch.setattr(extractor(), "extract_articles", broken)
    tasks.extract_taken(services.articles_take_next())
    states = dict(Article.objects.values_list("pk", "state"))
    assert [states[article.pk] for article in articles] == [
        *("extracted", "extracted", "failed", "extracted")
    ]
    assert "no such text" in Article.objects.get(state="failed").last_error
    for article in articles:
        assert article.appearances.exists() == (states[article.pk] == "extracted")


@pytest.mark.django_db(transaction=True)
def test_all_of_them_wait_when_the_database_goes_away(monkeypatch):
    articles = [of_file(report(n)) for n in range(3)]

    def lost(_articles):
        raise OperationalError("gone")

    monkeypatch.setattr(tasks, "articles_extract", lost)
    tasks.extract_taken(services.articles_take_next())
    assert set(Article.objects.values_list("state", "attempts")) == {("pending", 1)}
    assert len(articles) == Article.objects.filter(last_error__contains="gone").count()
    assert services.articles_take_next() == []


def test_what_was_tried_before_is_taken_alone():
    earlier = timezone.now() - timedelta(hours=1)
    fresh = [of_file(report(n), wake_at=earlier + timedelta(minutes=n)) for n in range(4)]
    Article.objects.filter(pk=fresh[2].pk).update(attempts=1)
    taken = []
    while batch := services.articles_take_next():
        taken.append([article.pk for article in batch])
    assert taken == [[fresh[0].pk, fresh[1].pk], [fresh[2].pk], [fresh[3].pk]]


def test_no_more_are_taken_than_fit(monkeypatch):
    monkeypatch.setattr(services, "BYTES_AT_ONCE", 500)
    for n in range(3):
        of_file(report(n))
    of_file(" ".join(report(n % 6) for n in range(40)), outlet=OutletFactory())
    sizes = []
    while batch := services.articles_take_next():
        sizes.append(len(batch))
    assert sum(sizes) == 4
    assert max(sizes) > 1
    assert sizes[-1] == 1
    monkeypatch.setattr(services, "MOST_AT_ONCE", 1)
    Article.objects.update(state="pending", lease=None, lease_until=None, attempts=0)
    assert len(services.articles_take_next()) == 1


def test_a_lease_that_was_lost_is_nothing_to_the_others():
    articles = [of_file(report(n)) for n in range(2)]
    taken = services.articles_take_next()
    Article.objects.filter(pk=articles[0].pk).update(lease=uuid.uuid4())
    claims = articles_extract(taken)
    assert claims
    assert not articles[0].appearances.exists()
    assert articles[1].appearances.exists()
    assert list(Article.objects.order_by("pk").values_list("state", flat=True)) == [
        *("extracting", "extracted")
    ]
