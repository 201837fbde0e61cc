"""Many articles at once: judged one by one, then written with a handful of statements."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from articles import events
from articles.importing.models import Import, ImportedArticle
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


def articles_store(work: Import, rows: Sequence[dict[str, Any]]) -> int:
    """Store the articles that are new, each with its Event; returns how many were.

    Call it in the transaction that counts them. What another import stores at the same time is
    waited for, and known then. Nobody is woken: the sweep sees to the extraction.
    """
    now = timezone.now()
    articles = [
        Article(**fields, intake=Article.Intake.FILE, submitted_by=work.submitted_by, wake_at=now)
        for fields in rows
    ]
    Article.objects.bulk_create(articles, ignore_conflicts=True)
    uids = [article.uid for article in articles]
    created = dict(Article.objects.filter(uid__in=uids).values_list("uid", "pk"))
    new = [article for article in articles if article.uid in created]
    for article in new:
        article.pk = created[article.uid]
    ImportedArticle.objects.bulk_create(
        ImportedArticle(article_id=article.pk, by=work) for article in new
    )
    events.Event.objects.bulk_create(stored(work, article) for article in new)
    return len(new)


def stored(work: Import, article: Article) -> events.Event:
    told = {"title": article.title, "outlet": article.outlet.name, "url": article.url}
    return events.built("article.stored", article, actor=work.submitted_by, after=told)
