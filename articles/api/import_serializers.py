"""Imports as the API takes and gives them."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api import examples
from articles.api.examples import shown
from articles.api.fields import Text
from articles.importing.models import Import, ImportProfile, ImportRow, options_of
from articles.intake.reading import FORMATS
from articles.intake.reading.rows import FIELDS


class OptionsSerializer(serializers.Serializer[Any]):
    """How a file is to be read. All of it may be left out: it is found out, or in the rows."""

    format = serializers.ChoiceField(
        [name for name in FORMATS if name != "folder"], default="", allow_blank=True
    )
    outlet = Text(default="", help_text="Of rows that name none: its name or domain.")
    encoding = Text(default="", help_text="Of CSV, TXT and HTML, as “cp1252”.")
    delimiter = serializers.CharField(
        default="", allow_blank=True, trim_whitespace=False, max_length=1, help_text="Of CSV."
    )
    date_format = Text(default="", help_text="Of dates that are not ISO 8601, as “%d.%m.%Y”.")
    columns = Text(
        default="", help_text='JSON: the name in the file of each field, as {"text": "Body"}.'
    )
    profile = serializers.CharField(
        default="", allow_blank=True, help_text="The name of a saved profile that says all of this."
    )

    def validate_columns(self, value: str) -> dict[str, str]:
        if not value:
            return {}
        try:
            columns = json.loads(value)
        except (ValueError, RecursionError):
            columns = None
        named = isinstance(columns, dict) and all(isinstance(c, str) for c in columns.values())
        if not named or not set(columns) <= set(FIELDS):
            message = f"Send a JSON object with column names for: {', '.join(FIELDS)}."
            raise serializers.ValidationError(message, "invalid_columns")
        return columns

    def options(self) -> dict[str, Any]:
        """What was sent, over what the profile says."""
        given = {name: value for name, value in self.validated_data.items() if value}
        name = given.pop("profile", "")
        if not name:
            return given
        profile = ImportProfile.objects.filter(name__iexact=name).first()
        if profile is None:
            error = ValidationError(f"There is no profile “{name}”.", code="unknown_profile")
            raise ValidationError({"profile": error})
        return {**options_of(profile), **given}


class UploadSerializer(OptionsSerializer):
    """A form that brings a file."""

    file = serializers.FileField()


@shown(examples.IMPORT_ROW)
class ImportSerializer(serializers.ModelSerializer[Import]):
    """How far an import is. Always created + known + failed = rows_read."""

    id = serializers.UUIDField(source="uid", read_only=True)
    format = serializers.CharField(source="options.format", read_only=True)
    done = serializers.FloatField(
        source="share", read_only=True, help_text="How much of the file is read, 0 to 1."
    )
    rows_per_second = serializers.FloatField(source="rate", read_only=True, allow_null=True)
    seconds_left = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            "id",
            "name",
            "format",
            "size",
            "sha256",
            "state",
            "rows_read",
            "created",
            "known",
            "failed",
            "done",
            "rows_per_second",
            "seconds_left",
            "error_code",
            "error",
            "submitted_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["number", "null"]})
    def get_seconds_left(self, work: Import) -> float | None:
        return work.time_left.total_seconds() if work.time_left else None


@shown(examples.IMPORT)
class ImportDetailSerializer(ImportSerializer):
    """An import, and how far the extraction of its articles is."""

    extracted = serializers.IntegerField(
        read_only=True, help_text="Articles of it whose claims are found."
    )

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "extracted"]
        read_only_fields = fields


class RowErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Empty: the row as a whole.")
    code = serializers.CharField()
    message = serializers.CharField()


@shown(examples.FAILED_ROW)
class ImportRowSerializer(serializers.ModelSerializer[ImportRow]):
    """A row that failed, and why."""

    row = serializers.IntegerField(source="number", read_only=True)
    name = serializers.CharField(read_only=True, help_text="Of a member of an archive, its path.")
    errors = RowErrorSerializer(many=True, read_only=True)  # type: ignore[assignment]
    content = serializers.CharField(
        source="text", read_only=True, help_text="Its start; all of it is in the file to mend."
    )
    length = serializers.IntegerField(read_only=True, help_text="Bytes of all of it.")

    class Meta:
        model = ImportRow
        fields = ["row", "name", "errors", "content", "length", "cut"]
