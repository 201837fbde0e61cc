"""What is unread to who asks: the tabs, the filter and the rows of one page ask together."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from claims.desk.reading import unread_by


def unread_for(request: HttpRequest) -> Q:
    """`unread_by` of the user, looked up once per request."""
    asking: Any = request
    if not hasattr(asking, "unread"):
        asking.unread = unread_by(request.user)
    return asking.unread
