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
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from articles.admin.kept import Looked
from claims.admin import bulk, filters, live, saved
from claims.admin.acting import act
from claims.admin.actions import ACTIONS, Action
from claims.admin.filtered import filtered_by
from claims.admin.merging import merge_view
from claims.admin.near import near_in_meaning
from claims.admin.paging import PageGone, QueueList, QueuePaginator, other_page
from claims.admin.queue import QueueCells, tabs
from claims.admin.rows import queue_rows
from claims.admin.workbench import Workbench
from claims.desk.keyboard import single_keys
from claims.desk.reading import claims_read
from claims.desk.searching import claims_found, sought
from claims.models import Claim
from claims.models.claims import ClaimQuerySet
from claims.models.priority import FORMULA, priority_of


@admin.register(Claim)
class ClaimAdmin(QueueCells, bulk.BulkActions, Looked, ModelAdmin):
    list_display = ("claim_text", "said_by", "first", "worth", "where", "state", "age")
    list_display_links = ("claim_text",)
    list_filter = (
        filters.StatusFilter,
        filters.AssigneeFilter,
        ("claimant", AutocompleteSelectFilter),
        filters.OutletFilter,
        filters.TopicFilter,
        filters.LanguageFilter,
        filters.RatingFilter,
        filters.MatchFilter,
        filters.MarkFilter,
        ("check_worthiness", filters.ScoreFilter),
        filters.DatesFilter,
    )
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_fullwidth = True
    list_per_page = list_max_show_all = 50
    show_full_result_count = False
    list_before_template = "admin/claims/claim/tabs.html"
    search_fields = ("text",)
    list_after_template = "admin/claims/claim/near.html"
    search_help_text = "Claim, claimant or headline"
    actions = (
        "assign_to_me",
        "assign",
        "take",
        "mark_to_be_checked",
        "flag",
        "unflag",
        "tag",
        "dismiss",
        "mark_read",
        "mark_unread",
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        return QueueList

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QueuePaginator:
        rows, searched = partial(queue_rows, request), hasattr(request, "sought")
        return QueuePaginator(*args, rows=rows, searched=searched, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: ClaimQuerySet, search_term: str
    ) -> tuple[ClaimQuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        words = sought(search_term)
        request.sought = words  # type: ignore[attr-defined]
        return claims_found(queryset, words), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        mine = {
            "title": "Claims queue",
            "queue_tabs": tabs(request),
            "single_keys": single_keys(request.user),
            "saved": saved.saved_filters(request),
            "filter_part": saved.filter_part(request.GET),
            "formula": FORMULA,
        }
        try:
            response = super().changelist_view(request, {**mine, **(extra_context or {})})
        except PageGone as gone:
            return other_page(request, gone.last)
        if request.method == "GET" and isinstance(response, TemplateResponse):
            context: Any = response.context_data
            context["misspelt"] = [w for w in getattr(request, "sought", ()) if not w.known]
            context["near"] = near_in_meaning(context["cl"])
            tabbed = any(tab["current"] for tab in context["queue_tabs"])
            context["filtered"] = filtered_by(request, context["cl"], tabbed=tabbed)
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
        bulk_steps = [
            path(
                f"{step.name}/",
                self.admin_site.admin_view(partial(bulk.step_view, self, step)),
                name=f"claims_claim_{step.name}_many",
            )
            for step in bulk.STEPS.values()
        ]
        merge = path(
            "<int:claim_id>/merge/",
            self.admin_site.admin_view(self.merge),
            name="claims_claim_merge",
        )
        urls = [*self.own_urls(), *bulk_steps, merge, *steps]
        return [*urls, *live.urls(self), *super().get_urls()]

    def own_urls(self) -> list[URLPattern]:
        """What a user keeps for themselves."""
        may, wrap = self.has_view_permission, self.admin_site.admin_view
        return [
            path("topics/", wrap(saved.topics_view), name="claims_claim_topics"),
            path(
                "filters/",
                wrap(saved.posted(saved.save_view, may)),
                name="claims_claim_save_filter",
            ),
            path(
                "filters/<int:filter_id>/delete/",
                wrap(saved.posted(saved.delete_view, may)),
                name="claims_claim_delete_filter",
            ),
            path("read/", wrap(saved.posted(saved.read_view, may)), name="claims_claim_read_all"),
        ]

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
        if request.method == "GET":
            claims_read([claim], by=request.user)
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
            "priority": priority_of(bench.claim, timezone.now()).rounded(2),
            "media": self.media,
        }
        if bench.trouble:
            messages.error(request, bench.trouble)
        request.current_app = self.admin_site.name
        template = "admin/claims/claim/workbench.html"
        return TemplateResponse(request, template, context, status=status)
