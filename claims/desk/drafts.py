"""What is typed into a draft and not saved yet, kept for whoever typed it."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.intake.text import check_characters
from claims.desk.changing import check_permission
from claims.desk.errors import Conflict
from claims.desk.rules import VERDICT_RULES
from claims.models import KeptDraft, Verdict


def draft_keep(
    verdict: Verdict, typed: dict[str, str], *, version: int, revision: int, by: Any
) -> int:
    """Keep the fields `typed` into `version` of a draft. Nothing of the verdict changes.

    `revision` is what was kept last, 0 for nothing; returns that of now. Raises PermissionDenied,
    ValidationError for characters that no text may hold, or Conflict when another window of the
    same person has kept something since.
    """
    check_permission(VERDICT_RULES["edit"], by)
    for value in typed.values():
        check_characters(value)
    with transaction.atomic():
        KeptDraft.objects.get_or_create(
            verdict=verdict, user=by, defaults={"version": version, "typed": {}, "revision": 0}
        )
        kept = KeptDraft.objects.filter(verdict=verdict, user=by, version__lte=version)
        fields = {"version": version, "typed": typed, "kept_at": timezone.now()}
        if not kept.filter(revision=revision).update(revision=F("revision") + 1, **fields):
            raise Conflict("kept_elsewhere", "You are typing into this draft in another window.")
    return revision + 1


def draft_forget(verdict: Verdict, *, by: Any) -> None:
    """What `by` had typed into the draft is saved, or not wanted any more."""
    KeptDraft.objects.filter(verdict=verdict, user=by).delete()
