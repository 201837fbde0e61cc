"""What a service raises when the desk's rules forbid a change, each with a stable code.

Bad input is Django's ValidationError, a missing permission its PermissionDenied.
"""

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError

#: Troubles of the worker's moment: the same work may well go through in a minute.
TRANSIENT = (OperationalError, InterfaceError, SoftTimeLimitExceeded, MemoryError)


class Refused(Exception):
    """The rules forbid this change now. `code` is stable, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Conflict(Refused):
    """Somebody changed the row since the caller read it; nothing was written."""
