"""The cells of the claims queue, and the queries behind them."""

from html import escape
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from claims.admin.paging import counted, size
from claims.admin.reading import unread_for
from claims.admin.rows import Row
from claims.models import Appearance, Attribution, Claim
from claims.models.claims import ClaimQuerySet
from claims.models.priority import Priority, priority_of

#: Reasons named in a row, the weightiest; the claim's page has all.
MOST_REASONS = 1
#: Parameters that a tab sets.
TABBED = ("status", "assignee", "mark")


def with_first_appearance(claims: ClaimQuerySet) -> ClaimQuerySet:
    """With where each was made. Of the article not the text: a page would load megabytes."""
    firsts = Appearance.objects.order_by("claim_id", "id").distinct("claim_id")
    firsts = firsts.select_related("article__outlet", "attribution").defer("article__text")
    return claims.select_related("claimant", "assignee").prefetch_related(
        Prefetch("appearances", queryset=firsts, to_attr="firsts")
    )


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
    """The columns: markup of what a row holds.

    Each escapes what it is given, and makes no safe string of it: `format_html` took a quarter of
    the time of a page.
    """

    @admin.display(description="Claim")
    def claim_text(self, row: Row) -> str:
        unread = " is-unread" if row.unread else ""
        said = f"{marks(row)}{escape(row.text)}{suggestions(row)}{topics(row)}"
        return f'<span class="desk-claim{unread}">{said}</span>'

    @admin.display(description="Priority", ordering="priority")
    def first(self, row: Row) -> str:
        shown = priority_of(row, timezone.now()).rounded(1)
        said = (term.replace(" ", "\N{NO-BREAK SPACE}") for term in terms(shown, row))
        return two(signed(shown.total), ", ".join(said), "desk-two desk-first")

    @admin.display(description="Claimant")
    def said_by(self, row: Row) -> str:
        how = HOW[row.first.kind] if row.first and row.first.kind else ""
        return two(escape("Outlet’s own" if row.claimant is None else row.claimant), how)

    @admin.display(description="Worth checking", ordering="check_worthiness")
    def worth(self, row: Row) -> str:
        score = f"{row.check_worthiness:.2f}"
        bar = f'<progress value="{score}" max="1" aria-hidden="true"></progress>'
        reasons = escape(", ".join(str(name) for name, _weight in row.reasons[:MOST_REASONS]))
        return f'<span class="desk-worth">{bar} <b>{score}</b><small>{reasons}</small></span>'

    @admin.display(description="Where")
    def where(self, row: Row) -> str:
        first = row.first
        if first is None:
            return "—"
        title = escape(first.title or "Article")
        link = f'<a class="desk-link" href="{escape(first.address)}">{title}</a>'
        return two(escape(first.outlet), link)

    @admin.display(description="Status")
    def state(self, row: Row) -> str:
        return two(BADGES[row.status], escape(row.assignee))

    @admin.display(description="Age", ordering="-created_at")
    def age(self, row: Row) -> str:
        at = row.created_at
        exactly = f'datetime="{at.isoformat()}" title="{at:%Y-%m-%d %H:%M}"'
        return f"<time {exactly}>{timesince(at, depth=1)}</time>"


def two(above: str, below: str, classes: str = "desk-two") -> str:
    return f'<span class="{classes}">{above}<small>{below}</small></span>'


def terms(priority: Priority, row: Row) -> list[str]:
    """What the sum is made of, and each in words."""
    said = [f"{signed(priority.worth)} worth"]
    if row.place_count > 1:
        said.append(f"+ {priority.places:.1f} for {row.place_count} places")
    if row.flagged:
        said.append(f"+ {priority.flag:.1f} flag")
    return [*said, f"− {priority.age:.1f} weeks old"]


def signed(number: float) -> str:
    """To a tenth, with a minus that is as wide as a digit, and never −0.0."""
    return f"{round(number, 1) + 0.0:.1f}".replace("-", "−")


def marks(row: Row) -> str:
    unread = '<i class="desk-dot" role="img" title="Unread" aria-label="Unread"></i>'
    flag = '<b class="desk-flag" title="An editor wants it looked at first">Flagged</b> '
    return (unread if row.unread else "") + (flag if row.flagged else "")


def topics(row: Row) -> str:
    names = escape(", ".join(row.topics))
    return f'<small class="desk-topics">{names}</small>' if names else ""


def suggestions(row: Row) -> str:
    if not row.suggested:
        return ""
    others = "another" if row.suggested == 1 else f"{row.suggested} others"
    return f"<small>possibly the same as {others}</small>"


def badge(state: str, label: str) -> SafeString:
    return format_html('<span class="desk-badge is-{}">{}</span>', state, label)


#: By status.
BADGES = {value: badge(value, str(label)) for value, label in Claim.Status.choices}
#: By kind of attribution.
HOW = {value: escape(str(label)) for value, label in Attribution.Kind.choices}
