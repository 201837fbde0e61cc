"""Verdicts as a list; each one's page is the workbench of its claim."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RelatedDropdownFilter,
)

from articles.admin.kept import Looked
from articles.admin.wording import moment
from claims.admin.acting import page_url
from claims.admin.filters import is_row_number
from claims.admin.queue import badge
from claims.desk.authors import for_approval_by
from claims.models import Verdict
from claims.models.verdicts import VerdictQuerySet


class WaitingFilter(DropdownFilter):
    title = "waiting"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("approval", "For my approval"),
            ("publication", "To be published"),
            ("check", "Out of date, to be checked again"),
        ]

    def queryset(self, request: HttpRequest, queryset: VerdictQuerySet) -> VerdictQuerySet:
        match self.value():
            case "approval":
                return queryset.filter(pk__in=for_approval_by(request.user).order_by().values("pk"))
            case "publication":
                return queryset.approved()
            case "check":
                return queryset.ran_out()
        return queryset


class ReviewFilter(DropdownFilter):
    """Published verdicts that the desk wants to look at again."""

    title = "next review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Due"), ("planned", "On a later day")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "due":
            return queryset.review_due()
        if self.value() == "planned":
            later = queryset.filter(state=Verdict.State.PUBLISHED)
            return later.filter(review_on__gt=timezone.localdate())
        return queryset


@admin.register(Verdict)
class VerdictAdmin(Looked, ModelAdmin):
    list_display = ("claim_text", "rated", "state_now", "by", "approved", "published", "review")
    list_display_links = None
    list_filter = (
        WaitingFilter,
        ("state", ChoicesDropdownFilter),
        ("rating", RelatedDropdownFilter),
        ReviewFilter,
    )
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("claim", "rating", "author", "approved_by")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("claim__text", "title", "explanation")
    search_help_text = "Claim, title or explanation"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return super().get_queryset(request).defer("explanation")

    @admin.display(description="Claim", ordering="claim__text")
    def claim_text(self, verdict: Verdict) -> SafeString:
        return format_html(
            '<a class="desk-link desk-claim" href="{}">{}</a>',
            page_url(verdict.claim_id),
            verdict.claim.text,
        )

    @admin.display(description="Rating", ordering="rating__value")
    def rated(self, verdict: Verdict) -> SafeString | str:
        return rating_badge(verdict)

    @admin.display(description="State", ordering="state")
    def state_now(self, verdict: Verdict) -> SafeString:
        return badge(verdict.state, verdict.get_state_display())

    @admin.display(description="Author", ordering="author__first_name")
    def by(self, verdict: Verdict) -> str:
        return verdict.author.get_full_name() or verdict.author.username

    @admin.display(description="Approved by", ordering="approved_by__first_name")
    def approved(self, verdict: Verdict) -> str:
        second = verdict.approved_by
        return (second.get_full_name() or second.username) if second else ""

    @admin.display(description="Published", ordering="published_at")
    def published(self, verdict: Verdict) -> SafeString | str:
        return moment(verdict.published_at)

    @admin.display(description="Next review", ordering="review_on")
    def review(self, verdict: Verdict) -> SafeString | str:
        if verdict.is_due:
            day = f"{verdict.review_on:%Y-%m-%d}"
            return format_html('<span class="desk-time">{} {}</span>', badge("due", "Due"), day)
        published = verdict.state == Verdict.State.PUBLISHED
        return f"{verdict.review_on:%Y-%m-%d}" if published and verdict.review_on else ""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = unquote(object_id)
        verdict = Verdict.objects.filter(pk=number).first() if is_row_number(number) else None
        if verdict is None:
            raise Http404("There is no such verdict.")
        return HttpResponseRedirect(page_url(verdict.claim_id))


def rating_badge(verdict: Verdict) -> SafeString | str:
    if verdict.rating is None:
        return "—"
    return format_html(
        '<span class="desk-rating is-{}">{}</span>', verdict.rating.colour, verdict.rating.name
    )
