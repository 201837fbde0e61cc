"""What the workbench's scripts ask while it is open. The page works without any of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from articles.events import name_of
from claims.admin import marks
from claims.admin.acting import page_url, target
from claims.admin.actions import ACTIONS
from claims.admin.forms import DraftForm
from claims.admin.workbench import versions_of
from claims.desk.drafts import draft_forget, draft_keep
from claims.desk.errors import Conflict
from claims.desk.keyboard import single_keys_set
from claims.desk.notes import mentionable
from claims.desk.presence import others_present, presence_end, presence_tell
from claims.desk.sources import source_known
from claims.models import Claim, Verdict

MOST_AROUND = 1_000_000
MOST_PEOPLE = 8


def urls(admin: Any) -> list[URLPattern]:
    """The addresses below that of the claims; `admin` finds the claim and asks who may see it."""

    def of_claim(end: str, view: Callable[[HttpRequest, Claim], HttpResponse]) -> URLPattern:
        def asked(request: HttpRequest, claim_id: int) -> HttpResponse:
            return view(request, admin.found(request, claim_id))

        guarded = admin.admin_site.admin_view(asked)
        return path(f"<int:claim_id>/{end}/", guarded, name=f"claims_claim_{end}")

    def of_desk(end: str, view: Callable[[HttpRequest], HttpResponse]) -> URLPattern:
        return path(f"{end}/", admin.admin_site.admin_view(view), name=f"claims_claim_{end}")

    return [
        of_claim("passage", passage),
        of_claim("preview", preview),
        of_claim("keep", keep),
        of_claim("forget", forget),
        of_claim("presence", presence),
        of_desk("known-source", known_source),
        of_desk("people", people),
        of_desk("keys", keys),
    ]


# --- The passage ------------------------------------------------------------------------------


class AroundForm(forms.Form):
    place = forms.IntegerField(min_value=1)
    around = forms.IntegerField(min_value=1, max_value=MOST_AROUND)


@require_GET
def passage(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The passage of `place` with `around` code points of its article on both sides."""
    form = AroundForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such passage.")
    places = marks.with_surroundings(claim.appearances.all(), form.cleaned_data["around"])
    place = places.filter(pk=form.cleaned_data["place"]).defer("article__text").first()
    if place is None:
        raise Http404("There is no such passage.")
    context = {"place": marks.shown(place, form.cleaned_data["around"]), "claim": claim}
    return render(request, "admin/claims/claim/passage.html", context)


# --- The draft --------------------------------------------------------------------------------


@require_POST
def preview(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What is typed into the draft, as the public page shows it."""
    verdict = draft_of(claim, request)
    form = DraftForm(request.POST, name="preview", verdict=verdict)
    form.full_clean()
    typed = {name: form.cleaned_data.get(name, "") for name in ("title", "explanation")}
    shown = Verdict(claim=claim, rating=form.cleaned_data.get("rating"), **typed)
    return render(request, "admin/claims/claim/preview.html", {"claim": claim, "verdict": shown})


class KeepForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1)


@require_POST
def keep(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Keep what is typed into the draft; 409 when another window has kept something since."""
    verdict = draft_of(claim, request)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": "This page is broken: load it again."}, status=422)
    try:
        revision = draft_keep(verdict, typed_fields(request), **form.cleaned_data, by=request.user)
    except Conflict as conflict:
        return JsonResponse({"message": conflict.message}, status=409)
    except ValidationError as error:
        return JsonResponse({"message": " ".join(error.messages)}, status=422)
    return JsonResponse({"revision": revision})


def typed_fields(request: HttpRequest) -> dict[str, str]:
    """The fields of the draft as sent, and what its sender saw in them."""
    of_row = ("version", "verdict", "evidence")
    names = [name for name in DraftForm.base_fields if name not in of_row]
    sent = {name: request.POST.get(name) for name in (*names, *(f"seen-{n}" for n in names))}
    return {name: value for name, value in sent.items() if value is not None}


@require_POST
def forget(request: HttpRequest, claim: Claim) -> HttpResponse:
    """What was kept is not wanted."""
    draft_forget(draft_of(claim, request), by=request.user)
    return HttpResponseRedirect(page_url(claim.pk))


def draft_of(claim: Claim, request: HttpRequest) -> Verdict:
    verdict = target(claim, ACTIONS["draft"], request.POST)
    assert isinstance(verdict, Verdict)
    return verdict


# --- People -----------------------------------------------------------------------------------


@require_POST
def presence(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The page is open, or with `left` no longer. Who else is here, and what versions are now."""
    if request.POST.get("left"):
        presence_end(claim, by=request.user)
        return HttpResponse(status=204)
    presence_tell(claim, by=request.user)
    others = [name_of(user) for user in others_present(claim, request.user)]
    now = versions_of(claim, claim.verdicts.open().first())
    return JsonResponse({"others": others, "versions": now})


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who can be mentioned whose names begin with `q`: `[{"username", "name"}, …]`."""
    if not request.user.has_perm("claims.add_note"):
        raise PermissionDenied
    found = mentionable(request.GET.get("q", "")[:150]).order_by("username")[:MOST_PEOPLE]
    names = [{"username": user.username, "name": user.get_full_name()} for user in found]
    return JsonResponse({"people": names})


@require_GET
def known_source(request: HttpRequest) -> HttpResponse:
    """What the desk knows of the source at `url`; an empty object for nothing."""
    if not request.user.has_perm("claims.draft_verdict"):
        raise PermissionDenied
    known = source_known(request.GET.get("url", "")[:2000].strip())
    return JsonResponse(vars(known) if known else {})


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Single keys on or off, and back to where the user was."""
    single_keys_set(request.user, request.POST.get("single_keys") == "on")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("admin:claims_claim_changelist")
    return HttpResponseRedirect(back)
