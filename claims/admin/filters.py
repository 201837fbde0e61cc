"""The filters of the claims queue."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, RangeNumericFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm, DropdownForm
from unfold.widgets import INPUT_CLASSES

from articles.models import Article
from claims.admin.reading import unread_for
from claims.models import Claim, ExternalMatch, Match, Rating, Verdict
from claims.models.claims import ClaimQuerySet
from claims.models.priority import made_before, made_since

#: Suggested matches that are not gathered any more.
MANY = 20_000
Choices = list[tuple[Any, str]]
#: One look into the index for each language, where DISTINCT reads every claim.
LANGUAGES = """
    WITH RECURSIVE found AS (
        SELECT min(language) AS code FROM claims_claim
        UNION ALL
        SELECT (SELECT min(language) FROM claims_claim WHERE language > found.code)
        FROM found WHERE found.code IS NOT NULL
    )
    SELECT code FROM found WHERE code > ''
"""


def day_start(day: date, *, days: int = 0) -> datetime:
    """The beginning of `day` or of one after it, in the desk's time zone."""
    # The calendar ends: nothing was made after its last year.
    day = min(max(day, date(1970, 1, 1)), date(9998, 12, 31)) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.min))


def is_row_number(value: str) -> bool:
    """Whether `value` could be the id of a row: digits, and no more than PostgreSQL counts."""
    return value.isdecimal() and len(value) < 19


class ChoiceFilter(DropdownFilter):
    """Unfold's, drawn by one template: a form renders two for every choice."""

    template = "admin/claims/claim/choice_filter.html"
    #: As Unfold has them for its own.
    classes = DropdownForm.widget.attrs["class"]

    def choices(self, changelist: Any) -> Iterator[Any]:
        now = self.value() or ""
        every = [self.all_option] if self.all_option else []
        for value, name in [*every, *self.lookup_choices]:
            yield {"value": value, "name": name, "selected": value == now}


class StatusFilter(ChoiceFilter):
    """Open claims unless asked otherwise; a rating is looked for among all."""

    title = "status"
    parameter_name = "status"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("open", "Open"), *Claim.Status.choices, ("all", "All")]

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.usual = "all" if request.GET.get("rating") else "open"
        super().__init__(request, *args)

    def value(self) -> str:
        return super().value() or self.usual

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        if self.value() == "open":
            return queryset.queue()
        return queryset if self.value() == "all" else queryset.filter(status=self.value())


class AssigneeFilter(ChoiceFilter):
    title = "assignee"
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        having = Exists(Claim.objects.filter(assignee=OuterRef("pk")))
        people = [(str(u.pk), u.get_full_name() or u.username) for u in User.objects.filter(having)]
        return [("me", "Me"), ("nobody", "Nobody"), *people]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        match self.value():
            case "me":
                return queryset.filter(assignee=request.user.pk)
            case "nobody":
                return queryset.filter(assignee=None)
            case str(number) if is_row_number(number):
                return queryset.filter(assignee=int(number))
        return queryset


class OneForm(admin.SimpleListFilter):
    """A filter that is a form of its own kind, and no list of choices."""

    template = "unfold/filters/filters_field.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request = request
        self.model_admin = model_admin

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": self.form()}

    def form(self) -> forms.Form:
        raise NotImplementedError

    @property
    def sent(self) -> dict[str, Any]:
        return {self.parameter_name or "": self.value()}


