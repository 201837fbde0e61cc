"""Feeds in the admin: each on a page of its own, and all of an outlet's on the outlet's page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminURLInputWidget

from articles.admin.kept import Kept
from articles.admin.wording import moment
from articles.feeding.models import Feed
from articles.feeding.services import checked, feed_add, feed_change, feed_poll_now


class FeedForm(forms.ModelForm):
    url = forms.URLField(
        label="URL",
        max_length=2000,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="Of an RSS, Atom or JSON Feed, or a sitemap.",
    )

    class Meta:
        model = Feed
        fields = ("outlet", "url", "active")

    def clean_url(self) -> str:
        """As the service will have it; its errors are shown beside the field."""
        url: str = self.cleaned_data["url"].strip()
        if url == self.instance.url:
            return url
        try:
            return checked(url)
        except ValidationError as error:
            raise ValidationError(error.error_dict["url"]) from error


@admin.register(Feed)
class FeedAdmin(Kept, ModelAdmin):
    form = FeedForm
    list_display = ("url", "outlet", "kind", "state_now", "polled", "asked_next", "message")
    list_select_related = ("outlet",)
    list_fullwidth = True
    show_full_result_count = False
    search_fields = ("url", "outlet__name")
    search_help_text = "URL or outlet"
    fields = (
        "outlet", "url", "active", "kind", "state_now", "polled", "asked_next", "failures",
        "message", "brought",
    )  # fmt: skip
    readonly_fields = fields[3:]
    change_form_after_template = "admin/articles/feed/poll.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feed]:
        return super().get_queryset(request).select_related("outlet", "host")

    def get_fields(self, request: HttpRequest, obj: Feed | None = None) -> Sequence[str]:
        """A new one has not been asked, so that there is nothing to tell of it."""
        return self.fields if obj else self.fields[:3]

    @admin.display(description="State")
    def state_now(self, feed: Feed) -> SafeString:
        return format_html('<span class="desk-badge is-{}">{}</span>', *state_of(feed))

    @admin.display(description="Last asked", ordering="polled_at")
    def polled(self, feed: Feed) -> SafeString | str:
        return moment(feed.polled_at) or "never"

    @admin.display(description="Asked next", ordering="next_at")
    def asked_next(self, feed: Feed) -> SafeString | str:
        return moment(feed.next_at) if feed.active else "—"

    @admin.display(description="Brought last")
    def brought(self, feed: Feed) -> str:
        return f"{feed.named:,} named, {feed.fresh:,} of them new"

    def save_model(self, request: HttpRequest, obj: Feed, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in ("outlet", "url", "active")}
        if change:
            feed_change(obj, **given, by=request.user)
        else:
            obj.pk = feed_add(**given, by=request.user).pk

    def get_urls(self) -> list[URLPattern]:
        poll = path(
            "<int:feed_id>/poll/", self.admin_site.admin_view(self.poll), name="articles_feed_poll"
        )
        return [poll, *super().get_urls()]

    def poll(self, request: HttpRequest, feed_id: int) -> HttpResponseRedirect:
        feed = get_object_or_404(Feed, pk=feed_id)
        if request.method == "POST":
            feed_poll_now(feed, by=request.user)
            messages.success(request, "The feed is being asked; reload this page to see.")
        return HttpResponseRedirect(reverse("admin:articles_outlet_change", args=[feed.outlet_id]))


def state_of(feed: Feed) -> tuple[str, str]:
    """A colour and a word."""
    if not feed.active:
        return "grey", "Switched off"
    if feed.failures:
        return "red", "Failing"
    return ("green", "Works") if feed.polled_at else ("yellow", "Not asked yet")


def with_states(feeds: Iterable[Feed]) -> list[Feed]:
    """For the outlet's page."""
    found = list(feeds)
    for feed in found:
        feed.tone, feed.state = state_of(feed)  # type: ignore[attr-defined]
    return found
