"""Who may call what: every viewset names the permissions of each of its actions."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

#: Needs nothing: anyone may read it, logged in or not.
OPEN: tuple[str, ...] = ()


class Needs(BasePermission):
    """The permissions in the view's `needs`, by action. An action left out is closed to all."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if view.action in (None, "metadata"):
            return True  # No such method here: the view answers 405.
        needed = view.needs.get(view.action)
        if needed is None:
            return False
        self.message = "This needs the permission " + " and ".join(needed) + "."
        return not needed or request.user.has_perms(needed)
