"""The list of Events: who did what, when. Nobody adds, changes or deletes one here."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter

from articles.admin.kept import Looked
from articles.admin.wording import differences, moment, subject_model, subject_url
from articles.events import Event, EventQuerySet
from articles.happenings import happened


class SubjectFilter(DropdownFilter):
    """Events of a kind of row, or with its number behind of that row alone."""

    title = "subject"
    parameter_name = "subject"

    SUBJECTS = (
        "articles.article",
        "articles.feed",
        "articles.import",
        "articles.link",
        "articles.outlet",
        "claims.claim",
        "claims.claimant",
        "claims.externalverdict",
        "claims.ratingscale",
        "claims.reviewsource",
        "claims.verdict",
        "claims.webhookendpoint",
        "auth.user",
    )

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(name, called(name)) for name in self.SUBJECTS]

    def queryset(self, request: HttpRequest, queryset: EventQuerySet) -> EventQuerySet:
        kind, _, number = (self.value() or "").replace("\x00", "").partition(" ")
        if kind:
            queryset = queryset.filter(subject_type=kind)
        # PostgreSQL counts no further than a row’s number may be long.
        known = number.isdecimal() and len(number) < 19
        return queryset.filter(subject_id=number) if known else queryset


@admin.register(Event)
class EventAdmin(Looked, ModelAdmin):
    list_display = ("when", "what", "about", "who", "changed", "noted")
    list_display_links = ("what",)
    list_filter = (SubjectFilter,)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("kind", "actor_name", "note")
    search_help_text = "Kind, person or note"
    list_per_page = 50
    show_full_result_count = False
    fields = ("when", "what", "about", "who", "changed", "note")
    readonly_fields = fields

    @admin.display(description="When", ordering="id")
    def when(self, event: Event) -> SafeString | str:
        return moment(event.at)

    @admin.display(description="Who", ordering="actor_name")
    def who(self, event: Event) -> str:
        return event.actor_name

    @admin.display(description="What", ordering="kind")
    def what(self, event: Event) -> str:
        return happened(event.kind)

    @admin.display(description="About")
    def about(self, event: Event) -> SafeString | str:
        name = f"{called(event.subject_type)} {event.subject_id}"
        url = subject_url(event)
        return format_html('<a class="desk-link" href="{}">{}</a>', url, name) if url else name

    @admin.display(description="Before → after")
    def changed(self, event: Event) -> SafeString | str:
        rows = ((d.field, short(d.before), short(d.after)) for d in differences(event))
        lines = format_html_join("", "<div>{}: {} → {}</div>", rows)
        return format_html("<div>{}</div>", lines) if lines else "—"

    @admin.display(description="Note")
    def noted(self, event: Event) -> str:
        return short(event.note)


def called(subject_type: str) -> str:
    """“Rating scale” for `claims.ratingscale`."""
    model = subject_model(subject_type)
    return str(model._meta.verbose_name).capitalize() if model else subject_type


def short(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:79]}…"
