"""The desk's list of publishers whose verdicts it takes: simple fields, each save an Event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from articles.admin.kept import Kept, Recorded
from claims.desk.review_sources import sites, sources_read_anew
from claims.models import ExternalVerdict, ReviewPublisher


class PublisherForm(forms.ModelForm):
    def clean_site(self) -> str:
        """The bare host, also when somebody pastes an address."""
        found = sites([self.cleaned_data["site"]])
        if not found or "/" in found[0] or " " in found[0]:
            raise ValidationError("Give a site, as checkers.example.", code="invalid_site")
        return found[0]


@admin.register(ReviewPublisher)
class ReviewPublisherAdmin(Recorded, Kept, ModelAdmin):
    form = PublisherForm
    list_display = ("site", "active", "note")
    list_filter = ("active",)
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    search_fields = ("site", "note")
    fields = ("site", "active", "note", "stored")
    readonly_fields = ("stored",)
    list_before_template = "admin/claims/reviewpublisher/about.html"

    @admin.display(description="Verdicts of it here")
    def stored(self, publisher: ReviewPublisher) -> str:
        of_it = ExternalVerdict.objects.of_site(publisher.site) if publisher.pk else None
        return f"{of_it.count():,}" if of_it is not None else "—"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        sources_read_anew()
