"""Claims in the admin: the queue as their list, the workbench as their page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from articles.admin.kept import Looked
from claims.admin import bulk, filters, live
from claims.admin.acting import act
from claims.admin.actions import ACTIONS, Action
from claims.admin.merging import merge_view
from claims.admin.near import near_in_meaning
from claims.admin.queue import (
    QueueCells,
    matching,
    tabs,
    with_first_appearance,
    with_suggestions,
)
from claims.admin.workbench import Workbench
from claims.desk.keyboard import single_keys
from claims.models import Claim
from claims.models.claims import ClaimQuerySet


@admin.register(Claim)
class ClaimAdmin(QueueCells, bulk.BulkActions, Looked, ModelAdmin):
    list_display = ("claim_text", "said_by", "worth", "where", "state", "has_it", "age")
    list_display_links = ("claim_text",)
    list_filter = (
        filters.StatusFilter,
        filters.AssigneeFilter,
        ("claimant", AutocompleteSelectFilter),
        filters.OutletFilter,
        filters.LanguageFilter,
        filters.RatingFilter,
        filters.MatchFilter,
    )
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False
    list_before_template = "admin/claims/claim/tabs.html"
    search_fields = ("text",)
    list_after_template = "admin/claims/claim/near.html"
    search_help_text = "Claim, claimant or headline"
    actions = ("assign_to_me", "take", "mark_to_be_checked", "dismiss")

    def get_queryset(self, request: HttpRequest) -> ClaimQuerySet:
        return with_suggestions(with_first_appearance(super().get_queryset(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: ClaimQuerySet, search_term: str
    ) -> tuple[ClaimQuerySet, bool]:
        return matching(queryset, search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        mine = {
            "title": "Claims queue",
            "queue_tabs": tabs(request),
            "single_keys": single_keys(request.user),
        }
        response = super().changelist_view(request, {**mine, **(extra_context or {})})
        if request.method == "GET" and isinstance(response, TemplateResponse):
            context: Any = response.context_data
            context["near"] = near_in_meaning(context["cl"])
        return response

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:claim_id>/{action.name}/",
                self.admin_site.admin_view(self.step(action)),
                name=f"claims_claim_{action.name}",
            )
            for action in ACTIONS.values()
        ]
        dismissal = path(
            "dismiss/",
            self.admin_site.admin_view(partial(bulk.dismiss_view, self)),
            name="claims_claim_dismiss_many",
        )
        merge = path(
            "<int:claim_id>/merge/",
            self.admin_site.admin_view(self.merge),
            name="claims_claim_merge",
        )
        return [dismissal, merge, *steps, *live.urls(self), *super().get_urls()]

    def step(self, action: Action) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, claim_id: int) -> HttpResponse:
            return act(self, request, self.found(request, claim_id), action)

        return view

    def merge(self, request: HttpRequest, claim_id: int) -> HttpResponse:
        return merge_view(self, request, self.found(request, claim_id))

    def found(self, request: HttpRequest, claim_id: Any) -> Claim:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return Claim.objects.select_related("claimant", "assignee", "merged_into").get(
                pk=claim_id
            )
        except (Claim.DoesNotExist, ValueError, ValidationError, OverflowError) as error:
            raise Http404("There is no such claim.") from error

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        claim = self.found(request, unquote(object_id))
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self.workbench(request, Workbench(claim, request.user))

    def workbench(
        self, request: HttpRequest, bench: Workbench, *, status: int = 200
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(bench.claim),
            "bench": bench,
            "claim": bench.claim,
            "original": bench.claim,
            "media": self.media,
        }
        if bench.trouble:
            messages.error(request, bench.trouble)
        request.current_app = self.admin_site.name
        template = "admin/claims/claim/workbench.html"
        return TemplateResponse(request, template, context, status=status)
