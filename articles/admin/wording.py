"""An Event in words: what happened, and what was there before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.events import Event
from articles.happenings import happened

#: Longer values are folded away.
LONG = 90


@dataclass(frozen=True)
class Difference:
    """One field of an Event: its name, and its value before and after, in words."""

    field: str
    before: str
    after: str

    @property
    def long(self) -> bool:
        return max(len(self.before), len(self.after)) > LONG


def differences(event: Event) -> list[Difference]:
    return list(told(event))


def worded(events: Iterable[Event]) -> list[Event]:
    """The events, each with its words, as histories show them."""
    found = list(events)
    for event in found:
        event.happened = happened(event.kind)  # type: ignore[attr-defined]
        event.differences = differences(event)  # type: ignore[attr-defined]
    return found


def told(event: Event) -> Iterator[Difference]:
    model = subject_model(event.subject_type)
    for name in {**event.before, **event.after}:
        # Times of a step are the Event's own time; the id of a row tells a reader nothing.
        if not name.endswith("_at") and name not in ("article", "match", "verdict", "corrects"):
            field = model_field(model, name)
            label = str(getattr(field, "verbose_name", name)).replace("_", " ")
            before = shown(field, event.before.get(name))
            yield Difference(
                label[:1].upper() + label[1:], before, shown(field, event.after.get(name))
            )


def shown(field: Any, value: Any) -> str:
    """A value in words: a choice by its label, nothing as nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


def moment(at: datetime | None) -> SafeString | str:
    """A time as lists show it, in the desk's zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time class="desk-time" datetime="{}">{}</time>',
        local.isoformat(),
        f"{local:%Y-%m-%d %H:%M}",
    )


def subject_model(subject_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def model_field(model: type[models.Model] | None, name: str) -> Any:
    known = {field.name: field for field in model._meta.get_fields()} if model else {}
    return known.get(name)


def subject_url(event: Event) -> str:
    """The admin page of what the Event is about; empty when it has none."""
    name = event.subject_type.replace(".", "_")
    try:
        return reverse(f"admin:{name}_change", args=[event.subject_id])
    except NoReverseMatch:
        return ""
