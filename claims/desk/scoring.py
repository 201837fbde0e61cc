"""A claim is worth checking as much as the best of its places."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from claims.models import Appearance, Claim


def claims_score(claims: Collection[int]) -> None:
    """Give the claims with these ids the score of their best place, unless touched by now."""
    best = Appearance.objects.filter(claim=OuterRef("pk")).order_by("-check_worthiness", "id")
    placed = Appearance.objects.filter(claim__in=claims).values("claim")
    Claim.objects.filter(pk__in=placed, status=Claim.Status.NEW, edited=False).update(
        check_worthiness=Subquery(best.values("check_worthiness")[:1]),
        reasons=Subquery(best.values("reasons")[:1]),
    )
