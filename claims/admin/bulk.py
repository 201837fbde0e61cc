"""What the queue does to many claims at once, each through its service."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.admin.filters import is_row_number
from claims.desk import claims as services
from claims.desk.errors import Refused
from claims.models import Claim
from claims.models.claims import ClaimQuerySet

#: So many at most in one request; each is a transaction of its own.
MOST = 200


class BulkActions:
    @admin.action(description="Assign to me", permissions=["assign"])
    def assign_to_me(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        me = request.user
        each(request, queryset, lambda c: services.claim_assign(c, to=me, by=me), "assigned to you")

    @admin.action(description="Take, and open a draft", permissions=["draft"])
    def take(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        each(request, queryset, lambda c: services.claim_take(c, by=request.user), "taken")

    @admin.action(description="Mark as to be checked", permissions=["triage"])
    def mark_to_be_checked(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        each(request, queryset, lambda c: services.claim_triage(c, by=request.user), "marked")

    @admin.action(description="Dismiss, with a reason", permissions=["dismiss"])
    def dismiss(self, request: HttpRequest, queryset: ClaimQuerySet) -> HttpResponse:
        return dismissal_page(self, request, DismissForm(), queryset[:MOST])

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.assign_claim")

    def has_draft_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.draft_verdict")

    def has_triage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.triage_claim")

    def has_dismiss_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.dismiss_claim")


class DismissForm(forms.Form):
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


def each(
    request: HttpRequest, claims: Iterable[Claim], do: Callable[[Claim], Any], done: str
) -> None:
    """Do it to each claim, and tell how many went through and why others did not."""
    chosen = list(claims[:MOST])  # type: ignore[index]
    refusals = []
    for claim in chosen:
        try:
            do(claim)
        except Refused as refused:
            refusals.append(f"“{claim}”: {refused.message}")
        except ValidationError as error:
            refusals.append(f"“{claim}”: {' '.join(error.messages)}")
    if len(chosen) > len(refusals):
        messages.success(request, f"{counted(len(chosen) - len(refusals))} {done}.")
    for refusal in refusals[:5]:
        messages.warning(request, refusal)
    if len(refusals) > 5:
        messages.warning(request, f"{len(refusals) - 5} more could not be {done}.")
    if len(chosen) == MOST:
        messages.info(request, f"{MOST} claims at most are done at once.")


def counted(number: int) -> str:
    return f"{number} claim" if number == 1 else f"{number} claims"


def dismiss_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The second step: the reason is here, or is asked for again."""
    if not request.user.has_perm("claims.dismiss_claim"):
        raise PermissionDenied
    numbers = [n for n in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_row_number(n)]
    claims = Claim.objects.filter(pk__in=numbers[:MOST])
    if request.method != "POST" or not claims:
        return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))
    form = DismissForm(request.POST)
    form.full_clean()
    try:
        reason = services.required_reason(form.cleaned_data.get("reason", ""))
    except ValidationError as error:
        form.add_error(None, error)
    if form.errors:
        return dismissal_page(model_admin, request, form, claims, status=422)
    by = request.user
    each(request, claims, lambda c: services.claim_dismiss(c, reason=reason, by=by), "dismissed")
    return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))


def dismissal_page(
    model_admin: Any,
    request: HttpRequest,
    form: DismissForm,
    claims: Iterable[Claim],
    *,
    status: int = 200,
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Dismiss claims",
        "claims": claims,
        "form": form,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/claims/claim/dismiss.html", context, status=status)