class OutletFilter(OneForm):
    """Outlets are many: one is found by typing."""

    title = "outlet"
    parameter_name = "outlet"

    def form(self) -> forms.Form:
        chosen = self.sent if is_row_number(self.value() or "") else {}
        return AutocompleteDropdownForm(
            request=self.request,
            name=self.parameter_name,
            label="By outlet",
            choices=(),
            field=Article._meta.get_field("outlet"),
            model_admin=self.model_admin,
            data=chosen,
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not is_row_number(self.value() or ""):
            return queryset
        return queryset.filter(outlets__contains=[int(self.value() or 0)])


class TopicForm(forms.Form):
    topic = forms.CharField(
        label="By topic",
        required=False,
        widget=forms.TextInput(
            attrs={"class": " ".join(INPUT_CLASSES), "data-complete": "topics/", "maxlength": 60}
        ),
    )


class TopicFilter(OneForm):
    """Topics are many: one is typed, and completed from those that claims have."""

    title = "topic"
    parameter_name = "topic"

    def form(self) -> forms.Form:
        return TopicForm(self.sent)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        topic = (self.value() or "").strip().lower().replace("\x00", "")
        return queryset.filter(topics__contains=[topic[:60]]) if topic else queryset


class LanguageFilter(ChoiceFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        with connection.cursor() as cursor:
            cursor.execute(LANGUAGES)
            return [(code, code) for (code,) in cursor.fetchall()]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        return queryset.filter(language=self.value()) if self.value() else queryset


class RatingFilter(ChoiceFilter):
    """By the published verdict's rating."""

    title = "rating"
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(str(r.pk), r.name) for r in Rating.objects.order_by("scale", "value", "id")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        if not is_row_number(self.value() or ""):
            return queryset
        # A claim has at most one that is published, so that joining finds no claim twice.
        return queryset.filter(
            verdicts__state=Verdict.State.PUBLISHED, verdicts__rating=self.value()
        )


class ScoreFilter(RangeNumericFilter):
    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            for name, end in (("check_worthiness_from", "from"), ("check_worthiness_to", "to")):
                label = f"Check-worthiness {end}"
                choice["form"].fields[name].widget.attrs["aria-label"] = label
            yield choice

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        for end, lookup in (("from", "gte"), ("to", "lte")):
            given = self.used_parameters.get(f"check_worthiness_{end}")
            try:
                bound = forms.FloatField(required=False).clean(given)
            except forms.ValidationError:
                continue
            if bound is not None:
                queryset = queryset.filter(**{f"check_worthiness__{lookup}": bound})
        return queryset


class DatesForm(forms.Form):
    made_from = forms.DateField(required=False)
    made_to = forms.DateField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = "Last made from" if name == "made_from" else "Last made to"
            attrs = {"type": "date", "aria-label": label, "class": " ".join(INPUT_CLASSES)}
            field.widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")


class DatesFilter(OneForm):
    """When a claim was last made, from a day to a day, both included."""

    title = "last made"
    parameter_name = "made_from"
    template = "unfold/filters/filters_date_range.html"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        given = params.pop("made_to", None)
        if given:
            self.used_parameters["made_to"] = given[-1]

    def expected_parameters(self) -> list[str | None]:
        return ["made_from", "made_to"]

    def form(self) -> forms.Form:
        return DatesForm(self.used_parameters)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        form = DatesForm(self.used_parameters)
        form.full_clean()
        first, last = (form.cleaned_data.get(name) for name in ("made_from", "made_to"))
        if first:
            queryset = queryset.filter(made_since(day_start(first)))
        if last:
            queryset = queryset.filter(made_before(day_start(last, days=1)))
        return queryset


def suggested_for() -> Q:
    """Claims with a match that waits, on either side of it.

    PostgreSQL gathers all of `Exists` before it looks at a claim, which pays for few matches among
    many claims. Of many it had better ask claim by claim: some soon make a page.
    """
    waiting = Match.objects.filter(state=Match.State.SUGGESTED).order_by()
    sides = [waiting.filter(claim=OuterRef("pk")), waiting.filter(other=OuterRef("pk"))]
    if waiting[: MANY + 1].count() > MANY:
        one, other = (IsNull(Subquery(side.values("pk")[:1]), False) for side in sides)
        return Q(one) | Q(other)
    return Q(Exists(sides[0])) | Q(Exists(sides[1]))


class MatchFilter(ChoiceFilter):
    title = "possibly the same"
    # Not “matches”: a form’s field of that name hides a function that its scripts call.
    parameter_name = "same"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("suggested", "As another claim"), ("elsewhere", "As one checked elsewhere")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        match self.value():
            case "suggested":
                # A merge leads what is suggested elsewhere, so that none need be looked at.
                return queryset.exclude(status=Claim.Status.MERGED).filter(suggested_for())
            case "elsewhere":
                there = ExternalMatch.objects.filter(
                    state=Match.State.SUGGESTED, claim=OuterRef("pk")
                )
                return queryset.filter(Exists(there))
        return queryset


class MarkFilter(ChoiceFilter):
    title = "mark"
    parameter_name = "mark"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("unread", "Unread"), ("flagged", "Flagged")]

    def queryset(self, request: HttpRequest, queryset: ClaimQuerySet) -> ClaimQuerySet:
        match self.value():
            case "unread":
                return queryset.filter(unread_for(request))
            case "flagged":
                return queryset.filter(flagged=True)
        return queryset
