"""The cells of the claims queue, and the queries behind them."""

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from claims.admin.paging import counted, size
from claims.admin.reading import unread_for
from claims.models import Appearance, Claim, Match
from claims.models.claims import ClaimQuerySet
from claims.models.priority import Priority, priority_of

#: Reasons named in a row, the weightiest; the claim's page has all.
MOST_REASONS = 1
#: Parameters that a tab sets.
TABBED = ("status", "assignee", "mark")


#: What a row shows; to read all columns of six tables takes as long as to draw it.
OF_CLAIM = (
    "text", "topics", "flagged", "check_worthiness", "reasons", "place_count", "last_made_at",
    "status", "created_at", "claimant__name",
    "assignee__first_name", "assignee__last_name", "assignee__username",
)  # fmt: skip
OF_APPEARANCE = ("claim", "article__title", "article__outlet__name", "attribution__kind")


def first_appearances() -> QuerySet[Appearance]:
    """One of each claim."""
    firsts = Appearance.objects.order_by("claim_id", "id").distinct("claim_id")
    return firsts.select_related("article__outlet", "attribution")


def with_first_appearance(claims: ClaimQuerySet) -> ClaimQuerySet:
    """With where each was made. Of the article not the text: a page would load megabytes."""
    firsts = first_appearances().defer("article__text")
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


def queue_rows(request: HttpRequest, ids: list[int]) -> ClaimQuerySet:
    """The claims with these ids, with what a row shows to who asks."""
    firsts = Prefetch(
        "appearances", queryset=first_appearances().only(*OF_APPEARANCE), to_attr="firsts"
    )
    unread = ExpressionWrapper(unread_for(request), output_field=BooleanField())
    claims = Claim.objects.filter(pk__in=ids).annotate(unread=unread)
    claims = claims.select_related("claimant", "assignee").only(*OF_CLAIM)
    return with_suggestions(claims).prefetch_related(firsts)


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The usual views of the queue with their sizes, none counted beyond the cap."""
    claims, now = Claim.objects.all(), shown_now(request)
    views: tuple[tuple[str, dict[str, str], ClaimQuerySet], ...] = (
        ("Open", {}, claims.queue()),
        ("Unread", {"mark": "unread"}, claims.queue().filter(unread_for(request))),
        ("Mine", {"assignee": "me"}, claims.queue().filter(assignee=request.user.pk)),
        ("Nobody’s", {"assignee": "nobody"}, claims.queue().filter(assignee=None)),
        ("In review", {"status": "in_review"}, claims.filter(status="in_review")),
        ("Published", {"status": "published"}, claims.filter(status="published")),
        ("Dismissed", {"status": "dismissed"}, claims.filter(status="dismissed")),
    )
    numbers = counted(*(found for _name, _query, found in views))
    return [
        {"name": name, "query": query, "size": size(number), "current": query == now}
        for (name, query, _found), number in zip(views, numbers, strict=True)
    ]


def shown_now(request: HttpRequest) -> dict[str, str]:
    """What of the address a tab sets."""
    now = {name: value for name in TABBED if (value := request.GET.get(name))}
    if now.get("status") == "open":
        del now["status"]
    return now


class QueueCells:
    """The columns; each reads what `queue_rows` brought."""

    @admin.display(description="Claim")
    def claim_text(self, claim: Claim) -> SafeString:
        return format_html(
            '<span class="desk-claim{}">{}{}{}{}</span>',
            " is-unread" if claim.unread else "",  # type: ignore[attr-defined]
            marks(claim),
            claim.text,
            suggestions(claim),
            topics(claim),
        )

    @admin.display(description="Priority", ordering="priority")
    def first(self, claim: Claim) -> SafeString:
        shown = priority_of(claim, timezone.now()).rounded(1)
        return format_html(
            '<span class="desk-two desk-first">{}<small>{}</small></span>',
            signed(shown.total),
            ", ".join(term.replace(" ", "\N{NO-BREAK SPACE}") for term in terms(shown, claim)),
        )

    @admin.display(description="Claimant")
    def said_by(self, claim: Claim) -> SafeString:
        first = first_of(claim)
        how = first.attribution.get_kind_display() if first and first.attribution else ""
        name = claim.claimant.name if claim.claimant else "Outlet’s own"
        return format_html('<span class="desk-two">{}<small>{}</small></span>', name, how)

    @admin.display(description="Worth checking", ordering="check_worthiness")
    def worth(self, claim: Claim) -> SafeString:
        score = f"{claim.check_worthiness:.2f}"
        return format_html(
            '<span class="desk-worth"><progress value="{}" max="1" aria-hidden="true"></progress> '
            "<b>{}</b><small>{}</small></span>",
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

    @admin.display(description="Status")
    def state(self, claim: Claim) -> SafeString:
        who = claim.assignee
        return format_html(
            '<span class="desk-two">{}<small>{}</small></span>',
            badge(claim.status, str(Claim.Status(claim.status).label)),
            (who.get_full_name() or who.username) if who else "",
        )

    @admin.display(description="Age", ordering="-created_at")
    def age(self, claim: Claim) -> SafeString:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            claim.created_at.isoformat(),
            claim.created_at.strftime("%Y-%m-%d %H:%M"),
            timesince(claim.created_at, depth=1),
        )


def terms(priority: Priority, claim: Claim) -> list[str]:
    """What the sum is made of, and each in words."""
    said = [f"{signed(priority.worth)} worth"]
    if claim.place_count > 1:
        said.append(f"+ {priority.places:.1f} for {claim.place_count} places")
    if claim.flagged:
        said.append(f"+ {priority.flag:.1f} flag")
    return [*said, f"− {priority.age:.1f} weeks old"]


def signed(number: float) -> str:
    """To a tenth, with a minus that is as wide as a digit, and never −0.0."""
    return f"{round(number, 1) + 0.0:.1f}".replace("-", "−")


def first_of(claim: Claim) -> Appearance | None:
    firsts = claim.firsts  # type: ignore[attr-defined]
    return firsts[0] if firsts else None


def marks(claim: Claim) -> SafeString | str:
    unread = '<i class="desk-dot" role="img" title="Unread" aria-label="Unread"></i>'
    flag = '<b class="desk-flag" title="An editor wants it looked at first">Flagged</b> '
    shown = (unread if claim.unread else "") + (flag if claim.flagged else "")  # type: ignore[attr-defined]
    return mark_safe(shown)


def topics(claim: Claim) -> SafeString | str:
    names = ", ".join(claim.topics)
    return format_html('<small class="desk-topics">{}</small>', names) if names else ""


def suggestions(claim: Claim) -> SafeString | str:
    number = len(claim.suggested) + len(claim.suggested_by)  # type: ignore[attr-defined]
    words = (
        "possibly the same as another" if number == 1 else f"possibly the same as {number} others"
    )
    return format_html("<small>{}</small>", words) if number else ""


def badge(state: str, label: str) -> SafeString:
    return format_html('<span class="desk-badge is-{}">{}</span>', state, label)
