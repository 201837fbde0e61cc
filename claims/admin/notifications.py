"""What the user was told, and the page on which everybody chooses what they are told of."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from articles.admin.kept import Looked
from claims.desk import notifications as services
from claims.models import Notification, NotificationKind

LIST = "admin:claims_notification_changelist"
ROWS = 50


class ChoicesForm(forms.Form):
    """Which kinds are told on the home page, and which by e-mail."""

    on_home = forms.MultipleChoiceField(choices=NotificationKind.choices, required=False)
    by_mail = forms.MultipleChoiceField(choices=NotificationKind.choices, required=False)


class ReadForm(forms.Form):
    only = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@admin.register(Notification)
class NotificationAdmin(Looked, ModelAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody who may be told of something; each sees their own."""
        return request.user.has_perm("claims.view_claim")

    def get_urls(self) -> list[URLPattern]:
        def at(end: str, view: Any, name: str) -> URLPattern:
            return path(end, self.admin_site.admin_view(view), name=f"claims_notification_{name}")

        return [
            at("", self.changelist_view, "changelist"),
            at("read/", self.read_view, "read"),
            at("choices/", self.choices_view, "choices"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(request)
        mine = Notification.objects.at_home_of(request.user)
        unread = mine.unread().count()
        shown = mine.unread() if request.GET.get("read") == "no" else mine
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "My notifications",
            "page": Paginator(shown.for_lists(), ROWS).get_page(request.GET.get("p")),
            "only_unread": request.GET.get("read") == "no",
            "unread": unread,
            "choices": services.choices_of(request.user),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/claims/notification/page.html", context)

    def read_view(self, request: HttpRequest) -> HttpResponse:
        """Mark one as read, or without a number all; then back to where it was marked."""
        self.require(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = ReadForm(request.POST)
        if form.is_valid():
            services.notifications_read(by=request.user, only=form.cleaned_data["only"])
        return HttpResponseRedirect(reverse("admin:index" if "home" in request.POST else LIST))

    def choices_view(self, request: HttpRequest) -> HttpResponse:
        self.require(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse(LIST))
        form = ChoicesForm(request.POST)
        if form.is_valid():
            services.choices_set(request.user, **form.cleaned_data)
            messages.success(request, "Saved. It counts for what happens from now on.")
        return HttpResponseRedirect(reverse(LIST))

    def require(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def unread_size(request: HttpRequest) -> str:
    """Unfold's badge beside the menu's entry; empty when all is read."""
    size = Notification.objects.filter(to=request.user.pk).unread().count()
    return str(size or "")
