"""The same request sent again gets the answer that the first one got, for a day.

`Idempotency-Key` as in draft-ietf-httpapi-idempotency-key-header-07, but for another body: that is
a 409 here.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

KEPT = timedelta(days=1)


class AnswerInProgress(Exception):
    """A request with this key is being answered right now."""


class KeyReused(Exception):
    """The key was sent before, with another request."""


class KeptAnswer(models.Model):
    """What one caller's request with one Idempotency-Key was answered."""

    #: See `callers.caller_of`: one caller's keys are nothing to another one.
    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    #: SHA-256 of method, path and body.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="kept_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.caller}: {self.key}"


def kept_answer(*, caller: str, key: str, fingerprint: str) -> KeptAnswer | None:
    """What this request was answered before; None when it is new, and ours alone to answer.

    Call it in the transaction that does the work and keeps its answer, so that neither stands
    without the other, whenever the process dies. Raises AnswerInProgress and KeyReused.
    """
    if not locked(f"{caller} {key}"):
        raise AnswerInProgress
    since = timezone.now() - KEPT
    kept = KeptAnswer.objects.filter(caller=caller, key=key, created_at__gt=since).first()
    if kept and kept.fingerprint != fingerprint:
        raise KeyReused
    return kept


def answer_keep(*, caller: str, key: str, **answer: Any) -> None:
    """Keep `fingerprint`, `status`, `headers` and `body`, in the place of one too old to count."""
    answer["created_at"] = timezone.now()
    KeptAnswer.objects.update_or_create(caller=caller, key=key, defaults=answer)


def locked(name: str) -> bool:
    """Whether this transaction has `name` to itself, until it ends; nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def answers_forget() -> int:
    """Delete the answers that are too old to be given out; how many."""
    deleted, _by_model = KeptAnswer.objects.filter(created_at__lte=timezone.now() - KEPT).delete()
    return deleted
