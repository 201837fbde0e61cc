"""Query parameters of the lists of claims and verdicts."""

from decimal import Decimal
from typing import Any

from django.db.models import Case, FloatField, QuerySet, Value, When
from django.utils import timezone
from django_filters import rest_framework as filters

from articles.api.filters import SinceFilter, outlets_called, with_words
from claims.api.named import claimants_called
from claims.models import Appearance, Claim, Claimant, Verdict
from claims.models.choices import ClaimantKind
from claims.models.priority import weeks

#: Claims near in meaning that a search finds.
MOST_LIKE = 50


class ClaimFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=Claim.Status.choices)
    claimant = filters.CharFilter(method="by_claimant", label="Id, name or alias")
    rating = filters.CharFilter(method="by_rating", label="Slug of the published rating")
    outlet = filters.CharFilter(method="by_outlet", label="Id, name or domain")
    topic = filters.CharFilter(method="by_topic", label="One topic; capitals do not count")
    flagged = filters.TypedChoiceFilter(
        choices=(("true", "true"), ("false", "false")),
        coerce="true".__eq__,
        label="An editor wants it looked at first",
    )
    assignee = filters.CharFilter("assignee__username", label="A username")
    min_priority = filters.NumberFilter(
        method="by_priority", label="Priority of now, as the queue shows it; below 0 too"
    )
    language = filters.CharFilter(lookup_expr="iexact", label="ISO 639-1 code")
    min_score = filters.NumberFilter(
        "check_worthiness", "gte", min_value=0, max_value=1, label="Check-worthiness, 0 to 1"
    )
    since = SinceFilter("created_at", label="Found then or later")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of the claim")
    like = filters.CharFilter(
        method="by_meaning",
        max_length=1000,
        label="Near in meaning to this text: at most 50, in any words, and unless `ordering` says "
        "otherwise the nearest first",
    )

    class Meta:
        model = Claim
        fields = ()

    def by_claimant(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(claimant__in=claimants_called(value))

    def by_rating(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        # At most one verdict of a claim is published, so that the join doubles no row.
        return claims.filter(
            verdicts__state=Verdict.State.PUBLISHED, verdicts__rating__slug=value.lower()
        )

    def by_outlet(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        places = Appearance.objects.filter(article__outlet__in=outlets_called(value))
        return claims.filter(pk__in=places.values("claim"))

    def by_topic(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(topics__contains=[value.strip().lower()])

    def by_priority(self, claims: QuerySet[Claim], name: str, value: Decimal) -> QuerySet[Claim]:
        return claims.filter(priority__gte=weeks(timezone.now()) + float(value))

    def by_words(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(with_words(value, "text"))

    def by_meaning(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        # Here, not at the top: numpy takes memory that only who searches should take.
        from claims.desk.answers import claims_like

        near = {one.row.pk: one.score for one in claims_like(value, limit=MOST_LIKE)}
        scores = [When(pk=pk, then=Value(score)) for pk, score in near.items()]
        likeness = Case(*scores, default=Value(0.0), output_field=FloatField())
        return claims.filter(pk__in=near).annotate(likeness=likeness)


class VerdictFilter(filters.FilterSet):
    rating = filters.CharFilter("rating__slug", "iexact", label="Slug")
    claimant = filters.CharFilter(method="by_claimant", label="Id, name or alias")
    language = filters.CharFilter("claim__language", "iexact", label="ISO 639-1 code")
    outlet = filters.CharFilter(method="by_outlet", label="Id, name or domain")
    topic = filters.CharFilter(method="by_topic")
    review_due = filters.BooleanFilter(method="by_review", label="To be looked at again by now")
    since = SinceFilter("updated_at", label="Published or corrected then or later")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of claim or verdict")

    class Meta:
        model = Verdict
        fields = ()

    def by_claimant(self, verdicts: QuerySet[Verdict], name: str, value: str) -> QuerySet[Verdict]:
        return verdicts.filter(claim__claimant__in=claimants_called(value))

    def by_outlet(self, verdicts: QuerySet[Verdict], name: str, value: str) -> QuerySet[Verdict]:
        places = Appearance.objects.filter(article__outlet__in=outlets_called(value))
        return verdicts.filter(claim__in=places.values("claim"))

    def by_topic(self, verdicts: QuerySet[Verdict], name: str, value: str) -> QuerySet[Verdict]:
        return verdicts.filter(claim__topics__contains=[value])

    def by_review(self, verdicts: Any, name: str, value: bool) -> Any:
        return verdicts.review_due() if value else verdicts

    def by_words(self, verdicts: QuerySet[Verdict], name: str, value: str) -> QuerySet[Verdict]:
        return verdicts.filter(
            with_words(value, "claim__text", "claim__claimant__name", "title", "explanation")
        )


class ClaimantFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(choices=ClaimantKind.choices)
    name = filters.CharFilter(method="by_name", label="Id, name or alias")
    wikidata = filters.CharFilter("wikidata_id", "iexact", label="As Q42")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of the name")

    class Meta:
        model = Claimant
        fields = ()

    def by_name(self, claimants: QuerySet[Claimant], name: str, value: str) -> QuerySet[Claimant]:
        return claimants.filter(pk__in=claimants_called(value).values("pk"))

    def by_words(self, claimants: QuerySet[Claimant], name: str, value: str) -> QuerySet[Claimant]:
        return claimants.filter(with_words(value, "name"))
