"""The cells of the claims queue, and the queries behind them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from claims.models import Appearance, Claim, Match
from claims.models.claims import ClaimQuerySet

#: Reasons named in a row; the claim's page has all.
MOST_REASONS = 2


def with_first_appearance(claims: ClaimQuerySet) -> ClaimQuerySet:
    """With what a row shows. Of the article not the text: a page would load megabytes."""
    firsts = (
        Appearance.objects.order_by("claim_id", "id")
        .distinct("claim_id")
        .select_related("article__outlet", "attribution")
        .defer("article__text")
    )
    return claims.select_related("claimant", "assignee").prefetch_related(
        Prefetch("appearances", queryset=firsts, to_attr="firsts")
    )


def with_suggestions(claims: ClaimQuerySet) -> ClaimQuerySet:
    """With the matches that wait, of which a row tells the number."""
    waiting = Match.objects.waiting().order_by().only("claim", "other")
    return claims.prefetch_related(
        Prefetch("matches", queryset=waiting, to_attr="suggested"),
        Prefetch("matched_by", queryset=waiting, to_attr="suggested_by"),
    )


def matching(claims: ClaimQuerySet, words: str) -> ClaimQuerySet:
    """Claims with every one of `words` in text, claimant's name or an article's title."""
    for word in words.split():
        titled = Appearance.objects.filter(claim=OuterRef("pk"), article__title__icontains=word)
        claims = claims.filter(
            Q(text__icontains=word) | Q(claimant__name__icontains=word) | Exists(titled)
        )
    return claims


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The usual views of the queue with their sizes, in one query."""
    open_ = Q(status__in=Claim.OPEN)
    sizes = Claim.objects.aggregate(
        all_open=Count("pk", filter=open_),
        mine=Count("pk", filter=open_ & Q(assignee=request.user)),
        nobody=Count("pk", filter=open_ & Q(assignee=None)),
        **{value: Count("pk", filter=Q(status=value)) for value in Claim.Status.values},
    )
    views: tuple[tuple[str, dict[str, str], str], ...] = (
        ("Open", {}, "all_open"),
        ("Mine", {"assignee": "me"}, "mine"),
        ("Nobody’s", {"assignee": "nobody"}, "nobody"),
        ("In review", {"status": "in_review"}, "in_review"),
        ("Published", {"status": "published"}, "published"),
        ("Dismissed", {"status": "dismissed"}, "dismissed"),
    )
    now = {k: v for k, v in request.GET.items() if k in ("status", "assignee") and v}
    if now.get("status") == "open":
        del now["status"]
    return [
        {"name": name, "query": query, "size": sizes[size], "current": query == now}
        for name, query, size in views
    ]


class QueueCells:
    """The columns; each reads what `with_first_appearance` brought."""

    @admin.display(description="Claim", ordering="text")
    def claim_text(self, claim: Claim) -> SafeString:
        return format_html('<span class="desk-claim">{}{}</span>', claim.text, suggestions(claim))

    @admin.display(description="Claimant", ordering="claimant__name")
    def said_by(self, claim: Claim) -> SafeString:
        first = first_of(claim)
        how = first.attribution.get_kind_display() if first and first.attribution else ""
        name = claim.claimant.name if claim.claimant else "Outlet’s own"
        return format_html('<span class="desk-two">{}<small>{}</small></span>', name, how)

    @admin.display(description="Worth checking", ordering="check_worthiness")
    def worth(self, claim: Claim) -> SafeString:
        score = f"{claim.check_worthiness:.2f}"
        return format_html(
            '<span class="desk-worth"><progress value="{}" max="1"></progress> <b>{}</b>'
            "<small>{}</small></span>",
            score,
            score,
            ", ".join(str(name) for name, _weight in claim.reasons[:MOST_REASONS]),
        )

    @admin.display(description="Where")
    def where(self, claim: Claim) -> SafeString | str:
        first = first_of(claim)
        if first is None:
            return "—"
        return format_html(
            '<span class="desk-two">{}<small><a class="desk-link" href="{}">{}</a></small></span>',
            first.article.outlet.name,
            reverse("admin:articles_article_change", args=[first.article_id]),
            first.article.title or "Article",
        )

    @admin.display(description="Status", ordering="status")
    def state(self, claim: Claim) -> SafeString:
        return badge(claim.status, claim.get_status_display())

    @admin.display(description="Assignee", ordering="assignee__first_name")
    def has_it(self, claim: Claim) -> str:
        return (claim.assignee.get_full_name() or claim.assignee.username) if claim.assignee else ""

    @admin.display(description="Age", ordering="-created_at")
    def age(self, claim: Claim) -> SafeString:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            claim.created_at.isoformat(),
            claim.created_at.strftime("%Y-%m-%d %H:%M"),
            timesince(claim.created_at, depth=1),
        )


def first_of(claim: Claim) -> Appearance | None:
    firsts = claim.firsts  # type: ignore[attr-defined]
    return firsts[0] if firsts else None


def suggestions(claim: Claim) -> SafeString | str:
    number = len(claim.suggested) + len(claim.suggested_by)  # type: ignore[attr-defined]
    words = (
        "possibly the same as another" if number == 1 else f"possibly the same as {number} others"
    )
    return format_html("<small>{}</small>", words) if number else ""


def badge(state: str, label: str) -> SafeString:
    return format_html('<span class="desk-badge is-{}">{}</span>', state, label)
