"""Who is told by webhook, and what became of each message."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from articles.admin.kept import Kept
from articles.admin.wording import moment, worded
from articles.intake.urls import site
from articles.models import Event
from claims.admin.filters import is_row_number
from claims.admin.forms import DeskForm
from claims.admin.queue import badge
from claims.admin.webhook_deliveries import with_last_note
from claims.desk.errors import Conflict, Refused
from claims.desk.webhooks import endpoints as services
from claims.models import WebhookDelivery, WebhookEndpoint

#: Rows of a webhook's page.
MOST_DELIVERIES, MOST_EVENTS = 10, 20
CHOICES = [(kind.value, kind.label) for kind in services.CHOSEN]


class EndpointForm(DeskForm):
    # The metaclass keeps fields apart from the attribute of the same name.
    name = forms.CharField(  # type: ignore[assignment]
        max_length=100, help_text="Whose it is, as “Harbour CMS”."
    )
    url = forms.CharField(
        label="URL",
        max_length=2000,
        widget=forms.URLInput,
        help_text="Each message is posted there. A public address; https, so that nobody reads "
        "along.",
    )
    kinds = forms.MultipleChoiceField(
        label="Told of", choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )


class StepForm(forms.Form):
    """What the buttons of a webhook's page send."""

    version = forms.IntegerField()
    reason = forms.CharField(required=False, max_length=300)
    at_once = forms.BooleanField(required=False)


