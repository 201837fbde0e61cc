"""Query parameters of the lists of articles, and those that other lists share."""

import re
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


def with_words(query: str, *fields: str) -> Q:
    """Rows that hold every word of `query` in one of `fields`.

    A regular expression, because PostgreSQL's trigram index serves it and not `icontains`.
    """
    found = Q()
    for word in query.split()[:20]:
        pattern = re.escape(word)
        found &= Q.create([(f"{name}__iregex", pattern) for name in fields], connector=Q.OR)
    return found


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


class ArticleFilter(filters.FilterSet):
    outlet = filters.CharFilter(method="from_outlet", label="Id, name or domain")
    state = filters.MultipleChoiceFilter(choices=Article.State.choices)
    language = filters.CharFilter(lookup_expr="iexact", label="ISO 639-1 code")
    since = SinceFilter("received_at", label="Received then or later")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of the title")
    url = filters.CharFilter(method="by_url", max_length=2000, label="Its address, however linked")

    class Meta:
        model = Article
        fields = ()

    def from_outlet(self, articles: QuerySet[Article], name: str, value: str) -> QuerySet[Article]:
        return articles.filter(outlet__in=outlets_called(value))

    def by_words(self, articles: QuerySet[Article], name: str, value: str) -> QuerySet[Article]:
        return articles.filter(with_words(value, "title"))

    def by_url(self, articles: Any, name: str, value: str) -> QuerySet[Article]:
        try:
            found: QuerySet[Article] = articles.at(value)
        except ValueError:  # As of a port past 65535: no article has such an address.
            found = articles.none()
        return found


class OutletFilter(filters.FilterSet):
    domain = filters.CharFilter(lookup_expr="iexact", label="Host without “www”")
    q = filters.CharFilter(method="by_words", max_length=200, label="Words of the name")

    class Meta:
        model = Outlet
        fields = ()

    def by_words(self, outlets: QuerySet[Outlet], name: str, value: str) -> QuerySet[Outlet]:
        return outlets.filter(with_words(value, "name"))
