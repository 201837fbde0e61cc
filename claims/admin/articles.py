"""Articles in the admin: pasting one, and reading one with its claims marked.

Here, not in `articles`: the page shows the claims that were found in the text.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from articles.admin.kept import Kept
from articles.admin.wording import moment, worded
from articles.events import Event
from articles.intake.text import CONTROL
from articles.models import Article, Outlet
from articles.services import Submission, article_retry, article_store
from claims.admin.marks import segments
from claims.admin.queue import badge
from claims.models import Appearance
from claims.models.claims import with_answers

#: A first line longer than this is a paragraph, not a headline.
LONGEST_HEADLINE = 200
#: Copies and Events shown of one article.
MOST_COPIES = 50
MOST_EVENTS = 50
WAITING = (Article.State.PENDING, Article.State.EXTRACTING)


class PasteForm(forms.Form):
    """An article as an editor has it: pasted. The service checks every field."""

    text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="The whole article, as plain text. It is kept as it is.",
    )
    title = forms.CharField(
        required=False, help_text="Empty: the first line of the text, when it is a headline."
    )
    url = forms.CharField(
        label="URL",
        required=False,
        widget=forms.URLInput,
        help_text="Where it was published. An article that is here already is found by it.",
    )
    outlet = forms.ModelChoiceField(
        queryset=Outlet.objects.all(),
        required=False,
        empty_label="By the URL",
        help_text="Who published it.",
    )
    authors = forms.CharField(required=False, help_text="Names, with commas between them.")
    published_at = forms.DateTimeField(
        label="Published",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Day and time; claims are dated by it.",
    )
    language = forms.CharField(
        required=False, help_text="As “en”. Empty: the outlet's, or found out."
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="paste-%s", label_suffix="")

    @property
    def submission(self) -> Submission:
        data = self.cleaned_data
        return Submission(
            text=data["text"],
            title=data["title"] or headline(data["text"]),
            url=data["url"],
            outlet=data["outlet"],
            authors=data["authors"].split(","),
            published_at=data["published_at"],
            language=data["language"],
        )


def headline(text: str) -> str:
    """The first line, unless it is a paragraph or broken; the text's own error tells that."""
    first = text.strip().partition("\n")[0].strip()
    return first if len(first) <= LONGEST_HEADLINE and not CONTROL.search(first) else ""


@admin.register(Article)
class ArticleAdmin(Kept, ModelAdmin):
    list_display = ("title_or_start", "outlet", "state_now", "claims_found", "received")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("outlet", RelatedDropdownFilter),
        ("intake", ChoicesDropdownFilter),
    )
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("outlet",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "url", "outlet__name")
    search_help_text = "Headline, URL or outlet"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The home page leads to what the last import has stored."""
        return lookup == "imported__by" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request).defer("text")
        return articles.annotate(places=Count("appearances"))

    @admin.display(description="Article", ordering="title")
    def title_or_start(self, article: Article) -> str:
        return article.title or f"Untitled, {article.received_at:%Y-%m-%d %H:%M}"

    @admin.display(description="State", ordering="state")
    def state_now(self, article: Article) -> SafeString:
        return badge(article.state, article.get_state_display())

    @admin.display(description="Claims", ordering="places")
    def claims_found(self, article: Article) -> int:
        return article.places  # type: ignore[attr-defined]

    @admin.display(description="Received", ordering="received_at")
    def received(self, article: Article) -> SafeString | str:
        return moment(article.received_at)

    def get_urls(self) -> list[URLPattern]:
        def at(end: str, view: Any) -> URLPattern:
            name = f"articles_article_{end}"
            return path(f"<int:article_id>/{end}/", self.admin_site.admin_view(view), name=name)

        return [at("retry", self.retry_view), at("state", self.state_view), *super().get_urls()]

    # --- Pasting ------------------------------------------------------------------------------

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST if request.method == "POST" else None)
        if form.is_bound and (article := self.stored(request, form)):
            return HttpResponseRedirect(article_url(article.pk))
        context = self.context(request, "Paste an article", form=form, opts=None)
        status = 422 if form.is_bound else 200
        return TemplateResponse(
            request, "admin/articles/article/paste.html", context, status=status
        )

    def stored(self, request: HttpRequest, form: PasteForm) -> Article | None:
        """The article, new or known; None when the form has errors to show."""
        if not form.is_valid():
            return None
        try:
            stored = article_store(form.submission, by=request.user, intake=Article.Intake.PASTE)
        except ValidationError as error:
            form.add_error(None, error)
            return None
        if stored.created:
            messages.success(request, "The article is stored. Its claims will be here in a moment.")
        else:
            messages.info(request, "This article is already here; nothing new was stored.")
        return stored.article

    # --- Reading ------------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        article = self.found(request, unquote(object_id))
        places = list(
            Appearance.objects.filter(article=article)
            .select_related("claim__claimant", "attribution", "revision")
            .defer("revision__text")
            .prefetch_related(with_answers("claim__"))
            .order_by("start", "end")
        )
        here = [place for place in places if place.revision is None]
        context = self.context(
            request,
            str(article),
            article=article,
            original=article,
            places=sorted(here, key=lambda p: -p.claim.check_worthiness),
            vanished=[place for place in places if place.revision is not None],
            revisions=article.revisions.defer("text"),
            links=article.links.all(),
            copies=article.copies.select_related("outlet").defer("text")[:MOST_COPIES],
            segments=list(segments(article.text, here)),
            history=worded(Event.objects.about(article)[:MOST_EVENTS]),
            waiting=article.state in WAITING,
            may_retry=article.state not in WAITING
            and request.user.has_perm("articles.retry_article"),
        )
        return TemplateResponse(request, "admin/articles/article/read.html", context)

    def retry_view(self, request: HttpRequest, article_id: int) -> HttpResponse:
        article = self.found(request, article_id)
        if request.method == "POST":
            article_retry(article, by=request.user)
            messages.success(request, "The article will be extracted again.")
        return HttpResponseRedirect(article_url(article.pk))

    def state_view(self, request: HttpRequest, article_id: int) -> JsonResponse:
        """What the article's page asks while it waits for the worker."""
        return JsonResponse({"state": self.found(request, article_id).state})

    def found(self, request: HttpRequest, article_id: Any) -> Article:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return Article.objects.select_related("outlet", "submitted_by", "copy_of__outlet").get(
                pk=article_id
            )
        except (Article.DoesNotExist, ValueError, OverflowError) as error:
            raise Http404("There is no such article.") from error


def article_url(article_id: int) -> str:
    return reverse("admin:articles_article_change", args=[article_id])
