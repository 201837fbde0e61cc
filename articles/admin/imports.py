"""Bulk intake in the admin: a file, a look at its first rows, and a page that tells how it goes."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import now
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from articles.admin.import_forms import ReadingForm, UploadForm, initial_of
from articles.admin.kept import Looked
from articles.admin.wording import moment, worded
from articles.api.imports import failed_answer
from articles.events import Event
from articles.importing import services
from articles.importing.models import Import, ImportProfile, options_of
from articles.importing.preview import Shown, previewed
from articles.importing.uploads import CHUNK, file_keep
from articles.intake.reading.dialects import guessed

State = Import.State
#: Failed rows and Events shown of one import.
MOST_ROWS, MOST_EVENTS = 50, 30
MOVES: dict[str, Callable[..., None]] = {
    "pause": services.import_pause,
    "resume": services.import_resume,
    "cancel": services.import_cancel,
}


@admin.register(Import)
class ImportAdmin(Looked, ModelAdmin):
    list_display = ("name", "state_now", "read", "stored", "known_before", "troubled", "came")
    list_filter = (("state", ChoicesDropdownFilter),)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name",)
    search_help_text = "File name"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.add_import")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request).select_related("submitted_by")

    @admin.display(description="State", ordering="state")
    def state_now(self, work: Import) -> SafeString:
        return format_html(
            '<span class="desk-badge is-{}">{}</span>', work.state, work.get_state_display()
        )

    @admin.display(description="Rows read", ordering="rows_read")
    def read(self, work: Import) -> str:
        return intcomma(work.rows_read)

    @admin.display(description="Stored", ordering="created")
    def stored(self, work: Import) -> str:
        return intcomma(work.created)

    @admin.display(description="Known before", ordering="known")
    def known_before(self, work: Import) -> str:
        return intcomma(work.known)

    @admin.display(description="Failed", ordering="failed")
    def troubled(self, work: Import) -> str:
        return intcomma(work.failed)

    @admin.display(description="Submitted", ordering="submitted_at")
    def came(self, work: Import) -> SafeString | str:
        return moment(work.submitted_at)

    def get_urls(self) -> list[URLPattern]:
        def at(end: str, view: Any) -> URLPattern:
            name = f"articles_import_{end}"
            return path(f"<int:import_id>/{end}/", self.admin_site.admin_view(view), name=name)

        return [
            at("state", self.state_view),
            at("move", self.move_view),
            at("failed", self.failed_view),
            *super().get_urls(),
        ]

    # --- A new one ----------------------------------------------------------------------------

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                return HttpResponseRedirect(import_url(self.draft(request, form).pk))
            except ValidationError as error:
                form.add_error("file", error)
        context = self.context(request, "Import a file", form=form)
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, f"{PAGES}/upload.html", context, status=status)

    def draft(self, request: HttpRequest, form: UploadForm) -> Import:
        file = form.cleaned_data["file"]
        profile = form.cleaned_data["profile"]
        options = {**(options_of(profile) if profile else {})}
        if form.cleaned_data["format"]:
            options["format"] = form.cleaned_data["format"]
        kept = file_keep(file.chunks(CHUNK))
        return services.import_create(
            kept, name=file.name, options=options, by=request.user, start=False
        )

    # --- One of them --------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        work = self.found(request, unquote(object_id))
        if work.state == State.DRAFT and self.has_add_permission(request):
            return self.preview(request, work)
        failures = list(work.failures.shown()[:MOST_ROWS])
        context = self.context(
            request,
            work.name,
            work=work,
            original=work,
            facts=facts(work),
            going=work.state in (State.QUEUED, State.RUNNING),
            failures=failures,
            history=worded(Event.objects.about(work)[:MOST_EVENTS]),
            may_move=request.user.has_perm("articles.change_import") and not work.ended,
        )
        return TemplateResponse(request, f"{PAGES}/live.html", context)

    def preview(self, request: HttpRequest, work: Import) -> HttpResponse:
        """The first rows, as the options in the form read them; `start` begins the import."""
        known = {**work.options, **profile_options(request.GET.get("profile", ""))}
        columns = {**guessed(work.header), **known.get("columns", {})}
        form = ReadingForm(
            request.POST or None,
            header=work.header,
            initial=initial_of({**known, "columns": columns}),
        )
        options: dict[str, Any] = {**known, "columns": columns}
        rows: list[Shown] = []
        trouble: list[str] = []
        if form.is_valid():
            options = form.options(work.options["format"])
        try:
            if form.is_valid() and "start" in request.POST:
                self.start(request, work, form, options)
                return HttpResponseRedirect(import_url(work.pk))
            _header, rows = previewed(work, options)
        except ValidationError as error:
            trouble = error.messages
        context = self.context(
            request,
            work.name,
            work=work,
            form=form,
            rows=rows,
            trouble=trouble,
            before=Import.objects.filter(sha256=work.sha256, state=State.FINISHED).first(),
        )
        status = 422 if form.is_bound and (form.errors or trouble) else 200
        return TemplateResponse(request, f"{PAGES}/preview.html", context, status=status)

    def start(
        self, request: HttpRequest, work: Import, form: ReadingForm, options: dict[str, Any]
    ) -> None:
        mail = form.cleaned_data["mail"]
        if name := form.cleaned_data["profile_name"]:
            services.profile_save(name, options, by=request.user)
        services.import_start(work, options, by=request.user, mail=mail)
        messages.success(request, "The import goes on in the background, also without this page.")

    def move_view(self, request: HttpRequest, import_id: int) -> HttpResponse:
        work = self.found(request, import_id)
        move = MOVES.get(request.POST.get("move", ""))
        if request.method != "POST" or move is None:
            return HttpResponseNotAllowed(["POST"])
        move(work, by=request.user)
        return HttpResponseRedirect(import_url(work.pk))

    def state_view(self, request: HttpRequest, import_id: int) -> JsonResponse:
        """What the page asks while the import goes, or its articles are being extracted."""
        work = self.found(request, import_id)
        return JsonResponse({"state": work.state, "share": work.share, "facts": facts(work)})

    def failed_view(self, request: HttpRequest, import_id: int) -> HttpResponseBase:
        return failed_answer(self.found(request, import_id))


PAGES = "admin/articles/import"


def import_url(import_id: int) -> str:
    return reverse("admin:articles_import_change", args=[import_id])


def profile_options(pk: str) -> dict[str, Any]:
    profile = ImportProfile.objects.filter(pk=int(pk[:9])).first() if pk.isdecimal() else None
    return options_of(profile) if profile else {}


def facts(work: Import) -> dict[str, str]:
    """What the page tells in numbers, in words."""
    left = work.time_left
    return {
        "read": intcomma(work.rows_read),
        "created": intcomma(work.created),
        "known": intcomma(work.known),
        "failed": intcomma(work.failed),
        "extracted": f"{intcomma(work.extracted)} of {intcomma(work.created)}",
        "percent": f"{100 * work.share:.0f} %",
        "rate": f"{work.rate:,.0f} rows a second" if work.rate else "",
        "left": f"about {timesince(now() - left, depth=1)} left" if left else "",
    }
