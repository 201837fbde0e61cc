"""The desk's rating scales."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import TextField
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.overrides import FORMFIELD_OVERRIDES_INLINE
from unfold.widgets import UnfoldAdminTextareaWidget

from articles.admin.kept import Kept, Recorded
from claims.models import Rating, RatingScale

SHORT_TEXT = {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}


class ScaleForm(forms.ModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        """One default at most: choosing another is a change of default, not an error."""
        return super()._get_validation_exclusions() | {"default"}  # type: ignore[misc]


class RatingInline(TabularInline):
    model = Rating
    extra = 0
    fields = ("name", "slug", "value", "colour", "description")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {**FORMFIELD_OVERRIDES_INLINE, TextField: SHORT_TEXT}


@admin.register(RatingScale)
class RatingScaleAdmin(Recorded, Kept, ModelAdmin):
    form = ScaleForm
    list_display = ("name", "steps", "default")
    fields = ("name", "slug", "description", "default")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (RatingInline,)
    formfield_overrides = {TextField: SHORT_TEXT}

    @admin.display(description="Ratings")
    def steps(self, scale: RatingScale) -> str:
        return " · ".join(rating.name for rating in scale.ratings.all())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("ratings")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.default:
            RatingScale.objects.exclude(pk=obj.pk).update(default=False)
        super().save_model(request, obj, form, change)
