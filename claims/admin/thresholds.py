"""The thresholds of matching, and on the desk's own decisions what others would have done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from articles.admin.kept import Looked
from claims.admin.forms import DeskForm
from claims.admin.pairs import percent
from claims.desk import thresholds as services
from claims.desk.errors import Conflict
from claims.models import Match, MatchingSettings

PAGE = "admin:claims_matchingsettings_changelist"
#: Changed pairs that the page lists.
MOST = 50


class ThresholdsForm(DeskForm):
    suggest_from = forms.FloatField(
        label="Suggest from",
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
        help_text="From this score on a pair is suggested. Higher: fewer and surer suggestions.",
    )
    joins_alone = forms.BooleanField(
        label="The same sentence joins its claim by itself",
        required=False,
        help_text="Else it is suggested, like any other likely match.",
    )


class OtherForm(forms.Form):
    """Another threshold, tried on what was decided."""

    then = forms.FloatField(min_value=0, max_value=1)


@admin.register(MatchingSettings)
class MatchingSettingsAdmin(Looked, ModelAdmin):
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = services.matching_settings()
        form, status = ThresholdsForm(name="thresholds", initial=values(row)), 200
        if request.method == "POST":
            form = ThresholdsForm(request.POST, name="thresholds", initial=values(row))
            status = attempt(form, request)
            if status == 302:
                return HttpResponseRedirect(reverse(PAGE))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Matching",
            "form": form,
            "settings": row,
            "may": request.user.has_perm(services.PERMISSION),
            "outcomes": services.outcomes(sorted({*services.STEPS, row.suggest_from})),
            "tried": tried(request, row.suggest_from),
        }
        request.current_app = self.admin_site.name
        template = "admin/claims/matchingsettings/page.html"
        return TemplateResponse(request, template, context, status=status)

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse(PAGE))


def values(row: MatchingSettings) -> dict[str, Any]:
    return {
        "version": row.version,
        "suggest_from": row.suggest_from,
        "joins_alone": row.joins_alone,
    }


def attempt(form: ThresholdsForm, request: HttpRequest) -> int:
    """302 when it is saved; else the status to answer with, and the form holds the errors."""
    if not request.user.has_perm(services.PERMISSION):
        raise PermissionDenied
    if not form.is_valid():
        return 422
    try:
        services.matching_settings_change(
            suggest_from=form.cleaned_data["suggest_from"],
            joins_alone=form.cleaned_data["joins_alone"],
            by=request.user,
            version=form.read_version,
        )
    except Conflict as conflict:
        form.renew(services.matching_settings().version)
        form.add_error(None, conflict.message)
        return 409
    messages.success(request, "Saved. It counts for what is found from now on.")
    return 302


def tried(request: HttpRequest, now: float) -> dict[str, Any] | None:
    """What the threshold in the address would have done, pair by pair; None for no threshold."""
    form = OtherForm(request.GET)
    if "then" not in request.GET:
        return None
    if not form.is_valid():
        return {"error": "A number from 0 to 1, as 0.65."}
    then = form.cleaned_data["then"]
    [outcome] = services.outcomes([then])
    changed = services.changed_pairs(now, then)
    return {
        "outcome": outcome,
        "raised": then > now,
        "size": changed.count(),
        "pairs": [
            {"match": match, "percent": percent(match.score), "right": right(match)}
            for match in changed[:MOST]
        ],
    }


def right(match: Match) -> bool:
    return match.state == Match.State.CONFIRMED
