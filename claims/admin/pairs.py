"""Suggested pairs as the desk's pages show them: both claims, what agrees and what differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from claims.admin.queue import with_first_appearance
from claims.desk.changing import allowed
from claims.desk.rules import EXTERNAL_MATCH_RULES, MATCH_RULES
from claims.models import Claim, ExternalMatch, Match, Verdict
from claims.models.matching import turned


@dataclass(frozen=True)
class Pair:
    """A match seen from the page of `here`. `may` says which buttons are shown."""

    match: Match
    here: Claim
    there: Claim
    agreeing: list[str]
    differing: list[str]
    may: dict[str, bool]

    @property
    def percent(self) -> int:
        return percent(self.match.score)


@dataclass(frozen=True)
class Elsewhere:
    """Another desk's verdict beside a claim."""

    match: ExternalMatch
    may: dict[str, bool]

    @property
    def percent(self) -> int:
        return percent(self.match.score)


def percent(score: float) -> int:
    """Rounded, but 100 only for what is certain."""
    return 100 if score == 1 else min(round(score * 100), 99)


def pairs(matches: Iterable[Match], user: Any, *, page: Claim | None = None) -> list[Pair]:
    """The matches, seen from the claim `page`, else from the older of the two."""
    rows = list(matches)
    claims = claims_shown({pk for row in rows for pk in (row.claim_id, row.other_id)})
    return [paired(row, claims, user, page) for row in rows]


def paired(match: Match, claims: dict[int, Claim], user: Any, page: Claim | None) -> Pair:
    other_side = page is not None and match.other_id == page.pk
    one, two = claims[match.claim_id], claims[match.other_id]
    return Pair(
        match,
        two if other_side else one,
        one if other_side else two,
        turned(match.agreeing) if other_side else match.agreeing,
        turned(match.differing) if other_side else match.differing,
        {step: allowed(rule, match, user) for step, rule in MATCH_RULES.items()},
    )


def claims_shown(ids: Iterable[int]) -> dict[int, Claim]:
    """Claims with what a pair shows of each, in a constant number of queries."""
    published = Verdict.objects.filter(state=Verdict.State.PUBLISHED).select_related("rating")
    claims = with_first_appearance(Claim.objects.filter(pk__in=list(ids)))
    shown = claims.annotate(places=Count("appearances")).prefetch_related(
        Prefetch("verdicts", queryset=published, to_attr="published")
    )
    return {claim.pk: claim for claim in shown}


def elsewhere(matches: QuerySet[ExternalMatch], user: Any) -> list[Elsewhere]:
    rules = EXTERNAL_MATCH_RULES.items()
    return [
        Elsewhere(row, {step: allowed(rule, row, user) for step, rule in rules})
        for row in matches.select_related("external", "decided_by")
    ]
