"""API keys. A key is shown once, when it is made; the database holds its hash."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from articles.admin.kept import Kept
from articles.admin.wording import moment
from claims.desk import keys as services
from claims.models import ApiKey
from claims.models.keys import Scope

UNPROCESSABLE = 422
#: A key's state in words, and the colour of its badge.
STATES = {
    "working": ("works", "green"),
    "expired": ("expired", "grey"),
    "revoked": ("revoked", "red"),
    "person_inactive": ("person deactivated", "grey"),
}
SCOPES = (
    (Scope.READ, "read: see what the person sees, and write nothing"),
    (Scope.SUBMIT, "submit: bring articles in, and nothing else"),
    (Scope.DESK, "desk: read, triage, rate, review and publish, as far as the person may"),
)


class KeyForm(forms.Form):
    name = forms.CharField(label="What it is for", max_length=80, help_text="As “CMS, live site”.")
    user = forms.ModelChoiceField(
        label="Person",
        queryset=User.objects.none(),
        help_text="The key acts as this person, and may never do more than they may.",
    )
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=SCOPES,
        initial=[Scope.READ],
        error_messages={"required": "Choose at least one."},
        widget=forms.CheckboxSelectMultiple,
        help_text="A program that submits, and then looks at what became of it, needs read as "
        "well. Checking texts needs none of them.",
    )
    days = forms.IntegerField(label="Valid for (days)", initial=365, min_value=1, max_value=3650)

    def __init__(self, data: Any = None, *, by: Any) -> None:
        super().__init__(data, auto_id="key-%s", label_suffix="")
        people = User.objects.filter(is_active=True).order_by("username")
        # Nobody makes a key that may do more than its maker.
        self.fields["user"].queryset = (  # type: ignore[attr-defined]
            people if by.is_superuser else people.filter(is_superuser=False)
        )


@admin.register(ApiKey)
class KeyAdmin(Kept, ModelAdmin):
    list_display = ("name", "start", "user", "may", "status", "used", "ends")
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "token_key")
    fields = readonly_fields = (
        "name",
        "start",
        "user",
        "may",
        "status",
        "made",
        "used",
        "ends",
        "revoked",
    )
    change_form_outer_after_template = "admin/claims/apikey/revoke.html"

    @admin.display(description="Begins with")
    def start(self, key: ApiKey) -> SafeString:
        return format_html("<code>{}…</code>", key.token_key)

    @admin.display(description="May")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="State")
    def status(self, key: ApiKey) -> SafeString:
        words, colour = STATES[key.state]
        return format_html('<span class="desk-badge is-{}">{}</span>', colour, words)

    @admin.display(description="Made", ordering="created")
    def made(self, key: ApiKey) -> SafeString | str:
        return moment(key.created)

    @admin.display(description="Last used", ordering="used_at")
    def used(self, key: ApiKey) -> SafeString | str:
        return moment(key.used_at) or "never"

    @admin.display(description="Ends", ordering="expiry")
    def ends(self, key: ApiKey) -> SafeString | str:
        return moment(key.expiry) or "never"

    @admin.display(description="Revoked")
    def revoked(self, key: ApiKey) -> SafeString | str:
        return moment(key.revoked_at) or "no"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke)
        own = path("<int:number>/revoke/", revoke, name="claims_apikey_revoke")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "API keys", **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may_revoke = {"may_revoke": request.user.has_perm("claims.revoke_apikey")}
        return super().change_view(
            request, object_id, form_url, {**may_revoke, **(extra_context or {})}
        )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST if request.method == "POST" else None, by=request.user)
        new = made(form, request.user) if form.is_bound and form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": "New API key",
            "form": form,
            "new": new,
        }
        status = UNPROCESSABLE if form.errors else 200
        return TemplateResponse(request, "admin/desk/key.html", context, status=status)

    def revoke(self, request: HttpRequest, number: int) -> HttpResponse:
        key = get_object_or_404(ApiKey.objects.select_related("user"), pk=number)
        if request.method == "POST":
            revoked = services.key_revoke(key, by=request.user)
            told = "is revoked: its next request is refused." if revoked else "was revoked before."
            messages.success(request, f"“{key.name}” {told}")
        return HttpResponseRedirect(reverse("admin:claims_apikey_change", args=[number]))


def made(form: KeyForm, by: Any) -> services.NewKey | None:
    """Make the key, which is shown this one time; None when the form says what is wrong."""
    fields = form.cleaned_data
    try:
        return services.key_make(
            name=fields["name"],
            user=fields["user"],
            scopes=fields["scopes"],
            valid_for=timedelta(days=fields["days"]),
            by=by,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
