"""Links in the admin: giving URLs, one or a list, and what became of each."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from articles.admin.kept import Looked
from articles.admin.wording import moment, worded
from articles.events import Event
from articles.linking.models import Link
from articles.linking.services import Given, link_retry, links_submit, urls_in

TONES = {
    Link.State.QUEUED: "yellow",
    Link.State.FETCHING: "blue",
    Link.State.STORED: "green",
    Link.State.KNOWN: "green",
    Link.State.FAILED: "red",
}
MOST_EVENTS = 20


class LinksForm(forms.Form):
    urls = forms.CharField(
        label="URLs",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="One on each line. Their pages are fetched, and stored as articles.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="links-%s", label_suffix="")


@admin.register(Link)
class LinkAdmin(Looked, ModelAdmin):
    list_display = ("address", "state_now", "trouble", "article_found", "submitted", "next_look")
    list_display_links = ("address",)
    list_filter = (("state", ChoicesDropdownFilter),)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    search_fields = ("url",)
    search_help_text = "Part of the URL"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.add_article")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        return Link.objects.for_lists()

    @admin.display(description="URL", ordering="url")
    def address(self, link: Link) -> str:
        return link.url if len(link.url) <= 100 else f"{link.url[:99]}…"

    @admin.display(description="State", ordering="state")
    def state_now(self, link: Link) -> SafeString:
        tone, label = TONES[Link.State(link.state)], link.get_state_display()
        return format_html('<span class="desk-badge is-{}">{}</span>', tone, label)

    @admin.display(description="What went wrong", ordering="code")
    def trouble(self, link: Link) -> str:
        return link.message

    @admin.display(description="Article")
    def article_found(self, link: Link) -> SafeString | str:
        if link.article is None:
            return "—"
        url = reverse("admin:articles_article_change", args=[link.article_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', url, str(link.article))

    @admin.display(description="Submitted", ordering="id")
    def submitted(self, link: Link) -> SafeString | str:
        return moment(link.submitted_at)

    @admin.display(description="Asked next", ordering="next_at")
    def next_look(self, link: Link) -> SafeString | str:
        return moment(link.next_at) or "—"

    def get_urls(self) -> list[URLPattern]:
        retry = path(
            "<int:link_id>/retry/",
            self.admin_site.admin_view(self.retry_view),
            name="articles_link_retry",
        )
        return [retry, *super().get_urls()]

    # --- Giving -------------------------------------------------------------------------------

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = LinksForm(request.POST if request.method == "POST" else None)
        given = self.given(request, form) if form.is_bound else []
        if given and not any(one.error for one in given):
            self.told(request, given)
            return HttpResponseRedirect(where(given))
        status = 422 if form.is_bound else 200
        context = self.context(request, "Give links", form=form, given=given)
        return TemplateResponse(request, "admin/articles/link/give.html", context, status=status)

    def given(self, request: HttpRequest, form: LinksForm) -> list[Given]:
        """What became of each URL; of those that are none the form keeps the lines."""
        if not form.is_valid():
            return []
        try:
            urls = urls_in(form.cleaned_data["urls"], most=settings.LINKS_AT_ONCE)
        except ValidationError as error:
            form.add_error(None, error)
            return []
        given = links_submit(urls, by=request.user)
        if wrong := [one.url for one in given if one.error]:
            sent = form.data.copy()  # type: ignore[attr-defined]
            sent["urls"] = "\n".join(wrong)
            form.data = sent
        return given

    def told(self, request: HttpRequest, given: list[Given]) -> None:
        waiting = sum(1 for one in given if one.link and one.link.article is None)
        here = len(given) - waiting
        if waiting:
            messages.success(request, f"{counted(waiting, 'page')} will be fetched in a moment.")
        if here:
            messages.info(request, f"Here already: {counted(here, 'article')}.")

    # --- One of them --------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        link = self.found(request, unquote(object_id))
        context = self.context(
            request,
            link.url,
            link=link,
            original=link,
            tone=TONES[Link.State(link.state)],
            may_retry=self.has_add_permission(request)
            and link.state not in (Link.State.QUEUED, Link.State.FETCHING),
            history=worded(Event.objects.about(link)[:MOST_EVENTS]),
        )
        return TemplateResponse(request, "admin/articles/link/page.html", context)

    def retry_view(self, request: HttpRequest, link_id: int) -> HttpResponse:
        link = self.found(request, link_id)
        if request.method == "POST":
            link_retry(link, by=request.user)
            messages.success(request, "The page will be fetched in a moment.")
        return HttpResponseRedirect(link_url(link.pk))


def where(given: list[Given]) -> str:
    """The article or link of a single URL, else the list."""
    link = given[0].link
    if len(given) > 1 or link is None:
        return reverse("admin:articles_link_changelist")
    if link.article_id:
        return reverse("admin:articles_article_change", args=[link.article_id])
    return link_url(link.pk)


def link_url(link_id: int) -> str:
    return reverse("admin:articles_link_change", args=[link_id])


def counted(size: int, noun: str) -> str:
    return f"{size:,} {noun}" if size == 1 else f"{size:,} {noun}s"
