"""Many articles at once: judged one by one, then written with a handful of statements."""

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection

from articles import events
from articles.importing.models import Import
from articles.importing.problems import described
from articles.intake.reading import Row
from articles.intake.urls import site
from articles.models import Article, Outlet
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


#: One statement: the articles that are new, which import stored them, and an Event for each. Rows
#: of the ORM would cost more than all the rest of an import.
STORE = """
WITH given AS (
    SELECT * FROM unnest(
        %(uid)s::uuid[], %(outlet)s::bigint[], %(url)s::text[], %(normalised_url)s::text[],
        %(title)s::text[], %(text)s::text[], %(text_hash)s::text[], %(authors)s::text[],
        %(language)s::text[], %(published_at)s::timestamptz[]
    ) WITH ORDINALITY AS row (
        uid, outlet_id, url, normalised_url, title, text, text_hash, authors, language,
        published_at, place
    )
), stored AS (
    INSERT INTO articles_article (
        uid, outlet_id, url, normalised_url, title, text, text_hash, authors, language,
        published_at, received_at, intake, submitted_by_id, state, attempts, last_error, extractor,
        bands
    )
    SELECT uid, outlet_id, url, normalised_url, title, text, text_hash,
        ARRAY(SELECT jsonb_array_elements_text(authors::jsonb)), language,
        published_at, now(), %(intake)s, %(by)s, %(state)s, 0, '', '', '{}'
    FROM given ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING id, outlet_id, title, url
), linked AS (
    INSERT INTO articles_importedarticle (article_id, by_id) SELECT id, %(work)s FROM stored
)
INSERT INTO articles_event (
    at, kind, actor_id, actor_name, subject_type, subject_id, before, after, note
)
SELECT now(), 'article.stored', %(by)s, %(by_name)s, 'articles.article', stored.id, '{}',
    jsonb_build_object('title', title, 'outlet', name, 'url', url), ''
FROM stored JOIN articles_outlet ON articles_outlet.id = outlet_id
ORDER BY stored.id
"""
#: The columns that are given as they are in what `validated` returns.
COLUMNS = ("url", "normalised_url", "title", "text", "text_hash", "language", "published_at")


def articles_store(work: Import, rows: Sequence[dict[str, Any]]) -> int:
    """Store the articles that are new, each with its Event; returns how many were.

    Call it in the transaction that counts them. What another import stores at the same time is
    waited for, and known then. Nobody is woken: the sweep sees to the extraction.
    """
    if not rows:
        return 0
    given = {name: [row[name] for row in rows] for name in COLUMNS}
    fixed = {
        "intake": Article.Intake.FILE.value,
        "state": Article.State.PENDING.value,
        "by": work.submitted_by_id,
        "by_name": events.name_of(work.submitted_by),
        "work": work.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            {
                **given,
                **fixed,
                "uid": [uuid.uuid4() for _ in rows],
                "outlet": [row["outlet"].pk for row in rows],
                "authors": [json.dumps(row["authors"]) for row in rows],
            },
        )
        return cursor.rowcount
