"""One POST on the workbench: parse the form, call the service, show its page or its refusal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.events import Event
from articles.happenings import happened
from claims.admin import forms
from claims.admin.actions import Action
from claims.admin.filters import is_row_number
from claims.admin.workbench import Workbench, values
from claims.desk.errors import Conflict, Refused
from claims.models import Claim, Verdict

UNPROCESSABLE, CONFLICT, FORBIDDEN = 422, 409, 403


def page_url(claim_id: int) -> str:
    return reverse("admin:claims_claim_change", args=[claim_id])


def act(admin: Any, request: HttpRequest, claim: Claim, action: Action) -> HttpResponse:
    """Do `action`, and lead back to the claim; or show the page again with what was typed."""
    if request.method != "POST":
        # Also where a login in between leads back to: nothing is lost but the click.
        return HttpResponseRedirect(page_url(claim.pk))
    bench = Workbench(claim, request.user)
    row = target(claim, action, request.POST)
    form = bound(bench, action, row, request.POST)
    status = attempt(form, row, action, request)
    if status is None:
        return HttpResponseRedirect(page_url(claim.pk))
    return shown_again(admin, request, claim, action, form, status)


def target(claim: Claim, action: Action, data: Any) -> Claim | Verdict:
    """The row that the sent form was about, which need not be the current one."""
    if not action.about_verdict:
        return claim
    number = str(data.get("verdict", ""))
    verdict = claim.verdicts.filter(pk=int(number)).first() if is_row_number(number) else None
    if verdict is None:
        raise Http404("This claim has no such verdict.")
    return verdict


def bound(bench: Workbench, action: Action, row: Claim | Verdict, data: Any) -> forms.DeskForm:
    return action.form(data, name=action.panel, initial=values(row), **action.extra(row))


def attempt(
    form: forms.DeskForm, row: Claim | Verdict, action: Action, request: HttpRequest
) -> int | None:
    """None when it is done; else the status to answer with, and the form holds the errors."""
    if not form.is_valid():
        return UNPROCESSABLE
    try:
        messages.success(request, action.run(row, form, request.user))
    except ValidationError as error:
        form.catch(error)
        return UNPROCESSABLE
    except Refused as refused:
        if isinstance(refused, Conflict):
            fresh = type(row)._default_manager.get(pk=row.pk)
            form.catch_up(fresh.version, values(fresh))
            form.add_error(None, who_was_first(fresh))
        else:
            form.add_error(None, refused.message)
        return CONFLICT
    except PermissionDenied as denied:
        form.add_error(None, str(denied) or "You may not do this.")
        return FORBIDDEN
    return None


def who_was_first(row: Claim | Verdict) -> str:
    last = Event.objects.about(row).first()
    did = happened(last.kind).lower() if last else ""
    who = f"{last.actor_name} was faster ({did})" if last else "It was changed"
    return (
        f"{who} while you worked on this {row._meta.verbose_name}, so nothing of yours was saved. "
        f"Your text is still here; look at what is there now, then send it again."
    )


def shown_again(
    admin: Any,
    request: HttpRequest,
    claim: Claim,
    action: Action,
    form: forms.DeskForm,
    status: int,
) -> TemplateResponse:
    """The page as it is now, with the refused form in its place or, without one, below it."""
    bench = Workbench(Claim.objects.get(pk=claim.pk), request.user)
    bench.trouble = " ".join(str(e) for e in form.non_field_errors())
    if bench.may(action):
        bench.bound[action.panel] = form
    else:
        bench.lost = form
    return admin.workbench(request, bench, status=status)
