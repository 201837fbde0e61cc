"""`/api/v1/events/`: the changes feed, for consumers that were away and must miss nothing.

A consumer asks for what came after the last event that it has. Events are given out once nothing
can come before them any more (`EventQuerySet.settled`), so one that commits late is late and not
missed.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from articles.api.access import OPEN
from articles.api.filters import SinceFilter
from articles.api.pages import Pages
from articles.api.problems import refuse
from articles.api.viewsets import ApiViewSet
from articles.events import PUBLIC_KINDS, Position, settled_position
from articles.models import Event
from claims.api import examples
from claims.api.verdicts import ANYONE

#: As `after`: from now on.
END = "end"
SEES = "articles.view_event"
AFTER = OpenApiParameter(
    "after",
    {"type": "string", "pattern": f"^([0-9]{{1,18}}-[0-9]{{1,18}}|{END})?$"},
    description="The `id` of the last event that you have; those that came since are answered. "
    f"“{END}”: what comes from now on. Left out: from the first event on.",
)
PAGE_SIZE = OpenApiParameter(
    "page_size",
    {"type": "integer", "minimum": 1, "maximum": Pages.max_page_size, "default": Pages.page_size},
)


class SubjectSerializer(serializers.Serializer[Any]):
    """What an event is about; `id` is null of what has none in this API, or is gone."""

    type = serializers.CharField(help_text="As “claim” or “verdict”.")
    id = serializers.UUIDField(allow_null=True)


class FeedEventSerializer(serializers.ModelSerializer[Event]):
    """One thing that happened. For who sees the public ones alone, all from `actor` on is empty."""

    id = serializers.CharField(source="position", read_only=True)
    subject = SubjectSerializer(read_only=True)
    actor = serializers.CharField(source="actor_name", read_only=True)
    before = serializers.DictField(read_only=True)
    after = serializers.DictField(read_only=True)

    class Meta:
        model = Event
        fields = ["id", "at", "kind", "subject", "actor", "before", "after", "note"]

    def to_representation(self, event: Event) -> dict[str, Any]:
        shown = super().to_representation(event)
        if self.context["inside"]:
            return shown
        return {**shown, "actor": "", "before": {}, "after": {}, "note": ""}


@extend_schema_serializer(
    many=False, examples=[OpenApiExample("A verdict is published", value=examples.FEED)]
)
class FeedSerializer(serializers.Serializer[Any]):
    """`next` is where to go on: at once while there is `more`, else whenever you like."""

    next = serializers.URLField()
    more = serializers.BooleanField()
    results = FeedEventSerializer(many=True)


class KindField(forms.MultipleChoiceField):
    """Kinds of events; there is no list of all, so that any name will do that a text can be."""

    def valid_value(self, value: str) -> bool:
        return "\0" not in value


class KindFilter(filters.MultipleChoiceFilter):
    field_class = KindField


class FeedFilter(filters.FilterSet):
    kind = KindFilter(label="As “verdict.published”; may be given several times")
    since = SinceFilter("at", label="Happened then or later")

    class Meta:
        model = Event
        fields = ()


class FeedViewSet(ApiViewSet):
    needs = {"list": OPEN}
    queryset = Event.objects.all()
    serializer_class = FeedSerializer
    filterset_class = FeedFilter
    pagination_class: Any = None
    shaped = False

    @extend_schema(auth=ANYONE, parameters=[AFTER, PAGE_SIZE], responses=FeedSerializer)
    def list(self, request: Request) -> Response:
        """What happened, oldest first: everything that you may see, or published verdicts.

        An event is here some moments after it happened, when no other can come before it.
        """
        position, size = after(request), Pages().get_page_size(request)
        rows = list(self.filter_queryset(self.visible().after(position))[: size + 1])
        page, more = rows[:size], len(rows) > size
        name_subjects(page)
        last = page[-1].position if page else position
        address = request.build_absolute_uri()
        answer = {
            "next": replace_query_param(address, "after", str(last)),
            "more": more,
            "results": page,
        }
        return Response(FeedSerializer(answer, context={"inside": self.inside}).data)

    @property
    def inside(self) -> bool:
        return self.request.user.has_perm(SEES)

    def visible(self) -> Any:
        """The events about what the reader may see, and of kinds that the public may."""
        settled = Event.objects.settled()
        if not self.inside:
            return settled.filter(kind__in=PUBLIC_KINDS)
        return settled.filter(subject_type__in=list(seen_by(self.request.user)))


def after(request: Request) -> Position:
    given = request.query_params.get("after", "")
    if given == END:
        return settled_position()
    try:
        return Position.read(given) if given else Position(0, 0)
    except ValueError:
        refuse("after", "invalid_position", "Send the `id` of an event, or take `next` as it is.")


def seen_by(user: Any) -> Iterable[str]:
    """The types of rows that `user` may see."""
    for model in apps.get_models():
        if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
            yield model._meta.label_lower


def name_subjects(events: list[Event]) -> None:
    """Set on each event its `subject`, with the id that the API knows it by."""
    for kind in {event.subject_type for event in events}:
        about = [event for event in events if event.subject_type == kind]
        uids = uids_of(kind, {event.subject_id for event in about})
        for event in about:
            uid = uids.get(event.subject_id)
            event.subject = {"type": kind.partition(".")[2], "id": uid}  # type: ignore[attr-defined]


def uids_of(subject_type: str, pks: set[int]) -> dict[int, Any]:
    try:
        model = apps.get_model(subject_type)
    except LookupError:  # A model that an earlier version had.
        return {}
    if not hasattr(model, "uid"):
        return {}
    rows: QuerySet[Any] = model._default_manager.filter(pk__in=pks)
    return dict(rows.values_list("pk", "uid"))
