"""Query parameters of the lists of articles, and those that other lists share."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField

from articles.models import Article, Outlet


def uuid_in(value: str) -> uuid.UUID | None:
    """`value` as the id it may be; names are allowed in the same place."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def outlets_called(value: str) -> QuerySet[Outlet]:
    """The outlet with this id, name or domain."""
    if uid := uuid_in(value):
        return Outlet.objects.filter(uid=uid)
    return Outlet.objects.filter(Q(name__iexact=value) | Q(domain=value.lower()))


class SinceField(IsoDateTimeField):
    default_error_messages = {
        "invalid": "Send a date or time in ISO 8601, as 2026-05-04 or 2026-05-04T12:00:00Z."
    }

    def to_python(self, value: Any) -> datetime | None:
        given = super().to_python(value)
        try:
            # PostgreSQL takes fewer offsets than ISO 8601 has, so it is given none.
            return given and given.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from error


class SinceFilter(filters.IsoDateTimeFilter):
    """Rows whose `field_name` is at this time or later."""

    field_class = SinceField

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, "gte", **kwargs)


class Filters(filters.DjangoFilterBackend):
    """A form of all filters is made and checked only for who sends one of them."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset_class(view, queryset)
        if filterset is None or filterset.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        return super().filter_queryset(request, queryset, view)


class ArticleFilter(filters.FilterSet):
    outlet = filters.CharFilter(method="from_outlet", label="Id, name or domain")
    state = filters.MultipleChoiceFilter(choices=Article.State.choices)
    language = filters.CharFilter(lookup_expr="iexact", label="ISO 639-1 code")
    since = SinceFilter("received_at", label="Received then or later")

    class Meta:
        model = Article
        fields = ()

    def from_outlet(self, queryset: QuerySet[Article], name: str, value: str) -> QuerySet[Article]:
        return queryset.filter(outlet__in=outlets_called(value))
