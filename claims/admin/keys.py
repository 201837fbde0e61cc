"""API keys. A key is shown once, when it is made; the database holds its hash."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from knox.models import AuthToken
from unfold.admin import ModelAdmin

from articles import events
from articles.admin.kept import Told

admin.site.unregister(AuthToken)


class KeyForm(forms.Form):
    user = forms.ModelChoiceField(
        queryset=User.objects.none(), help_text="The key may do what this person may do."
    )
    days = forms.IntegerField(label="Valid for (days)", initial=365, min_value=1, max_value=3650)

    def __init__(self, data: Any = None, *, by: Any) -> None:
        super().__init__(data, auto_id="key-%s", label_suffix="")
        people = User.objects.filter(is_active=True).order_by("username")
        # Nobody makes a key that may do more than its maker.
        self.fields["user"].queryset = (  # type: ignore[attr-defined]
            people if by.is_superuser else people.filter(is_superuser=False)
        )


@admin.register(AuthToken)
class KeyAdmin(Told, ModelAdmin):
    list_display = ("start", "user", "created", "expiry")
    list_select_related = ("user",)
    list_filter = ()
    search_fields = ("user__username", "token_key")
    fields = readonly_fields = ("start", "user", "created", "expiry")
    ordering = ("-created",)

    @admin.display(description="Key")
    def start(self, key: AuthToken) -> str:
        return f"{key.token_key}…"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "API keys", **(extra_context or {})})

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST if request.method == "POST" else None, by=request.user)
        secret = made(form, request.user) if form.is_bound and form.is_valid() else ""
        context = {
            **self.admin_site.each_context(request),
            "title": "New API key",
            "form": form,
            "secret": secret,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/desk/key.html", context, status=status)

    def delete_model(self, request: HttpRequest, obj: AuthToken) -> None:
        revoke(obj, request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AuthToken]) -> None:
        for key in queryset.select_related("user"):
            revoke(key, request.user)


def made(form: KeyForm, by: Any) -> str:
    """Make the key, and return what is shown this one time."""
    user, expiry = form.cleaned_data["user"], timedelta(days=form.cleaned_data["days"])
    with transaction.atomic():
        key, secret = AuthToken.objects.create(user=user, expiry=expiry)
        events.record("user.key_made", user, actor=by, after={"key": f"{key.token_key}…"})
    return secret


@transaction.atomic
def revoke(key: AuthToken, by: Any) -> None:
    events.record("user.key_revoked", key.user, actor=by, before={"key": f"{key.token_key}…"})
    key.delete()
