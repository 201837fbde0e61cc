"""The desk's thresholds of matching, and what others would have done on its own decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from articles import events
from claims.desk.changing import changed_by
from claims.desk.errors import Conflict
from claims.models import Match, MatchingSettings
from claims.models.matching import ONE_MERGED

PERMISSION = "claims.tune_matching"
#: The thresholds that the page compares.
STEPS = tuple(step / 10 for step in range(1, 10))


def matching_settings() -> MatchingSettings:
    """The thresholds as they stand; those of a new desk until they are first changed."""
    return MatchingSettings.objects.filter(pk=1).first() or MatchingSettings(pk=1)


def matching_settings_change(
    *, suggest_from: float, joins_alone: bool, by: Any, version: int | None = None
) -> MatchingSettings:
    """Set the thresholds; what was suggested or decided before stays as it is.

    `version` is what the caller read; None skips the check. Raises PermissionDenied, Conflict
    (`changed_meanwhile`) or ValidationError for `suggest_from`.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"This needs the permission {PERMISSION}.")
    if not 0 <= suggest_from <= 1:
        message = ValidationError("A share from 0 to 1.", code="not_a_share")
        raise ValidationError({"suggest_from": message})
    after = {"suggest_from": suggest_from, "joins_alone": joins_alone}
    with transaction.atomic():
        MatchingSettings.objects.get_or_create(pk=1)
        row = MatchingSettings.objects.select_for_update().get(pk=1)
        if version is not None and row.version != version:
            raise Conflict("changed_meanwhile", changed_by(row, version))
        before = {name: getattr(row, name) for name in after}
        row.suggest_from, row.joins_alone = suggest_from, joins_alone
        row.version += 1
        row.save()
        old, new = events.changes(before, after)
        events.record("matching_settings.changed", row, actor=by, before=old, after=new)
    return row


@dataclass(frozen=True)
class Outcome:
    """What a threshold would have done with the pairs that people decided on."""

    threshold: float
    confirmed: int
    rejected: int
    #: Of the confirmed, those that would have been suggested.
    suggested: int
    #: Of the rejected, those that would not.
    spared: int

    @property
    def precision(self) -> float | None:
        """Of what would have been suggested, the share that is right; None for nothing."""
        return share(self.suggested, self.suggested + self.rejected - self.spared)

    @property
    def recall(self) -> float | None:
        """Of what is right, the share that would have been suggested; None for nothing."""
        return share(self.suggested, self.confirmed)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def decided_pairs() -> QuerySet[Match]:
    """The pairs that people decided on and the machine had scored.

    A rejected pair whose claim was merged since counts as the pair of its target.
    """
    rejected = Q(state=Match.State.REJECTED) & ~ONE_MERGED
    confirmed = Q(state=Match.State.CONFIRMED, decided_by__isnull=False)
    return Match.objects.filter(confirmed | rejected, score__gt=0)


def outcomes(thresholds: Sequence[float]) -> list[Outcome]:
    """What each of `thresholds` would have done, in their order."""
    pairs = decided_pairs().values_list("state", "score")
    confirmed = [score for state, score in pairs if state == Match.State.CONFIRMED]
    rejected = [score for state, score in pairs if state == Match.State.REJECTED]
    return [
        Outcome(
            threshold,
            len(confirmed),
            len(rejected),
            sum(score >= threshold for score in confirmed),
            sum(score < threshold for score in rejected),
        )
        for threshold in thresholds
    ]


def changed_pairs(now: float, then: float) -> QuerySet[Match]:
    """The decided pairs that are suggested by one of two thresholds only, best first."""
    low, high = sorted((now, then))
    return (
        decided_pairs()
        .filter(score__gte=low, score__lt=high)
        .select_related("claim", "other")
        .order_by("-score", "id")
    )
