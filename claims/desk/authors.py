"""Who wrote a verdict: they cannot approve it, and are told what becomes of it."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

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
