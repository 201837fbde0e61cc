"""The first page after the login: what waits, for whom."""

from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest

from articles.models import Article
from claims.models import Claim, Match, Verdict

#: Rows of each list.
MOST = 6
MOST_PAIRS = 3
TROUBLED = (Article.State.FAILED, Article.State.SET_ASIDE, Article.State.UNSUPPORTED)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK."""
    user = request.user
    if user.has_perm("claims.view_claim"):
        context.update(claims_waiting(user))
    if user.has_perm("claims.merge_claim"):
        context.update(pairs_waiting())
    if user.has_perm("claims.view_verdict"):
        context.update(verdicts_waiting(user))
    if user.has_perm("articles.view_article"):
        context["article_states"] = article_states()
    return context | {"title": "Today"}


def claims_waiting(user: Any) -> dict[str, Any]:
    working = (Claim.Status.NEW, Claim.Status.TRIAGED, Claim.Status.IN_PROGRESS)
    mine = Q(assignee=user, status__in=working)
    anyone = Q(assignee=None, status__in=working[:2])
    sizes = Claim.objects.aggregate(
        mine=Count("pk", filter=mine), anyone=Count("pk", filter=anyone)
    )
    claims = Claim.objects.select_related("claimant")
    return {
        "mine": claims.filter(mine)[:MOST],
        "mine_size": sizes["mine"],
        "anyone": claims.filter(anyone)[:MOST],
        "anyone_size": sizes["anyone"],
    }


def pairs_waiting() -> dict[str, Any]:
    waiting = Match.objects.waiting()
    pairs = waiting.select_related("claim", "other")[:MOST_PAIRS]
    return {"pairs": pairs, "pairs_size": waiting.count()}


def verdicts_waiting(user: Any) -> dict[str, Any]:
    verdicts = Verdict.objects.select_related("claim", "rating", "author", "approved_by")
    return {
        "in_review": verdicts.filter(state=Verdict.State.IN_REVIEW).order_by("submitted_at")[:MOST],
        "latest": verdicts.filter(state=Verdict.State.PUBLISHED).order_by(
            F("published_at").desc(nulls_last=True), "-id"
        )[:MOST],
    }


def article_states() -> list[dict[str, Any]]:
    sizes = dict(Article.objects.order_by().values_list("state").annotate(number=Count("pk")))
    return [
        {
            "state": state.value,
            "name": state.label,
            "size": sizes.get(state.value, 0),
            "trouble": state in TROUBLED and sizes.get(state.value, 0) > 0,
        }
        for state in Article.State
    ]
