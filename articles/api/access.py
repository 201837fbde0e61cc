"""Who may call what: every viewset names the permissions of each of its actions."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

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


class Counted(APIView):
    """For views: who is refused has asked as well, so limits come before permissions."""

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except APIException:
            self.check_throttles(request)  # As nobody: whom it says it is was not believed.
            raise

    def check_permissions(self, request: Request) -> None:
        self.check_throttles(request)
        super().check_permissions(request)
