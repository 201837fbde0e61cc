"""Claimants and their aliases: simple fields, no service; each save leaves an Event."""

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from articles.admin.kept import Kept, Recorded
from claims.models import Claimant, ClaimantAlias


class AliasInline(TabularInline):
    model = ClaimantAlias
    extra = 0
    fields = ("name",)
    verbose_name = "alias"


class ClaimantForm(forms.ModelForm):
    def clean_name(self) -> str:
        """Once per desk. The constraint also reads a field that is not in this form."""
        name = " ".join(self.cleaned_data["name"].split())
        others = Claimant.objects.filter(merged_into=None).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"“{name}” is here already.", code="claimant_known")
        return name


@admin.register(Claimant)
class ClaimantAdmin(Recorded, Kept, ModelAdmin):
    form = ClaimantForm
    list_display = ("name", "kind", "role", "wikidata_id", "claims_made")
    list_filter = (("kind", ChoicesDropdownFilter),)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "aliases__name", "role")
    search_help_text = "Name, alias or role"
    fields = ("name", "kind", "role", "wikidata_id")
    inlines = (AliasInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claimant]:
        current = super().get_queryset(request).filter(merged_into=None)
        return current.annotate(made=Count("claims", distinct=True))

    @admin.display(description="Claims", ordering="made")
    def claims_made(self, claimant: Claimant) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}?status=all&claimant__id__exact={}">{}</a>',
            reverse("admin:claims_claim_changelist"),
            claimant.pk,
            claimant.made,  # type: ignore[attr-defined]
        )
