"""What the queue does to many claims at once, each through its service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.admin.filters import is_row_number
from claims.admin.forms import PersonField, researchers
from claims.desk import claims as services
from claims.desk import reading
from claims.desk.errors import Refused
from claims.models import Claim
from claims.models.claims import ClaimQuerySet

#: So many at most in one request; each is a transaction of its own.
MOST = 200
Done = Callable[[Claim], Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one claim; `refused` says why not, and is empty when it was done."""

    claim: Claim
    refused: str = ""


def each(claims: Iterable[Claim], do: Done) -> list[Outcome]:
    return [Outcome(claim, attempted(claim, do)) for claim in claims]


def attempted(claim: Claim, do: Done) -> str:
    try:
        do(claim)
    except Refused as refused:
        return refused.message
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


# --- At once ----------------------------------------------------------------------------------


class BulkActions:
    @admin.action(description="Assign to me", permissions=["assign"])
    def assign_to_me(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        me = request.user
        tell(request, queryset, lambda c: services.claim_assign(c, to=me, by=me), "assigned to you")

    @admin.action(description="Assign to…", permissions=["assign"])
    def assign(self, request: HttpRequest, queryset: ClaimQuerySet) -> HttpResponse:
        return asking_page(self, request, STEPS["assign"], AssignForm(), queryset[:MOST])

    @admin.action(description="Take, and open a draft", permissions=["draft"])
    def take(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        tell(request, queryset, lambda c: services.claim_take(c, by=request.user), "taken")

    @admin.action(description="Mark as to be checked", permissions=["triage"])
    def mark_to_be_checked(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        tell(request, queryset, lambda c: services.claim_triage(c, by=request.user), "marked")

    @admin.action(description="Flag to be looked at first", permissions=["flag"])
    def flag(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        tell(request, queryset, lambda c: services.claim_flag(c, by=request.user), "flagged")

    @admin.action(description="Take the flag away", permissions=["flag"])
    def unflag(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        tell(request, queryset, lambda c: services.claim_unflag(c, by=request.user), "unflagged")

    @admin.action(description="Tag with topics…", permissions=["tag"])
    def tag(self, request: HttpRequest, queryset: ClaimQuerySet) -> HttpResponse:
        return asking_page(self, request, STEPS["tag"], TagForm(), queryset[:MOST])

    @admin.action(description="Dismiss, with a reason…", permissions=["dismiss"])
    def dismiss(self, request: HttpRequest, queryset: ClaimQuerySet) -> HttpResponse:
        return asking_page(self, request, STEPS["dismiss"], DismissForm(), queryset[:MOST])

    @admin.action(description="Mark as read", permissions=["triage"])
    def mark_read(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        reading.claims_read(queryset[:MOST], by=request.user)

    @admin.action(description="Mark as unread", permissions=["triage"])
    def mark_unread(self, request: HttpRequest, queryset: ClaimQuerySet) -> None:
        reading.claims_unread(queryset[:MOST], by=request.user)

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.assign_claim")

    def has_draft_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.draft_verdict")

    def has_triage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.triage_claim")

    def has_flag_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.flag_claim")

    def has_tag_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.change_claim")

    def has_dismiss_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.dismiss_claim")


def tell(request: HttpRequest, claims: ClaimQuerySet, do: Done, done: str) -> None:
    """Do it to each claim, and tell how many went through and why others did not."""
    outcomes = each(claims[:MOST], do)
    refusals = [one for one in outcomes if one.refused]
    if len(outcomes) > len(refusals):
        messages.success(request, f"{counted(len(outcomes) - len(refusals))} {done}.")
    for one in refusals[:5]:
        messages.warning(request, f"“{one.claim}”: {one.refused}")
    if len(refusals) > 5:
        messages.warning(request, f"{len(refusals) - 5} more could not be {done}.")
    if len(outcomes) == MOST:
        messages.info(request, f"{MOST} claims at most are done at once.")


def counted(number: int) -> str:
    return f"{number} claim" if number == 1 else f"{number} claims"


# --- What asks first --------------------------------------------------------------------------


class AssignForm(forms.Form):
    to = PersonField(
        label="Assign to", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = researchers()  # type: ignore[attr-defined]

    def step(self, by: Any) -> Done:
        to = self.cleaned_data["to"]
        return lambda claim: services.claim_assign(claim, to=to, by=by)


class DismissForm(forms.Form):
    reason = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )

    def clean_reason(self) -> str:
        return checked("reason", services.required_reason, self.cleaned_data["reason"])

    def step(self, by: Any) -> Done:
        reason = self.cleaned_data["reason"]
        return lambda claim: services.claim_dismiss(claim, reason=reason, by=by)


class TagForm(forms.Form):
    add = forms.CharField(label="Add topics", required=False, help_text="Commas between them.")
    remove = forms.CharField(label="Remove topics", required=False)

    def clean_add(self) -> list[str]:
        return topics_in("topic", self.cleaned_data["add"])

    def clean_remove(self) -> list[str]:
        return topics_in("topic", self.cleaned_data["remove"])

    def clean(self) -> None:
        if not self.errors and not (self.cleaned_data["add"] or self.cleaned_data["remove"]):
            raise ValidationError("Name a topic to add or to remove.", code="topic_required")

    def step(self, by: Any) -> Done:
        add, remove = self.cleaned_data["add"], self.cleaned_data["remove"]
        return lambda claim: services.claim_tag(claim, add=add, remove=remove, by=by)


def topics_in(field: str, text: str) -> list[str]:
    names = [name for name in text.split(",") if name.strip()]
    return [checked(field, services.topic_of, name) for name in names]


def checked(field: str, service: Callable[[str], str], value: str) -> str:
    """What the service makes of `value`; its error without the name of the field."""
    try:
        return service(value)
    except ValidationError as error:
        raise ValidationError(error.error_dict[field]) from error


@dataclass(frozen=True)
class Step:
    """One thing to do to many, which asks something first."""

    name: str
    permission: str
    form: type[AssignForm | DismissForm | TagForm]
    verb: str
    done: str
    help: str

    @property
    def url(self) -> str:
        return reverse(f"admin:claims_claim_{self.name}_many")


STEPS = {
    step.name: step
    for step in (
        Step("assign", "claims.assign_claim", AssignForm, "Assign", "assigned",
             "They are told on their first page."),
        Step("dismiss", "claims.dismiss_claim", DismissForm, "Dismiss", "dismissed",
             "They leave the queue and keep their reason. Each can be reopened."),
        Step("tag", "claims.change_claim", TagForm, "Tag", "tagged",
             "Topics are the queue's filter, and go out with a published verdict."),
    )
}  # fmt: skip


def step_view(model_admin: Any, step: Step, request: HttpRequest) -> HttpResponse:
    """The second step: what was asked for is here, or is asked for again."""
    if not request.user.has_perm(step.permission):
        raise PermissionDenied
    numbers = [n for n in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_row_number(n)]
    claims = Claim.objects.filter(pk__in=numbers[:MOST])
    if request.method != "POST" or not claims:
        return HttpResponseRedirect(queue_left(request))
    form = step.form(request.POST)
    if not form.is_valid():
        return asking_page(model_admin, request, step, form, claims, status=422)
    outcomes = each(claims, form.step(request.user))
    refused = sum(1 for one in outcomes if one.refused)
    if refused:
        return outcome_page(model_admin, request, step, outcomes)
    messages.success(request, f"{counted(len(outcomes))} {step.done}.")
    return HttpResponseRedirect(queue_left(request))


def queue_left(request: HttpRequest) -> str:
    """The queue as it was left: its filters, search and page are in the address of the step too."""
    query = request.GET.urlencode()
    return reverse("admin:claims_claim_changelist") + (f"?{query}" if query else "")


def asking_page(
    model_admin: Any,
    request: HttpRequest,
    step: Step,
    form: forms.Form,
    claims: Iterable[Claim],
    *,
    status: int = 200,
) -> TemplateResponse:
    context = {"claims": claims, "form": form, "checkbox": ACTION_CHECKBOX_NAME}
    return page(model_admin, request, step, "asking", context, status)


def outcome_page(
    model_admin: Any, request: HttpRequest, step: Step, outcomes: list[Outcome]
) -> TemplateResponse:
    """Claim by claim: done, or why not."""
    done = sum(1 for one in outcomes if not one.refused)
    return page(model_admin, request, step, "outcome", {"outcomes": outcomes, "number": done}, 200)


def page(
    model_admin: Any, request: HttpRequest, step: Step, name: str, context: Any, status: int
) -> TemplateResponse:
    shared = {
        **model_admin.admin_site.each_context(request),
        "title": f"{step.verb} claims",
        "step": step,
        "queue": queue_left(request),
    }
    template = f"admin/claims/claim/bulk_{name}.html"
    return TemplateResponse(request, template, {**shared, **context}, status=status)
