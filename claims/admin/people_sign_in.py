"""How a person signs in, on their page under Users: an admin lifts, takes off and ends."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from claims.desk import second_factor as factors
from claims.desk import sign_in as services
from claims.models import SignIn

# They hold secrets, and nothing that the page below does not say.
admin.site.unregister([TOTPDevice, StaticDevice])


def lift(user: User, by: Any) -> str:
    services.lockout_lift(user, by=by)
    return f"{user} may try to sign in again."


def reset(user: User, by: Any) -> str:
    # One's own is removed on one's account page, with a code of it.
    if user == by:
        raise PermissionDenied
    factors.second_factor_remove(user, by=by)
    return f"{user} has no second factor any more, and is signed out."


def end(user: User, by: Any) -> str:
    ended = services.sessions_end(SignIn.objects.all(), user=user, by=by)
    return f"{user} is signed out: {ended} session{'s' if ended != 1 else ''} ended."


ACTIONS: dict[str, Callable[[User, Any], str]] = {
    "let-in": lift,
    "reset-second-factor": reset,
    "end-sessions": end,
}


class SignInPanel:
    """A ModelAdmin of users, with a panel below the form and a POST for each of its buttons."""

    change_form_outer_after_template = "admin/auth/user/sign_in.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [
            path(f"<int:number>/{name}/", wrap(self.act), {"name": name}, name=f"auth_user_{name}")
            for name in ACTIONS
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def act(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        user = get_object_or_404(User, pk=number)
        if not self.has_change_permission(request, user):  # type: ignore[attr-defined]
            raise PermissionDenied
        if request.method == "POST":
            messages.success(request, ACTIONS[name](user, request.user))
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[number]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        user = User.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        shown = {"signing_in": state(user)} if user else {}
        return super().change_view(  # type: ignore[misc]
            request, object_id, form_url, {**shown, **(extra_context or {})}
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        # Else they would be open again with the account.
        if not obj.is_active:
            services.sessions_end(SignIn.objects.all(), user=obj, by=request.user)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        answer: HttpResponse = super().user_change_password(  # type: ignore[misc]
            request, id, form_url
        )
        if request.method == "POST" and answer.status_code == 302:
            user = User.objects.get(pk=id)
            own = user == request.user
            keep = request.session.session_key if own else None
            if own:
                services.sign_in_record(request=request, user=user)
            services.password_changed(user, by=request.user, keep=keep)
        return answer


def state(user: User) -> dict[str, Any]:
    return {
        "locked": sorted(services.locked_addresses(user.get_username()).items(), key=str),
        "failed": services.failures(user.get_username()).exists(),
        "slowed": factors.wrong_codes(user),
        "device": factors.second_factor(user),
        "codes_left": factors.codes_left(user),
        "required": factors.is_required(user),
        "sign_ins": SignIn.objects.open().filter(user=user),
    }
