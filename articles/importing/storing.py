"""Many articles at once: judged one by one, then written with a handful of statements."""

import json
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Model
from psycopg.errors import DeadlockDetected

from articles import events
from articles.importing.models import Import, ImportedArticle
from articles.importing.problems import described
from articles.intake.reading import Row
from articles.intake.urls import site
from articles.models import Article, Event, Outlet
from articles.services import Submission, validated

log = logging.getLogger(__name__)

#: Troubles of the moment, which say nothing about the row.
TRANSIENT = (OperationalError, InterfaceError, SoftTimeLimitExceeded, MemoryError)


@dataclass(frozen=True)
class Judged:
    """A row, and either the columns of its article or what is wrong with it."""

    row: Row
    fields: dict[str, Any] | None = None
    errors: list[dict[str, str]] | None = None

    def refused(self, code: str, message: str) -> "Judged":
        return Judged(self.row, errors=[{"field": "", "code": code, "message": message}])


class Judge:
    """Judges rows; the outlets it found are remembered, so that not every row asks for its own."""

    def __init__(self) -> None:
        self.outlets: dict[str, Outlet] = {}

    def judged(self, row: Row) -> Judged:
        try:
            return Judged(row, fields=self.fields_of(row.make()))
        except ValidationError as error:
            return Judged(row, errors=described(error))
        except TRANSIENT:
            raise
        except Exception as error:
            # The row's fault or ours: another try would meet it again, so it is told.
            log.exception("row %s cannot be read", row.number)
            return Judged(row).refused("unexpected", f"{type(error).__name__}: {error}")

    def fields_of(self, submission: Submission) -> dict[str, Any]:
        name = str(submission.outlet or site(submission.url))
        known = self.outlets.get(name)
        fields = validated(replace(submission, outlet=known) if known else submission)
        self.outlets[name] = fields["outlet"]
        return fields


#: Another import may have stored one of the rows since we looked; a second look finds that.
LOOKS = 5
#: The columns that are given as they are in what `validated` returns.
GIVEN = ("url", "normalised_url", "title", "text", "text_hash", "language", "published_at")
ARTICLE = (
    *("id", "uid", "outlet_id", "authors", *GIVEN),
    *("received_at", "intake", "submitted_by_id", "state"),
    *("attempts", "last_error", "extractor", "bands"),
)
EVENT = (
    *("subject_id", "after"),
    *("at", "kind", "actor_id", "actor_name", "subject_type", "before", "note", "transaction"),
)
#: An array, as the thousands of placeholders of the ORM's `__in` take longer than the search.
KNOWN_URLS = """
SELECT normalised_url FROM articles_article
WHERE normalised_url = ANY(%s) AND NOT normalised_url = ''
"""
KNOWN_TEXTS = "SELECT outlet_id, text_hash FROM articles_article WHERE text_hash = ANY(%s)"
#: Ids for so many articles, and what is the same for all that one transaction writes.
NUMBERS = """
SELECT array_agg(nextval(pg_get_serial_sequence('articles_article', 'id'))),
    now(), articles_event_transaction()
FROM generate_series(1, %s)
"""


def articles_store(work: Import, rows: Sequence[dict[str, Any]]) -> int:
    """Store the articles that are new, each with its Event; returns how many were.

    Call it in the transaction that counts them. What another import stores at the same time is
    waited for, and known then. Nobody is woken: the sweep sees to the extraction.
    """
    for look in range(LOOKS):
        new = unknown(rows)
        try:
            with transaction.atomic():
                articles_copy(work, new)
            break
        except (IntegrityError, OperationalError) as error:
            if look + 1 == LOOKS or not meanwhile(error):
                raise
    return len(new)


def meanwhile(error: Exception) -> bool:
    """Another import has one of the rows, or each of the two waited for one of the other's."""
    return isinstance(error, IntegrityError) or isinstance(error.__cause__, DeadlockDetected)


def unknown(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose URL, and whose text from the same outlet, neither the desk nor a row before has.

    As `article_known` finds them, one by one.
    """
    new = []
    urls, texts = known_urls(rows), known_texts(rows)
    for row in rows:
        url, text = row["normalised_url"], (row["outlet"].pk, row["text_hash"])
        if url not in urls and text not in texts:
            new.append(row)
            texts.add(text)
            if url:
                urls.add(url)
    return new


def known_urls(rows: Sequence[dict[str, Any]]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_URLS, [[row["normalised_url"] for row in rows]])
        return {url for (url,) in cursor}


def known_texts(rows: Sequence[dict[str, Any]]) -> set[tuple[int, str]]:
    """By outlet and hash."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_TEXTS, [[row["text_hash"] for row in rows]])
        return set(cursor)


def articles_copy(work: Import, rows: Sequence[dict[str, Any]]) -> None:
    """Write new articles, their import and their Events, by COPY.

    Rows of the ORM would cost more than all the rest of an import, and INSERT a third more.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, [len(rows)])
        ids, now, number = cursor.fetchone()
    by, by_name = work.submitted_by_id, events.name_of(work.submitted_by)
    intake, state = Article.Intake.FILE.value, Article.State.PENDING.value
    fixed: tuple[Any, ...] = (now, intake, by, state, 0, "", "", [])
    copy(
        Article,
        ARTICLE,
        (
            (pk, uuid.uuid4(), row["outlet"].pk, row["authors"], *map(row.get, GIVEN), *fixed)
            for pk, row in zip(ids, rows, strict=True)
        ),
    )
    copy(ImportedArticle, ("article_id", "by_id"), ((pk, work.pk) for pk in ids))
    same = (now, "article.stored", by, by_name, "articles.article", "{}", "", number)
    copy(Event, EVENT, ((pk, told(row), *same) for pk, row in zip(ids, rows, strict=True)))


def told(row: dict[str, Any]) -> str:
    """What the Event of a stored article says, as JSON."""
    after = {"title": row["title"], "outlet": row["outlet"].name, "url": row["url"]}
    return json.dumps(after, ensure_ascii=False)


def copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as writing,
    ):
        for row in rows:
            writing.write_row(row)
