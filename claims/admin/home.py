"""The first page after the login: what waits, for whom, what is late, and how the desk does."""

from typing import Any

from django.http import HttpRequest

from articles.models import Article, Import
from claims.admin import figures
from claims.admin.home_links import (
    Counted,
    article_lists,
    counted,
    import_lists,
    late_lists,
    waiting_lists,
    week_lists,
)
from claims.desk.heartbeat import worker_answer
from claims.models import Notification, Verdict

#: Rows of each list.
MOST = 6
MOST_PAIRS = 3


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK."""
    context["title"] = "Today"
    if not request.user.has_perm("claims.view_claim"):
        return context
    starts = figures.week_starts()
    waiting, late = waiting_lists(request.user), late_lists()
    last = Import.objects.exclude(state=Import.State.DRAFT).first()
    machine = {**article_lists(), **import_lists(last)}
    found = counted({**waiting, **late, **machine, **week_lists(starts)})
    return {
        **context,
        "lists": found,
        "late": [found[name] for name in late],
        "late_size": any(found[name].size and found[name].trouble for name in late),
        **rows(request.user, waiting, late),
        "figures": drawn(starts, found),
        "worker": worker_answer(),
        "articles": {
            "states": [one for name, one in found.items() if name.startswith("state_")],
            "ways": [one for name, one in found.items() if name.startswith("intake_")],
            "oldest": Article.objects.unfinished().order_by("received_at").defer("text").first(),
            "newest": Article.objects.select_related("outlet").defer("text").first(),
        },
        "last_import": last,
    }


def rows(user: Any, waiting: dict[str, Counted], late: dict[str, Counted]) -> dict[str, Any]:
    """The first few of each list, in the order in which they are due."""
    verdict = ("claim", "rating", "author", "approved_by")
    published = Verdict.objects.filter(state=Verdict.State.PUBLISHED)
    return {
        "told": Notification.objects.at_home_of(user).unread().for_lists()[:MOST],
        "mine": waiting["mine"].rows.select_related("claimant")[:MOST],
        "anyone": waiting["anyone"].rows.select_related("claimant")[:MOST],
        "pairs": waiting["pairs"].rows.select_related("claim", "other")[:MOST_PAIRS],
        "approve": waiting["approve"].rows.select_related(*verdict).order_by("submitted_at")[:MOST],
        "publish": waiting["publish"].rows.select_related(*verdict).order_by("submitted_at")[:MOST],
        "late_claims": late["late_claims"]
        .rows.select_related("assignee")
        .order_by("assigned_at")[:MOST],
        "late_reviews": late["late_reviews"]
        .rows.select_related(*verdict)
        .order_by("submitted_at")[:MOST],
        "latest": published.select_related("claim", "rating").order_by("-published_at", "-id")[
            :MOST
        ],
    }


def drawn(starts: list[Any], found: dict[str, Counted]) -> list[figures.Figure]:
    answers = figures.newest_answers()
    return [
        figures.in_and_out(starts, found),
        figures.time_to_verdict(starts, answers),
        figures.by_claimant(answers),
        figures.by_outlet(answers),
    ]
