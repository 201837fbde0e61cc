"""Matches in the admin: the pairs that wait, one by one, and the buttons that decide on them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from articles.admin.kept import Looked
from claims.admin.acting import page_url
from claims.admin.filters import is_row_number
from claims.admin.pairs import pairs
from claims.desk import matches as services
from claims.desk.errors import Refused
from claims.models import Claim, ExternalMatch, Match, Verdict
from claims.models.matching import MatchQuerySet

QUEUE = "admin:claims_match_changelist"
#: What to tell, and the claim that is left of the two.
Told = tuple[SafeString | str, Claim | None]


class DecisionForm(forms.Form):
    """What a button sends: the version seen, and where it stood: on a claim's page or in turn."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    on = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


def confirm(match: Match, by: Any, version: int) -> Told:
    kept = services.match_confirm(match, by=by, version=version)
    gone = match.beside(kept)
    return one_claim(gone, kept), kept


def one_claim(gone: Claim, kept: Claim) -> SafeString:
    """What is told of a merge."""
    verdict = kept.verdicts.filter(state=Verdict.State.PUBLISHED).select_related("rating").first()
    now = f"published as {verdict.rating}" if verdict else kept.get_status_display().lower()
    return format_html(
        "“{}” is merged into <a class='desk-link' href='{}'>“{}”</a>, which is {}.",
        str(gone),
        page_url(kept.pk),
        str(kept),
        now,
    )


def reject(match: Match, by: Any, version: int) -> Told:
    services.match_reject(match, by=by, version=version)
    return "Not the same. This pair is not suggested again.", None


def reopen(match: Match, by: Any, version: int) -> Told:
    services.match_reopen(match, by=by, version=version)
    return "The pair is a suggestion again.", None


def external_confirm(match: ExternalMatch, by: Any, version: int) -> Told:
    services.external_match_confirm(match, by=by, version=version)
    return f"{match.external.publisher} checked this claim; it is shown beside it.", None


def external_reject(match: ExternalMatch, by: Any, version: int) -> Told:
    services.external_match_reject(match, by=by, version=version)
    return "Another claim. This verdict is not suggested here again.", None


def external_reopen(match: ExternalMatch, by: Any, version: int) -> Told:
    services.external_match_reopen(match, by=by, version=version)
    return "The verdict is a suggestion again.", None


#: Model and step -> what it does.
STEPS: dict[tuple[type[Match] | type[ExternalMatch], str], Callable[[Any, Any, int], Told]] = {
    (Match, "confirm"): confirm,
    (Match, "reject"): reject,
    (Match, "reopen"): reopen,
    (ExternalMatch, "confirm"): external_confirm,
    (ExternalMatch, "reject"): external_reject,
    (ExternalMatch, "reopen"): external_reopen,
}


class Decided:
    """A ModelAdmin whose rows are decided on by POST to `<id>/<step>/`."""

    model: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:match_id>/{step}/",
                self.admin_site.admin_view(self.step(do)),
                name=f"claims_{self.model._meta.model_name}_{step}",
            )
            for (model, step), do in STEPS.items()
            if model is self.model
        ]
        return [*steps, *super().get_urls()]  # type: ignore[misc]

    def step(self, do: Callable[[Any, Any, int], Told]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, match_id: int) -> HttpResponse:
            if not self.has_view_permission(request):  # type: ignore[attr-defined]
                raise PermissionDenied
            match = get_object_or_404(self.model, pk=match_id)
            if request.method != "POST":
                return HttpResponseRedirect(page_url(match.claim_id))
            form = DecisionForm(request.POST)
            if not form.is_valid():
                return HttpResponseBadRequest("The form lacks what the page puts in it.")
            return decided(request, match, form.cleaned_data, do)

        return view

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """A match is shown on the page of its claim."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        number = unquote(object_id)
        match = self.model.objects.filter(pk=number).first() if is_row_number(number) else None
        if match is None:
            raise Http404("There is no such match.")
        return HttpResponseRedirect(page_url(match.claim_id))


def decided(
    request: HttpRequest, match: Any, sent: dict[str, Any], do: Callable[[Any, Any, int], Told]
) -> HttpResponse:
    """Do it, and lead back to where the button was, or to the claim that is left."""
    page = sent["on"]
    try:
        told, kept = do(match, request.user, sent["version"])
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, told)
        page = kept.pk if page and kept else page
    if page:
        return HttpResponseRedirect(page_url(page))
    return HttpResponseRedirect(in_turn(sent["after"]))


def in_turn(after: int | None) -> str:
    """The page of the match that comes after this one."""
    return reverse(QUEUE) + (f"?{urlencode({'after': after})}" if after else "")


@admin.register(Match)
class MatchAdmin(Decided, Looked, ModelAdmin):
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The pairs that wait, best first, one on a page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = Match.objects.waiting()
        number = request.GET.get("after", "")
        after = Match.objects.filter(pk=number).first() if is_row_number(number) else None
        pair = next(iter(pairs(following(waiting, after)[:1], request.user)), None)
        context = {
            **self.admin_site.each_context(request),
            "title": "Possibly the same",
            "opts": self.opts,
            "pair": pair,
            "after": after,
            "size": waiting.count(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/claims/match/queue.html", context)


def following(waiting: MatchQuerySet, after: Match | None) -> MatchQuerySet:
    if after is None:
        return waiting
    return waiting.filter(Q(score__lt=after.score) | Q(score=after.score, pk__gt=after.pk))


@admin.register(ExternalMatch)
class ExternalMatchAdmin(Decided, Looked, ModelAdmin):
    list_display = ("claim", "there", "state", "likely")
    list_filter = (("state", ChoicesDropdownFilter),)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("claim", "external")
    ordering = ("-score", "-id")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description="Verdict elsewhere")
    def there(self, match: ExternalMatch) -> str:
        return str(match.external)

    @admin.display(description="Likely the same", ordering="score")
    def likely(self, match: ExternalMatch) -> str:
        return f"{round(100 * match.score)}%"