@admin.register(WebhookEndpoint)
class WebhookAdmin(Kept, ModelAdmin):
    list_display = ("name", "host", "told_of", "state", "delivered", "waiting")
    search_fields = ("name",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        waiting = WebhookDelivery.objects.waiting().filter(endpoint=OuterRef("pk")).order_by()
        size = waiting.values("endpoint").values(size=Count("pk"))
        return super().get_queryset(request).annotate(waits=Coalesce(Subquery(size), 0))

    @admin.display(description="Site")
    def host(self, endpoint: WebhookEndpoint) -> str:
        return site(endpoint.url)

    @admin.display(description="Told of")
    def told_of(self, endpoint: WebhookEndpoint) -> str:
        return ", ".join(label for kind, label in CHOICES if kind in endpoint.kinds)

    @admin.display(description="State")
    def state(self, endpoint: WebhookEndpoint) -> SafeString:
        return badge(*state_of(endpoint))

    @admin.display(description="Last delivered", ordering="last_delivered_at")
    def delivered(self, endpoint: WebhookEndpoint) -> SafeString | str:
        return moment(endpoint.last_delivered_at)

    @admin.display(description="Waiting")
    def waiting(self, endpoint: WebhookEndpoint) -> int:
        return endpoint.waits  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(self.act),
                {"name": name},
                name=f"claims_webhookendpoint_{name}",
            )
            for name in STEPS
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Webhooks", **(extra_context or {})})

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        start = {"version": 0, "kinds": [kind.value for kind in services.CHOSEN[:4]]}
        if request.method != "POST":
            return self.answer(request, "new", form=EndpointForm(name="webhook", initial=start))
        form = EndpointForm(request.POST, name="webhook", initial=start)
        try:
            endpoint = services.endpoint_create(**given(form), by=request.user)
        except ValidationError as error:
            form.catch(error)
            return self.answer(request, "new", 422, form=form)
        return self.answer(request, "secret", endpoint=endpoint, title="The webhook’s secret")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        endpoint = self.row(request, object_id)
        form = EndpointForm(name="webhook", initial=values(endpoint))
        if request.method != "POST":
            return self.page(request, endpoint, form)
        form = EndpointForm(request.POST, name="webhook", initial=values(endpoint))
        try:
            services.endpoint_change(
                endpoint, **given(form), by=request.user, version=form.read_version
            )
        except ValidationError as error:
            form.catch(error)
            return self.page(request, endpoint, form, 422)
        except Conflict as conflict:
            endpoint.refresh_from_db()
            form.renew(endpoint.version)
            form.add_error(None, conflict.message)
            return self.page(request, endpoint, form, 409)
        messages.success(request, "Saved. It counts for the next message.")
        return self.back(endpoint)

    def act(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        """One of the page's buttons. A new secret is shown in the answer, this once."""
        endpoint, form = self.row(request, str(number)), StepForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return self.back(endpoint)
        try:
            told = STEPS[name](endpoint, form.cleaned_data, request.user)
        except Refused as refused:
            messages.error(request, refused.message)
            return self.back(endpoint)
        if name == "renew-secret":
            endpoint.refresh_from_db()
            return self.answer(request, "secret", endpoint=endpoint, title=told)
        messages.success(request, told)
        return self.back(endpoint)

    def row(self, request: HttpRequest, number: str) -> WebhookEndpoint:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_row_number(number):
            raise Http404("There is no such webhook.")
        return get_object_or_404(WebhookEndpoint, pk=number)

    def back(self, endpoint: WebhookEndpoint) -> HttpResponse:
        return HttpResponseRedirect(
            reverse("admin:claims_webhookendpoint_change", args=[endpoint.pk])
        )

    def page(
        self, request: HttpRequest, endpoint: WebhookEndpoint, form: EndpointForm, status: int = 200
    ) -> HttpResponse:
        deliveries = with_last_note(endpoint.deliveries.select_related("claim"))
        return self.answer(
            request,
            "page",
            status,
            title=str(endpoint),
            form=form,
            endpoint=endpoint,
            state=state_of(endpoint),
            may=self.has_change_permission(request),
            waiting=endpoint.deliveries.waiting().count(),
            deliveries=deliveries[:MOST_DELIVERIES],
            history=worded(Event.objects.about(endpoint)[:MOST_EVENTS]),
        )

    def answer(
        self, request: HttpRequest, template: str, status: int = 200, **context: Any
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            f"admin/claims/webhookendpoint/{template}.html",
            {**shared, "title": "New webhook", **context},
            status=status,
        )


def given(form: EndpointForm) -> dict[str, Any]:
    """What the form says; raises its own errors as a service would."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return {name: form.cleaned_data[name] for name in ("name", "url", "kinds")}


def values(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "version": endpoint.version,
        "name": endpoint.name,
        "url": endpoint.url,
        "kinds": endpoint.kinds,
    }


def state_of(endpoint: WebhookEndpoint) -> tuple[str, str]:
    """A colour and a word."""
    if endpoint.switched_off_at is not None:
        return "red", "Switched off"
    if endpoint.failures:
        return "orange", "Failing"
    return "green", "On"


# --- The buttons: each returns what the page says then ----------------------------------------


def switch_off(endpoint: WebhookEndpoint, sent: dict[str, Any], by: Any) -> str:
    reason = sent["reason"] or "By hand."
    services.endpoint_switch_off(endpoint, reason=reason, by=by, version=sent["version"])
    return "Switched off. What happens meanwhile waits."


def switch_on(endpoint: WebhookEndpoint, sent: dict[str, Any], by: Any) -> str:
    services.endpoint_switch_on(endpoint, by=by, version=sent["version"])
    return "Switched on. What waited is being sent."


def ping(endpoint: WebhookEndpoint, sent: dict[str, Any], by: Any) -> str:
    services.endpoint_ping(endpoint, by=by)
    return "A test message is on its way; reload this page to see what came of it."


def renew_secret(endpoint: WebhookEndpoint, sent: dict[str, Any], by: Any) -> str:
    services.secret_renew(endpoint, at_once=sent["at_once"], by=by, version=sent["version"])
    return "The webhook’s new secret"


STEPS = {
    "switch-off": switch_off,
    "switch-on": switch_on,
    "ping": ping,
    "renew-secret": renew_secret,
}
