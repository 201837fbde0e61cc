"""One's own account: password, second factor, and the browsers one is signed in with."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from claims.admin.signing_in import UNPROCESSABLE, CodeForm, codes_shown, shown
from claims.desk import second_factor as services
from claims.desk.sign_in import password_changed, sessions_end, sign_in_record
from claims.models import SignIn

PAGE = "account:page"


def page(
    request: HttpRequest, *, refused: CodeForm | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    return shown(
        request,
        "admin/account/page.html",
        status=status,
        title="My account",
        person=user,
        device=services.second_factor(user),
        required=services.is_required(user),
        codes_left=services.codes_left(user),
        form=refused or code_form(),
        refused=refused,
        sign_ins=SignIn.objects.open().filter(user=user).select_related("session"),
        current=request.session.session_key,
    )


def code_form(data: Any = None) -> CodeForm:
    return CodeForm(
        data, label="Code", help="From your authenticator app, or one of your recovery codes."
    )


# --- Sessions ---------------------------------------------------------------------------------


def end_one(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    if request.method == "POST":
        own = SignIn.objects.filter(user=request.user)  # type: ignore[misc]
        row = get_object_or_404(own, pk=number)
        sessions_end(own.filter(pk=row.pk), user=row.user, by=request.user)
        messages.success(request, f"{row.device} is signed out.")
    return HttpResponseRedirect(reverse(PAGE))


def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    if request.method == "POST":
        others = SignIn.objects.exclude(session_id=request.session.session_key)
        ended = sessions_end(others, user=request.user, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"{ended} other{'s are' if ended != 1 else ' is'} signed out.")
    return HttpResponseRedirect(reverse(PAGE))


# --- Password ---------------------------------------------------------------------------------


class NewPasswordForm(PasswordChangeForm):
    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(user, data, auto_id="password-%s", label_suffix="")
        for name, label in (
            ("old_password", "Your password now"),
            ("new_password1", "New password"),
            ("new_password2", "The new password again"),
        ):
            self.fields[name].label = label
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].help_text = ""


def new_password(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        change_password(request, form)
        messages.success(request, "You have a new password; everywhere else you are signed out.")
        return HttpResponseRedirect(reverse(PAGE))
    return shown(
        request,
        "admin/account/password.html",
        status=UNPROCESSABLE if form.errors else 200,
        title="Change password",
        form=form,
    )


@transaction.atomic
def change_password(request: HttpRequest, form: forms.Form) -> None:
    user = form.save()  # type: ignore[attr-defined]
    # This browser goes on under a new key.
    update_session_auth_hash(request, user)
    sign_in_record(request=request, user=user)
    password_changed(user, by=user, keep=request.session.session_key)


# --- Second factor ----------------------------------------------------------------------------


def with_code(request: HttpRequest, then: Callable[[Any], HttpResponse]) -> HttpResponse:
    """Do `then` for the user who proves to hold the second factor; else show what is wrong."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse(PAGE))
    form = code_form(request.POST)
    if form.is_valid():
        try:
            services.second_factor_check(request.user, form.cleaned_data["code"])  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return then(request.user)
    return page(request, refused=form, status=UNPROCESSABLE)


def new_codes(request: HttpRequest) -> HttpResponse:
    return with_code(
        request,
        lambda user: codes_shown(request, services.recovery_codes_renew(user), reverse(PAGE)),
    )


def remove(request: HttpRequest) -> HttpResponse:
    def removed(user: Any) -> HttpResponse:
        services.second_factor_remove(user, by=user)
        messages.success(request, "The second factor is removed.")
        return HttpResponseRedirect(reverse(PAGE))

    return with_code(request, removed)
