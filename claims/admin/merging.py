"""“Merge with…”: look for the other claim, see both, choose which stays."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.admin.filters import is_row_number
from claims.admin.matches import one_claim
from claims.admin.pairs import claims_shown
from claims.desk import merging as services
from claims.desk.errors import Refused
from claims.desk.rules import CLAIM_RULES
from claims.desk.searching import claims_found, sought
from claims.models import Claim, Match

#: Claims that one search shows.
MOST = 20
OK, UNPROCESSABLE, CONFLICT = 200, 422, 409


class MergeForm(forms.Form):
    """The claim that stays, the one that goes, and the version of that which was seen."""

    stays = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    goes = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=200)


def merge_view(model_admin: Any, request: HttpRequest, claim: Claim) -> HttpResponse:
    """GET searches for the other claim (`q`) or shows the pair (`with`); POST merges."""
    if not request.user.has_perm(CLAIM_RULES["merge"].permission):
        raise PermissionDenied
    trouble, status = "", OK
    if request.method == "POST":
        trouble, status = merge(request, claim)
        if not trouble:
            return HttpResponseRedirect(kept_url(claim))
    return merge_page(model_admin, request, claim, trouble, status)


def merge(request: HttpRequest, claim: Claim) -> tuple[str, int]:
    """Merge as the form says; what stood against it, or nothing, and the status to answer with."""
    form = MergeForm(request.POST)
    if not form.is_valid():
        return "Choose which of the two claims stays.", UNPROCESSABLE
    rows = Claim.objects.in_bulk([form.cleaned_data["goes"], form.cleaned_data["stays"]])
    gone, kept = (rows.get(form.cleaned_data[name]) for name in ("goes", "stays"))
    if gone is None or kept is None or claim not in (gone, kept):
        return "Choose which of the two claims stays.", UNPROCESSABLE
    try:
        services.claim_merge(gone, into=kept, by=request.user, version=form.cleaned_data["version"])
    except Refused as refused:
        return refused.message, CONFLICT
    except ValidationError as error:
        return " ".join(error.messages), UNPROCESSABLE
    messages.success(request, one_claim(gone, kept))
    return "", OK


def kept_url(claim: Claim) -> str:
    claim.refresh_from_db(fields=["merged_into"])
    return reverse("admin:claims_claim_change", args=[claim.merged_into_id or claim.pk])


def merge_page(
    model_admin: Any, request: HttpRequest, claim: Claim, trouble: str, status: int
) -> TemplateResponse:
    number = request.GET.get("with", "")
    search = SearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    shown = claims_shown([claim.pk, int(number)] if is_row_number(number) else [claim.pk])
    this = shown.pop(claim.pk)
    other = next(iter(shown.values()), None)
    ways = [] if other is None else merge_ways(this, other)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Merge two claims",
        "claim": this,
        "other": other,
        "ways": ways,
        "words": words,
        "candidates": [] if other else candidates(claim, words),
        "trouble": trouble,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/claims/claim/merge.html", context, status=status)


def merge_ways(this: Claim, other: Claim) -> list[dict[str, Any]]:
    """Both ways to merge the two, the one that a confirmed match takes first."""
    kept, gone = sorted((this, other), key=services.progress, reverse=True)
    return [
        {"stays": stays, "goes": goes, "version": goes.version, "against": against(goes, stays)}
        for stays, goes in ((kept, gone), (gone, kept))
    ]


def against(gone: Claim, stays: Claim) -> str:
    """What stands against merging this way, as far as the claims themselves tell."""
    try:
        services.check_mergeable(gone, stays)
    except Refused as refused:
        return refused.message
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def candidates(claim: Claim, words: str) -> list[Claim]:
    """Claims with all of `words`; without any, those that are suggested already."""
    others = Claim.objects.exclude(pk=claim.pk).exclude(status=Claim.Status.MERGED)
    if words.strip():
        ids = list(claims_found(others, sought(words)).values_list("pk", flat=True)[:MOST])
    else:
        waiting = Match.objects.of(claim).waiting()[:MOST]
        ids = [
            match.other_id if match.claim_id == claim.pk else match.claim_id for match in waiting
        ]
    shown = claims_shown(ids)
    return [shown[pk] for pk in ids if pk in shown]
