"""Fields that take what they say and nothing that merely resembles it."""

from typing import Any

from rest_framework import serializers


class Text(serializers.CharField):
    """A JSON string, passed on as it came: the services check characters and lengths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)
        self.validators = []

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Moment(serializers.DateTimeField):
    """A time in ISO 8601; without an offset it is in the desk's time zone."""

    default_error_messages = {
        "invalid": "Send a date and time in ISO 8601, as 2026-05-04T12:00:00Z.",
        "date": "Send a date and time in ISO 8601, as 2026-05-04T12:00:00Z.",
    }
