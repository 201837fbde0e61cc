"""Two imports write the same articles at the same time."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from articles.importing.storing import articles_store
from articles.models import Article, Event, Import, ImportedArticle
from articles.services import Submission, validated
from tests.factories import OutletFactory

ROWS = 3_000


@pytest.mark.django_db(transaction=True)
def test_rows_in_opposite_orders_are_stored_once_and_nobody_fails():
    """Each waits for a row of the other: PostgreSQL ends one, which looks again."""
    outlet = OutletFactory()
    rows = [
        validated(Submission(text=f"Ferry {n} ran late again.", outlet=outlet, language="en"))
        for n in range(ROWS)
    ]
    works = [
        Import.objects.create(name=f"{n}.csv", path="gone", sha256=str(n), size=1) for n in range(2)
    ]
    ready, stored = Barrier(2), {}

    def store(work: Import, given: list[dict]) -> None:
        try:
            ready.wait()
            with transaction.atomic():
                stored[work.pk] = articles_store(work, given)
        finally:
            connection.close()

    orders = (rows, rows[::-1])
    threads = [Thread(target=store, args=pair) for pair in zip(works, orders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(stored.values()) == [0, ROWS]
    assert Article.objects.count() == ROWS
    assert ImportedArticle.objects.count() == ROWS
    assert Event.objects.filter(kind="article.stored").count() == ROWS
