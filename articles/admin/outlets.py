"""Outlets: simple fields, no service; each save leaves an Event."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from articles.admin.feeds import with_states
from articles.admin.kept import Kept, Recorded
from articles.intake.urls import site
from articles.models import Article, Feed, Outlet


class OutletForm(forms.ModelForm):
    def clean_domain(self) -> str:
        """The bare host, also when somebody pastes an address."""
        given = self.cleaned_data["domain"].strip()
        return (site(given) or given.lower()).removeprefix("www.")


@admin.register(Outlet)
class OutletAdmin(Recorded, Kept, ModelAdmin):
    form = OutletForm
    list_display = ("name", "domain", "language", "article_count")
    search_fields = ("name", "domain")
    search_help_text = "Name or domain"
    fields = ("name", "domain", "language")
    show_full_result_count = False
    change_form_after_template = "admin/articles/outlet/feeds.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        outlets = super().get_queryset(request)
        if is_completion(request):
            return outlets
        # Of the rows that are shown alone: a join would count the articles of all.
        articles = Article.objects.order_by().filter(outlet=OuterRef("pk")).values("outlet")
        stored = Subquery(articles.annotate(number=Count("pk")).values("number"))
        return outlets.annotate(articles_stored=Coalesce(stored, 0))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        feeds = Feed.objects.filter(outlet__pk=int(object_id)) if object_id.isdecimal() else []
        context = {"feeds": with_states(feeds), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="Articles", ordering="articles_stored")
    def article_count(self, outlet: Outlet) -> int:
        return outlet.articles_stored  # type: ignore[attr-defined]


def is_completion(request: HttpRequest) -> bool:
    """Whether names are asked for as somebody types, and nothing that a list shows beside them."""
    match = request.resolver_match
    return match is not None and match.url_name == "autocomplete"
