"""Claimants and their aliases: simple fields, no service; each save leaves an Event."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from articles.admin.kept import Kept, Recorded
from articles.admin.outlets import is_completion
from claims.admin.claimant_merging import Page, merge_view, restore_view
from claims.admin.filters import is_row_number
from claims.desk.rules import CLAIMANT_RULES
from claims.models import Claim, Claimant, ClaimantAlias

#: Of what is completed as it is typed; who wants another types on.
MOST_COMPLETED = 200


class AliasInline(TabularInline):
    model = ClaimantAlias
    extra = 0
    fields = ("name",)
    verbose_name = "alias"
    verbose_name_plural = "aliases"


class ClaimantForm(forms.ModelForm):
    def clean_name(self) -> str:
        """Once per desk. The constraint also reads a field that is not in this form."""
        name = " ".join(self.cleaned_data["name"].split())
        others = Claimant.objects.filter(merged_into=None).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"“{name}” is here already.", code="claimant_known")
        called = ClaimantAlias.objects.exclude(claimant=self.instance.pk).filter(name__iexact=name)
        if alias := called.select_related("claimant").first():
            message = f"“{name}” is an alias of “{alias.claimant}”, who would be found instead."
            raise forms.ValidationError(message, code="alias_known")
        return name


def known_as(word: str, first: int | None) -> QuerySet[Any, Any]:
    """The ids of claimants with `word` in a name, an alias or the role.

    Of each at most the `first` by name: some letters are in the names of thousands.
    """
    now = Claimant.objects.filter(merged_into=None)
    aliases = ClaimantAlias.objects.filter(claimant__merged_into=None, name__icontains=word)
    parts: list[QuerySet[Any, Any]] = [
        now.filter(name__icontains=word).order_by("name").values("pk"),
        now.filter(role__icontains=word).order_by("name").values("pk"),
        aliases.order_by("claimant__name").values("claimant"),
    ]
    one, *others = (part[:first] if first else part.order_by() for part in parts)
    return one.union(*others)


@admin.register(Claimant)
class ClaimantAdmin(Recorded, Kept, ModelAdmin):
    form = ClaimantForm
    list_display = ("name", "kind", "role", "wikidata_id", "claims_made")
    list_filter = (("kind", ChoicesDropdownFilter),)
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "aliases__name", "role")
    search_help_text = "Name, alias or role"
    fields = ("name", "kind", "role", "wikidata_id")
    inlines = (AliasInline,)
    change_form_before_template = "admin/claims/claimant/merged.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claimant]:
        current = super().get_queryset(request).filter(merged_into=None)
        if is_completion(request):
            return current
        # Of the rows that are shown alone: a join would count the claims of all.
        claims = Claim.objects.order_by().filter(claimant=OuterRef("pk")).values("claimant")
        made = Subquery(claims.annotate(number=Count("pk")).values("number"))
        return current.annotate(made=Coalesce(made, 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Claimant], search_term: str
    ) -> tuple[QuerySet[Claimant], bool]:
        """Each word in a name, an alias or the role: three indexes, asked one by one."""
        words = search_term.replace("\0", " ").split()
        first = MOST_COMPLETED if is_completion(request) and len(words) == 1 else None
        for word in words:
            queryset = queryset.filter(pk__in=known_as(word, first))
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        steps: dict[str, Page] = {"merge": merge_view, "restore": restore_view}
        pages = [
            path(
                f"<int:claimant_id>/{name}/",
                self.admin_site.admin_view(self.page(view)),
                name=f"claims_claimant_{name}",
            )
            for name, view in steps.items()
        ]
        return [*pages, *super().get_urls()]

    def page(self, view: Page) -> Callable[..., HttpResponse]:
        def answer(request: HttpRequest, claimant_id: int) -> HttpResponse:
            if not request.user.has_perm(CLAIMANT_RULES["merge"].permission):
                raise PermissionDenied
            claimant = Claimant.objects.filter(pk=claimant_id).first()
            if claimant is None:
                raise Http404("There is no such claimant.")
            return view(self, request, claimant)

        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A merged claimant's page is that of the one it became."""
        number = unquote(object_id)
        gone = Claimant.objects.exclude(merged_into=None)
        claimant = gone.filter(pk=number).first() if is_row_number(number) else None
        if claimant is not None and self.has_view_permission(request):
            url = reverse("admin:claims_claimant_change", args=[claimant.merged_into_id])
            return HttpResponseRedirect(url)
        may = request.user.has_perm(CLAIMANT_RULES["merge"].permission)
        return super().change_view(
            request, object_id, form_url, {"may_merge": may, **(extra_context or {})}
        )

    @admin.display(description="Claims", ordering="made")
    def claims_made(self, claimant: Claimant) -> SafeString:
        return format_html(
            '<a class="desk-link" href="{}?status=all&claimant__id__exact={}">{}</a>',
            reverse("admin:claims_claim_changelist"),
            claimant.pk,
            claimant.made,  # type: ignore[attr-defined]
        )
