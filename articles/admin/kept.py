"""What the admin pages of both apps have in common: rows stay, and changes leave an Event."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models, transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles import events


class Told:
    """Rows whose history is their Events, on pages of ours; Django's own log holds nothing."""

    def history_view(
        self, request: HttpRequest, object_id: str, *_: Any, **__: Any
    ) -> HttpResponse:
        about = f"{self.opts.label_lower} {unquote(object_id)}"  # type: ignore[attr-defined]
        query = urlencode({"subject": about})
        return HttpResponseRedirect(f"{reverse('admin:articles_event_changelist')}?{query}")

    def found(self, request: HttpRequest, pk: Any) -> Any:
        """The row of that id, for who may see it."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        try:
            return self.get_queryset(request).get(pk=pk)  # type: ignore[attr-defined]
        except (ObjectDoesNotExist, ValueError, OverflowError) as error:
            name = self.opts.verbose_name  # type: ignore[attr-defined]
            raise Http404(f"There is no such {name}.") from error

    def context(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        """What the admin's templates ask for, and `more`."""
        here: Any = self
        request.current_app = here.admin_site.name
        site = here.admin_site.each_context(request)
        return {**site, "opts": here.opts, "title": title, "media": here.media, **more}


class Kept(Told):
    """Rows that nobody deletes: history must stay."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Looked(Told):
    """Rows that are only looked at: other code writes them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Recorded:
    """A ModelAdmin of simple fields that need no service; each save leaves an Event."""

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool
    ) -> None:
        before, after = events.changes(told(form, form.initial), told(form, form.cleaned_data))
        verb = "changed" if change else "added"
        with transaction.atomic():
            super().save_model(request, obj, form, change)  # type: ignore[misc]
            events.record(
                f"{obj._meta.model_name}.{verb}",
                obj,
                actor=request.user,
                before=before if change else {},
                after=after,
            )


def told(form: ModelForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The form's model fields in `values`, as JSON holds them."""
    names = [f.name for f in form._meta.model._meta.fields if f.name in form.fields]
    return {name: plain(values.get(name)) for name in names}


def plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, bool | int | str) else str(value)
