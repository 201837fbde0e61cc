"""Claims that are the same and what stands between them, for tests of merging and splitting."""

from articles.events import Event
from claims.desk import matches
from claims.desk.splitting import claim_split
from claims.models import Claim, Match
from tests.factories import (
    AppearanceFactory,
    MatchFactory,
)


def kinds(row) -> list[str]:
    return list(Event.objects.about(row).order_by("id").values_list("kind", flat=True))


def found(claims: int = 2) -> list[Claim]:
    """So many claims, each found in an article of its own, oldest first."""
    return [AppearanceFactory().claim for _ in range(claims)]


def pair(one: Claim, two: Claim, **fields) -> Match:
    claim, other = sorted((one, two), key=lambda row: row.pk)
    return MatchFactory(claim=claim, other=other, **fields)


def rejected(one: Claim, two: Claim, by) -> Match:
    return matches.match_reject(pair(one, two), by=by)


def state_between(one: Claim, two: Claim) -> str | None:
    return Match.objects.of(one).of(two).values_list("state", flat=True).first()


def split(claim: Claim, places, by, **fields) -> Claim:
    claim.refresh_from_db()
    return claim_split(claim, appearances=places, by=by, **fields)
