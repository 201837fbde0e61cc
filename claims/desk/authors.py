"""Who wrote a verdict: they cannot approve it, and are told what becomes of it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.events import Event
from claims.models import Verdict

#: Events by which someone becomes an author of a verdict.
WRITING = (
    "verdict.edited",
    "verdict.submitted",
    "verdict.evidence_added",
    "verdict.evidence_removed",
)


def authors(verdict: Verdict) -> QuerySet[User]:
    """Everyone who opened this verdict, edited it or submitted it."""
    written = Event.objects.about(verdict).filter(kind__in=WRITING)
    return User.objects.filter(Q(pk=verdict.author_id) | Q(pk__in=written.values("actor")))


def wrote(verdict: Verdict, user: Any) -> bool:
    """Whether `user` is an author of this verdict: opened it, edited it or submitted it."""
    written = Event.objects.about(verdict).filter(kind__in=WRITING, actor=user)
    return verdict.author_id == user.pk or written.exists()


def for_approval_by(user: Any) -> QuerySet[Verdict]:
    """What waits to be approved and `user` did not write; all of it where four eyes are off."""
    waiting = Verdict.objects.filter(state=Verdict.State.IN_REVIEW, approved_by=None)
    if not settings.FOUR_EYES:
        return waiting
    written = Event.objects.filter(
        subject_type=Verdict._meta.label_lower,
        subject_id=OuterRef("pk"),
        kind__in=WRITING,
        actor=user,
    )
    return waiting.exclude(author=user).filter(~Exists(written))
