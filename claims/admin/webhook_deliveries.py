"""The messages to subscribers: what was answered, and a button to send one again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from articles.admin.kept import Looked
from articles.admin.wording import moment
from claims.admin.acting import page_url
from claims.admin.filters import is_row_number
from claims.admin.queue import badge
from claims.desk.errors import Refused
from claims.desk.webhooks import endpoints as services
from claims.models import WebhookAttempt, WebhookDelivery
from claims.publishing.webhooks import message

PAGE = "admin:claims_webhookdelivery_change"
COLOURS = {"waiting": "blue", "delivered": "green", "failed": "red"}


def with_last_note(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    """Each with what its last try came to, as `last_note`."""
    tries = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-id")
    return deliveries.annotate(last_note=Subquery(tries.values("note")[:1]))


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(Looked, ModelAdmin):
    list_display = ("what", "endpoint", "about", "state_now", "answered", "made", "next_try")
    list_filter = (
        ("endpoint", RelatedDropdownFilter),
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
    )
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("endpoint", "claim")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        return with_last_note(super().get_queryset(request))

    @admin.display(description="Message", ordering="id")
    def what(self, delivery: WebhookDelivery) -> str:
        return delivery.get_kind_display()

    @admin.display(description="Claim")
    def about(self, delivery: WebhookDelivery) -> SafeString | str:
        if delivery.claim is None:
            return "—"
        url, text = page_url(delivery.claim.pk), str(delivery.claim)
        return format_html('<a class="desk-link desk-claim" href="{}">{}</a>', url, text)

    @admin.display(description="State", ordering="state")
    def state_now(self, delivery: WebhookDelivery) -> SafeString:
        return badge(COLOURS[delivery.state], delivery.get_state_display())

    @admin.display(description="Last answer")
    def answered(self, delivery: WebhookDelivery) -> str:
        return delivery.last_note or "—"  # type: ignore[attr-defined]

    @admin.display(description="Made", ordering="id")
    def made(self, delivery: WebhookDelivery) -> SafeString | str:
        return moment(delivery.made_at)

    @admin.display(description="Next try")
    def next_try(self, delivery: WebhookDelivery) -> SafeString | str:
        return moment(delivery.next_at) or "—"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.resend_view)
        own = path("<int:number>/resend/", view, name="claims_webhookdelivery_resend")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        delivery = self.row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(delivery),
            "delivery": delivery,
            "colour": COLOURS[delivery.state],
            "tries": delivery.tries.order_by("-id"),
            "body": json.dumps(json.loads(message(delivery)), indent=2, ensure_ascii=False),
            "may": request.user.has_perm(services.CHANGE),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/claims/webhookdelivery/page.html", context)

    def resend_view(self, request: HttpRequest, number: int) -> HttpResponse:
        delivery = self.row(request, str(number))
        if request.method == "POST":
            try:
                services.delivery_resend(delivery, by=request.user)
                messages.success(request, "It is on its way; reload to see what came of it.")
            except Refused as refused:
                messages.error(request, refused.message)
        return HttpResponseRedirect(reverse(PAGE, args=[number]))

    def row(self, request: HttpRequest, number: str) -> WebhookDelivery:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not is_row_number(number):
            raise Http404("There is no such message.")
        rows = WebhookDelivery.objects.select_related("endpoint", "event", "claim")
        return get_object_or_404(rows, pk=number)
