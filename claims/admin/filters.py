"""The filters of the claims queue."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from articles.models import Outlet
from claims.models import Appearance, Claim, ExternalMatch, Match, Rating, Verdict
from claims.models.claims import ClaimQuerySet

Choices = list[tuple[Any, str]]


def is_row_number(value: str) -> bool:
    """Whether `value` could be the id of a row: digits, and no more than PostgreSQL counts."""
    return value.isdecimal() and len(value) < 19


class StatusFilter(DropdownFilter):
    """Open claims unless asked otherwise; a rating is looked for among all."""

    title = "status"
    parameter_name = "status"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("open", "Open"), *Claim.Status.choices, ("all", "All")]

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.usual = "all" if request.GET.get("rating") else "open"
        super().__init__(request, *args)

    def value(self) -> str:
        return super().value() or self.usual

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        if self.value() == "open":
            return queryset.queue()
        return queryset if self.value() == "all" else queryset.filter(status=self.value())


class AssigneeFilter(DropdownFilter):
    title = "assignee"
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        having = Exists(Claim.objects.filter(assignee=OuterRef("pk")))
        people = [(str(u.pk), u.get_full_name() or u.username) for u in User.objects.filter(having)]
        return [("me", "Me"), ("nobody", "Nobody"), *people]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        match self.value():
            case "me":
                return queryset.filter(assignee=request.user.pk)
            case "nobody":
                return queryset.filter(assignee=None)
            case str(number) if is_row_number(number):
                return queryset.filter(assignee=int(number))
        return queryset


class OutletFilter(DropdownFilter):
    title = "outlet"
    parameter_name = "outlet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(str(pk), name) for pk, name in Outlet.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        if not is_row_number(self.value() or ""):
            return queryset
        there = Appearance.objects.filter(claim=OuterRef("pk"), article__outlet=self.value())
        return queryset.filter(Exists(there))


class LanguageFilter(DropdownFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        found = Claim.objects.order_by("language").values_list("language", flat=True).distinct()
        return [(code, code) for code in found if code]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        return queryset.filter(language=self.value()) if self.value() else queryset


class RatingFilter(DropdownFilter):
    """By the published verdict's rating."""

    title = "rating"
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(str(r.pk), r.name) for r in Rating.objects.order_by("scale", "value", "id")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        if not is_row_number(self.value() or ""):
            return queryset
        rated = Verdict.objects.filter(
            claim=OuterRef("pk"), state=Verdict.State.PUBLISHED, rating=self.value()
        )
        return queryset.filter(Exists(rated))


class MatchFilter(DropdownFilter):
    title = "possibly the same"
    # Not “matches”: a form’s field of that name hides a function that its scripts call.
    parameter_name = "same"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("suggested", "As another claim"), ("elsewhere", "As one checked elsewhere")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        match self.value():
            case "suggested":
                waiting = Match.objects.waiting().order_by()
                return queryset.filter(
                    Q(pk__in=waiting.values("claim")) | Q(pk__in=waiting.values("other"))
                )
            case "elsewhere":
                there = ExternalMatch.objects.filter(state=Match.State.SUGGESTED)
                return queryset.filter(pk__in=there.values("claim"))
        return queryset
