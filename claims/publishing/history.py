"""Which verdict the public reads of a claim, and what was corrected or retracted before."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from claims.models import Claim, Rating, Verdict
from claims.models.verdicts import VerdictQuerySet

State = Verdict.State
#: Taken back, or out of date: what the public is told of instead of reading it as a verdict.
ENDED = (State.RETRACTED, State.EXPIRED)


@dataclass(frozen=True)
class Change:
    """A published verdict that was corrected or retracted, as the public is told of it."""

    before: Verdict
    #: The verdict that replaced it; None for a retraction.
    after: Verdict | None
    note: str
    at: datetime | None

    @property
    def retracted(self) -> bool:
        return self.after is None

    @property
    def rating(self) -> Rating | None:
        return self.after.rating if self.after else None

    @property
    def rating_changed(self) -> bool:
        return self.after is not None and self.after.rating_id != self.before.rating_id

    @property
    def parts(self) -> list[str]:
        """The names of what reads differently than before."""
        if self.after is None:
            return []
        return [name for name in ("title", "explanation", "evidence") if self.differs(name)]

    def differs(self, name: str) -> bool:
        return reading(self.before, name) != reading(self.after, name)


def reading(verdict: Verdict | None, name: str) -> object:
    """What a reader sees of one part of a verdict, to compare with another's."""
    if verdict is None or name != "evidence":
        return getattr(verdict, name, None)
    seen = ("url", "title", "quotation", "stance", "archived_url")
    return sorted(
        tuple(getattr(source, part) for part in seen) for source in verdict.evidence.all()
    )


def shown() -> VerdictQuerySet:
    """Of each claim the verdict that the public reads: published, or else the last that ended.

    Drafts and reviews are the desk's own, and what was corrected has been replaced.
    """
    told = Verdict.objects.filter(state__in=[State.PUBLISHED, *ENDED])
    later = Q(ended_at__gt=OuterRef("ended_at")) | Q(
        ended_at=OuterRef("ended_at"), pk__gt=OuterRef("pk")
    )
    newer = told.filter(Q(state=State.PUBLISHED) | later, claim=OuterRef("claim"))
    return told.filter(Q(state=State.PUBLISHED) | ~Exists(newer))


def ended_without_successor() -> VerdictQuerySet:
    """The last verdict of each claim of which none stands: it was retracted or ran out."""
    return shown().filter(state__in=ENDED).select_related("claim").order_by("-ended_at", "-id")


def shown_verdict(claim: Claim) -> Verdict | None:
    """The verdict of a claim that the public reads; None when there is nothing to read."""
    return shown().for_reading().filter(claim=claim).first()


def ended() -> QuerySet[Verdict]:
    """Verdicts that were corrected or retracted, newest first, with what replaced them."""
    replacing = (
        Verdict.objects.once_published().select_related("rating").prefetch_related("evidence")
    )
    return (
        Verdict.objects.filter(state__in=[State.CORRECTED, State.RETRACTED])
        .select_related("claim__claimant", "rating")
        .prefetch_related(
            "evidence", Prefetch("corrections", queryset=replacing, to_attr="replaced_by")
        )
        .order_by("-ended_at", "-id")
    )


def change_of(verdict: Verdict) -> Change:
    """The change that ended a verdict read with `ended()`."""
    if verdict.state == State.RETRACTED:
        return Change(verdict, None, verdict.retraction_note, verdict.ended_at)
    after = next(iter(verdict.replaced_by), None)  # type: ignore[attr-defined]
    return Change(verdict, after, after.correction_note if after else "", verdict.ended_at)


def changes_of(claim: Claim) -> list[Change]:
    """Every correction and retraction of a claim's verdicts, newest first."""
    return [change_of(verdict) for verdict in ended().filter(claim=claim)]
