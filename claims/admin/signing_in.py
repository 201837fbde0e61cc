"""From a password to a session: the login, the second factor's code and its set-up."""

from base64 import b32encode
from datetime import timedelta
from math import ceil
from typing import Any

import segno
from axes.helpers import get_client_username
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST
from django_otp import login as remember
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from articles.callers import network_of
from claims.desk import second_factor as services
from claims.desk.errors import Refused
from claims.desk.rates import Spent, spend
from claims.desk.sign_in import locked_addresses

TOO_MANY, UNPROCESSABLE = 429, 422
#: In the session, until the set-up is done: the app has it and the database has not.
KEY = "second_factor_key"


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, data: Any = None, *, label: str, name: str = "code", help: str = "") -> None:
        super().__init__(data, auto_id=f"{name}-%s", label_suffix="")
        self.fields["code"].label = label
        self.fields["code"].help_text = help


def sign_in(request: HttpRequest) -> HttpResponse:
    """The admin's login, which knows who is half way in already."""
    if request.method == "GET" and half_signed_in(request):
        return HttpResponseRedirect(with_next("account:enter_code", request))
    if request.method == "POST":
        spent = spend(request, "sign_in", network_of(request))
        if spent and spent.too_much:
            return slowed_down(request, spent)
    return admin.site.login(request)


def slowed_down(request: HttpRequest, spent: Spent) -> HttpResponse:
    """Too many passwords came from one address, for whatever names."""
    until = timezone.localtime(timezone.now() + timedelta(seconds=spent.resets))
    title = "Too many sign-ins from your address"
    page = shown(
        request, "admin/account/slowed.html", status=TOO_MANY, title=title, until=until, spent=spent
    )
    page["Retry-After"] = str(ceil(spent.resets))
    return page.render()


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """What axes answers with while there were too many failed tries."""
    username = get_client_username(request, credentials)
    until = locked_addresses(username).get(request.axes_ip_address)  # type: ignore[attr-defined]
    page = shown(
        request,
        "admin/account/locked.html",
        status=TOO_MANY,
        title="Too many failed tries",
        username=username,
        until=timezone.localtime(until) if until else None,
        tries=settings.AXES_FAILURE_LIMIT,
    )
    if until:
        page["Retry-After"] = str(max(1, round((until - timezone.now()).total_seconds())))
    return page.render()


@never_cache
@csrf_protect
def enter_code(request: HttpRequest) -> HttpResponse:
    """After the password: a code of the app, or a recovery code."""
    user = half_signed_in(request)
    if user is None:
        return HttpResponseRedirect(next_url(request))
    if services.second_factor(user) is None:
        return HttpResponseRedirect(with_next("account:set_up", request))
    form = CodeForm(
        request.POST or None,
        label="Code",
        help="Six digits from your authenticator app, or one of your recovery codes.",
    )
    form.fields["code"].widget.attrs["autofocus"] = True
    if form.is_valid():
        try:
            device = services.second_factor_check(user, form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            verify_session(request, user, device)
            return HttpResponseRedirect(next_url(request))
    return shown(
        request,
        "admin/account/code.html",
        status=UNPROCESSABLE if form.errors else 200,
        title="Second factor",
        form=form,
        person=user,
        next=next_url(request),
    )


@never_cache
@csrf_protect
def set_up(request: HttpRequest) -> HttpResponse:
    """Set a second factor: asked for, or because one's role requires it."""
    user = half_signed_in(request) or request.user
    if not user.is_authenticated:
        return HttpResponseRedirect(with_next("admin:login", request))
    # With one set, only its own code leads on: a password alone must not replace it.
    if services.second_factor(user):
        return HttpResponseRedirect(with_next("account:enter_code", request))
    key = request.session.setdefault(KEY, default_key())
    form = CodeForm(request.POST or None, label="The six digits that the app shows")
    if form.is_valid():
        try:
            device, codes = services.second_factor_set(
                user, key=key, code=form.cleaned_data["code"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Refused:
            return HttpResponseRedirect(with_next("account:enter_code", request))
        else:
            del request.session[KEY]
            verify_session(request, user, device)
            return codes_shown(request, codes, next_url(request))
    return shown(
        request,
        "admin/account/set_up.html",
        status=UNPROCESSABLE if form.errors else 200,
        title="Set up a second factor",
        form=form,
        person=user,
        required=services.is_required(user),
        qr=qr_code(TOTPDevice(user=user, key=key)),
        secret=spelled(TOTPDevice(key=key).bin_key),
        next=next_url(request),
    )


@require_POST
@csrf_protect
def cancel(request: HttpRequest) -> HttpResponse:
    """Forget the password that was given, to sign in as somebody else."""
    if half_signed_in(request):
        logout(request)
    return HttpResponseRedirect(reverse("admin:login"))


def half_signed_in(request: HttpRequest) -> User | None:
    """Whose password this session has given, while the second factor is owed."""
    return request.half_signed_in()  # type: ignore[attr-defined]


def verify_session(request: HttpRequest, user: Any, device: Device) -> None:
    request.user = user
    remember(request, device)


def codes_shown(request: HttpRequest, codes: list[str], onward: str) -> HttpResponse:
    """The recovery codes, this once."""
    return shown(
        request, "admin/account/codes.html", title="Recovery codes", codes=codes, next=onward
    )


def shown(
    request: HttpRequest, template: str, *, status: int = 200, **context: Any
) -> TemplateResponse:
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, context, status=status)


def next_url(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is on this host."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    here = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if here else reverse("admin:index")


def with_next(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({'next': next_url(request)})}"


def qr_code(device: TOTPDevice) -> SafeString:
    """What the app scans, as SVG within the page: dark on white in either theme."""
    picture = segno.make(device.config_url, error="m", micro=False)
    return SafeString(picture.svg_inline(scale=5, border=4, light="#fff", omitsize=True))


def spelled(key: bytes) -> str:
    """`key` as apps take it typed: base32 in groups of four."""
    text = b32encode(key).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
