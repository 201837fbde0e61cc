"""Verdicts elsewhere: what other desks say, to look at. An import writes them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter

from articles.admin.kept import Looked
from articles.admin.wording import moment
from claims.admin.acting import page_url
from claims.admin.filters import is_row_number
from claims.admin.queue import badge
from claims.api.filters import with_words
from claims.desk.errors import Refused
from claims.desk.external_drafts import external_draft
from claims.models import Claim, ExternalMatch, ExternalVerdict
from claims.models.choices import MatchState

#: Claims of ours on which its page offers to start a draft.
MOST_DRAFTABLE = 5


class FoundFilter(DropdownFilter):
    """By a column, with the values that there are."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        name = self.parameter_name
        found = ExternalVerdict.objects.order_by(name).values_list(name, flat=True).distinct()
        return [(value, value) for value in found if value]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ExternalVerdict]
    ) -> QuerySet[ExternalVerdict]:
        value = self.value()
        return queryset.filter(**{self.parameter_name: value}) if value else queryset


class SiteFilter(FoundFilter):
    title = "site"
    parameter_name = "site"


class LanguageFilter(FoundFilter):
    title = "language"
    parameter_name = "language"


@admin.register(ExternalVerdict)
class ExternalVerdictAdmin(Looked, ModelAdmin):
    list_display = ("claim", "publisher", "rated", "reviewed_on", "language", "review")
    list_display_links = ("claim",)
    list_filter = (SiteFilter, LanguageFilter)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("claim_reviewed",)
    search_help_text = "Words of the claim"
    fields = (
        "claim",
        "claimant",
        "claimed_on",
        "publisher",
        "rated",
        "reviewed_on",
        "title",
        "review",
        "language",
        "matched",
        "imported",
    )
    readonly_fields = fields
    change_form_after_template = "admin/claims/externalverdict/draft.html"

    def get_urls(self) -> list[URLPattern]:
        draft = path(
            "<int:external_id>/draft/",
            self.admin_site.admin_view(self.draft),
            name="claims_externalverdict_draft",
        )
        return [draft, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        known = ExternalMatch.objects.exclude(state=MatchState.REJECTED).select_related("claim")
        number = int(object_id) if is_row_number(object_id) else 0
        matches = known.filter(external=number).order_by("state", "-score")
        context = {"draftable": matches[:MOST_DRAFTABLE], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def draft(self, request: HttpRequest, external_id: int) -> HttpResponseRedirect:
        """Open a draft on the claim in `claim`, or on one of its own, and lead there."""
        external = get_object_or_404(ExternalVerdict, pk=external_id)
        back = reverse("admin:claims_externalverdict_change", args=[external.pk])
        number = request.POST.get("claim", "")
        if request.method != "POST" or (number and not is_row_number(number)):
            return HttpResponseRedirect(back)
        claim = get_object_or_404(Claim, pk=number) if number else None
        try:
            verdict = external_draft(external, claim=claim, by=request.user)
        except Refused as refused:
            messages.error(request, refused.message)
            return HttpResponseRedirect(back)
        messages.success(request, "A draft is open; their review is among its sources.")
        return HttpResponseRedirect(page_url(verdict.claim_id))

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExternalVerdict]:
        return super().get_queryset(request).defer("data")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ExternalVerdict], search_term: str
    ) -> tuple[QuerySet[ExternalVerdict], bool]:
        return queryset.filter(with_words(search_term, "claim_reviewed")), False

    @admin.display(description="Claim", ordering="claim_reviewed")
    def claim(self, external: ExternalVerdict) -> str:
        return external.statement

    @admin.display(description="Their rating", ordering="rating")
    def rated(self, external: ExternalVerdict) -> SafeString:
        return format_html('“{}”<div class="desk-help">{}</div>', external.rating, external.scale)

    @admin.display(description="Review")
    def review(self, external: ExternalVerdict) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
            external.url,
            external.site,
        )

    @admin.display(description="Claims of ours")
    def matched(self, external: ExternalVerdict) -> SafeString | str:
        matches = external.matches.select_related("claim").order_by("state", "-score")
        rows = (
            (
                page_url(match.claim_id),
                match.claim.text,
                badge(match.state, match.get_state_display()),
            )
            for match in matches
        )
        row = '<p><a class="desk-link desk-claim" href="{}">{}</a> {}</p>'
        return format_html_join("", row, rows) or "None yet"

    @admin.display(description="Imported")
    def imported(self, external: ExternalVerdict) -> SafeString | str:
        return moment(external.created_at)
