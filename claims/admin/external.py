"""Verdicts elsewhere: what other desks say, to look at. An import writes them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter

from articles.admin.kept import Looked
from articles.admin.wording import moment
from claims.admin.acting import page_url
from claims.admin.queue import badge
from claims.api.filters import with_words
from claims.models import ExternalVerdict


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
