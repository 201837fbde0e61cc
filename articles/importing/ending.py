"""The end of an import: its Event, its e-mail, and its file."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from articles import events
from articles.importing.models import Import
from articles.importing.problems import described
from articles.importing.uploads import file_drop
from articles.signals import import_ended

State = Import.State


def import_end(
    work: Import, state: Import.State, error: ValidationError | None = None, *, worked: float = 0
) -> None:
    """End a turn and its import; nothing happens when the lease was lost."""
    problem = described(error)[0] if error else {"code": "", "message": ""}
    with transaction.atomic():
        done = Import.objects.filter(pk=work.pk, lease=work.lease, state=State.RUNNING).update(
            state=state,
            error_code=problem["code"],
            error=problem["message"],
            worked=F("worked") + worked,
            **ended(work),
        )
        if done:
            ended_record(work, state, by=None)


def ended(work: Import) -> dict[str, Any]:
    """The columns of an import that ends now."""
    person = work.submitted_by
    told = work.mail_wanted and person is not None and person.email
    return {
        "finished_at": Now(),
        "lease": None,
        "lease_until": None,
        "mail_due_at": timezone.now() if told else None,
    }


def ended_record(work: Import, state: Import.State, *, by: Any) -> None:
    """Record how it ended; on commit drop its file, which nobody reads again, and tell."""
    work.refresh_from_db()
    counts = {name: getattr(work, name) for name in ("rows_read", "created", "known", "failed")}
    events.record(f"import.{state}", work, actor=by, after=counts, note=work.error)
    transaction.on_commit(lambda: file_drop(work), robust=True)
    transaction.on_commit(lambda: import_ended.send(sender=Import, import_id=work.pk), robust=True)
