"""What is wrong with a row or a file, as data."""

from django.core.exceptions import ValidationError

from articles.intake.text import CONTROL


def described(error: ValidationError) -> list[dict[str, str]]:
    """`[{"field", "code", "message"}]`, as the API describes the same error."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        {"field": name, "code": one.code or "invalid", "message": storable(message)}
        for name, errors in fields.items()
        for one in errors
        for message in one.messages
    ]


def storable(message: str) -> str:
    """`message` without what PostgreSQL's JSON does not hold, which it may quote from a file."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", message).encode("utf-8", "replace").decode()
