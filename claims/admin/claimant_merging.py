"""“Merge with…” of a claimant: look for the other one, choose which stays; and take it back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.admin.filters import is_row_number
from claims.desk import claimants as services
from claims.desk.errors import Refused
from claims.models import Claimant, ClaimantMerge, Verdict

Page = Callable[[Any, HttpRequest, Claimant], HttpResponse]

#: Claimants that one search shows, and merges that can be taken back.
MOST = 20
#: From which likeness of names on two claimants are offered unasked.
ALIKE = 0.3
OK, UNPROCESSABLE, CONFLICT = 200, 422, 409
LATER = "Undo the later merge first."
CHOOSE = "Choose which of the two claimants stays."


class MergeForm(forms.Form):
    stays = forms.ModelChoiceField(Claimant.objects.all())
    goes = forms.ModelChoiceField(Claimant.objects.all())


class RestoreForm(forms.Form):
    merge = forms.ModelChoiceField(ClaimantMerge.objects.select_related("gone", "into"))


class SearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=200)


def merge_view(model_admin: Any, request: HttpRequest, claimant: Claimant) -> HttpResponse:
    """GET searches for the other claimant (`q`) or shows the pair (`with`); POST merges."""
    if request.method != "POST":
        return merge_page(model_admin, request, claimant)
    form = MergeForm(request.POST)
    if not form.is_valid() or claimant not in (
        form.cleaned_data["stays"],
        form.cleaned_data["goes"],
    ):
        return merge_page(model_admin, request, claimant, CHOOSE, UNPROCESSABLE)
    gone, stays = form.cleaned_data["goes"], form.cleaned_data["stays"]
    try:
        services.claimant_merge(gone, into=stays, by=request.user)
    except (Refused, ValidationError) as error:
        return merge_page(model_admin, request, claimant, told(error), CONFLICT)
    messages.success(request, f"“{gone}” is “{stays}” from now on.")
    return HttpResponseRedirect(merge_url(stays))


def restore_view(model_admin: Any, request: HttpRequest, claimant: Claimant) -> HttpResponse:
    """POST takes a merge into `claimant` back."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = RestoreForm(request.POST)
    if not form.is_valid() or form.cleaned_data["merge"].into != claimant:
        return merge_page(model_admin, request, claimant, "Choose a merge.", UNPROCESSABLE)
    try:
        gone = services.claimant_restore(form.cleaned_data["merge"], by=request.user)
    except Refused as refused:
        return merge_page(model_admin, request, claimant, refused.message, CONFLICT)
    messages.success(request, f"“{gone}” is a claimant of its own again.")
    return HttpResponseRedirect(merge_url(claimant))


def merge_url(claimant: Claimant) -> str:
    return reverse("admin:claims_claimant_merge", args=[claimant.pk])


def told(error: Refused | ValidationError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else error.message


def merge_page(
    model_admin: Any, request: HttpRequest, claimant: Claimant, trouble: str = "", status: int = OK
) -> HttpResponse:
    if claimant.merged_into_id and not trouble:
        return HttpResponseRedirect(merge_url(claimant.surviving))
    search = SearchForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    number = request.GET.get("with", "")
    this = shown(Claimant.objects.filter(pk=claimant.pk)).get()
    other = None
    if is_row_number(number):
        other = shown(Claimant.objects.filter(pk=number).exclude(pk=claimant.pk)).first()
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Merge two claimants",
        "claimant": this,
        "other": other,
        "ways": merge_ways(this, other) if other else [],
        "words": words,
        "candidates": [] if other else candidates(claimant, words),
        "merges": merges_into(claimant),
        "trouble": trouble,
    }
    request.current_app = model_admin.admin_site.name
    template = "admin/claims/claimant/merge.html"
    return TemplateResponse(request, template, context, status=status)


def shown(claimants: QuerySet[Claimant]) -> Any:
    """With what the page tells of each."""
    published = Q(claims__verdicts__state=Verdict.State.PUBLISHED)
    return claimants.prefetch_related("aliases").annotate(
        made=Count("claims", distinct=True),
        rated=Count("claims", filter=published, distinct=True),
    )


def candidates(claimant: Claimant, words: str) -> Any:
    """Claimants with `words` in name or alias; without any, those whose names are alike."""
    others = Claimant.objects.filter(merged_into=None).exclude(pk=claimant.pk)
    if words:
        found = others.filter(Q(name__icontains=words) | Q(aliases__name__icontains=words))
        return shown(Claimant.objects.filter(pk__in=found.values("pk")))[:MOST]
    alike = others.annotate(alike=TrigramSimilarity("name", claimant.name))
    near = alike.filter(alike__gte=ALIKE).order_by("-alike", "pk")[:MOST]
    likeness = {row.pk: row.alike for row in near}
    return sorted(
        shown(Claimant.objects.filter(pk__in=likeness)), key=lambda row: -likeness[row.pk]
    )


def merge_ways(this: Any, other: Any) -> list[dict[str, Any]]:
    """Both ways to merge the two; the one with more claims is offered first to stay."""
    kept, gone = sorted((this, other), key=lambda row: (-row.made, row.pk))
    return [
        {"stays": stays, "goes": goes, "against": against(goes, stays)}
        for stays, goes in ((kept, gone), (gone, kept))
    ]


def against(gone: Claimant, stays: Claimant) -> str:
    try:
        services.check_mergeable(gone, stays)
    except (Refused, ValidationError) as error:
        return told(error)
    return ""


def merges_into(claimant: Claimant) -> list[dict[str, Any]]:
    """What was merged into `claimant`, newest first, and what stands against taking it back."""
    merges = list(
        ClaimantMerge.objects.filter(into=claimant, undone_at=None).select_related(
            "gone", "into", "by"
        )[:MOST]
    )
    return [
        {
            "row": merge,
            "places": len(merge.moved["claims"]),
            # What came later hangs on it, so that only the last merge can be undone.
            "against": LATER if number else lasting(merge),
        }
        for number, merge in enumerate(merges)
    ]


def lasting(merge: ClaimantMerge) -> str:
    try:
        services.check_restorable(merge, merge.gone, merge.into)
    except Refused as refused:
        return refused.message
    return ""
