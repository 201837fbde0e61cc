"""Sources of other desks' verdicts in the admin: where, for whom they speak, how they do."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from articles.admin.kept import Kept
from articles.admin.wording import moment
from claims.desk import review_sources as services
from claims.models import ReviewSource


class SourceForm(forms.ModelForm):
    url = forms.URLField(
        label="URL",
        max_length=2000,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="Of a ClaimReview DataFeed, or of a page with ClaimReviews.",
    )
    publishers = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="The sites whose verdicts are taken from it, one on each line. Empty: its own.",
    )

    class Meta:
        model = ReviewSource
        fields = ("name", "url", "publishers", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["publishers"] = "\n".join(self.instance.publishers)

    def clean_publishers(self) -> list[str]:
        return services.sites(self.cleaned_data["publishers"].replace(",", "\n").splitlines())

    def clean_url(self) -> str:
        try:
            return services.checked(self.cleaned_data["url"])
        except ValidationError as error:
            raise ValidationError(error.error_dict["url"]) from error


@admin.register(ReviewSource)
class ReviewSourceAdmin(Kept, ModelAdmin):
    form = SourceForm
    list_display = ("name", "state_now", "polled", "asked_next", "came", "message")
    list_fullwidth = True
    show_full_result_count = False
    search_fields = ("name", "url")
    fields = (
        "name", "url", "publishers", "active", "state_now", "polled", "asked_next", "failures",
        "message", "came",
    )  # fmt: skip
    readonly_fields = fields[4:]
    change_form_after_template = "admin/claims/reviewsource/poll.html"

    def get_fields(self, request: HttpRequest, obj: ReviewSource | None = None) -> Sequence[str]:
        """A new one has not been asked, so that there is nothing to tell of it."""
        return self.fields if obj else self.fields[:4]

    @admin.display(description="State")
    def state_now(self, source: ReviewSource) -> SafeString:
        return format_html('<span class="desk-badge is-{}">{}</span>', *state_of(source))

    @admin.display(description="Last asked", ordering="polled_at")
    def polled(self, source: ReviewSource) -> SafeString | str:
        return moment(source.polled_at) or "never"

    @admin.display(description="Asked next", ordering="next_at")
    def asked_next(self, source: ReviewSource) -> SafeString | str:
        return moment(source.next_at) if source.active and source.pk else "—"

    @admin.display(description="Brought last")
    def came(self, source: ReviewSource) -> str:
        told = (f"{number:,} {name}" for name, number in source.counts.items() if number)
        return ", ".join(told) or "nothing yet"

    def save_model(self, request: HttpRequest, obj: ReviewSource, form: Any, change: bool) -> None:
        names = ("name", "url", "publishers", "active")
        given = {name: form.cleaned_data[name] for name in names}
        if change:
            services.source_change(obj, **given, by=request.user)
        else:
            obj.pk = services.source_add(**given, by=request.user).pk

    def get_urls(self) -> list[URLPattern]:
        poll = path(
            "<int:source_id>/poll/",
            self.admin_site.admin_view(self.poll),
            name="claims_reviewsource_poll",
        )
        return [poll, *super().get_urls()]

    def poll(self, request: HttpRequest, source_id: int) -> HttpResponseRedirect:
        source = get_object_or_404(ReviewSource, pk=source_id)
        if request.method == "POST":
            services.source_poll_now(source, by=request.user)
            messages.success(request, "The source is being asked; reload this page to see.")
        return HttpResponseRedirect(reverse("admin:claims_reviewsource_change", args=[source.pk]))


def state_of(source: ReviewSource) -> tuple[str, str]:
    """A colour and a word."""
    if not source.active:
        return "grey", "Switched off"
    if source.failures:
        return "red", "Failing"
    return ("green", "Works") if source.polled_at else ("yellow", "Not asked yet")
