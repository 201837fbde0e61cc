"""REST framework's door to the limits; see `claims/desk/rates.py`."""

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from articles.callers import caller_of, network_of
from claims.desk.rates import Spent, spend


class CallerThrottle(BaseThrottle):
    """Every request: a key's, a signed-in person's, or an address's, which has less."""

    spent: Spent | None

    def allow_request(self, request: Request, view: Any) -> bool:
        policy = self.policy(request)
        self.spent = spend(request._request, policy, caller_of(request)) if policy else None
        return self.spent is None or not self.spent.too_much

    def policy(self, request: Request) -> str | None:
        return "key" if request.user.is_authenticated else "anonymous"

    def wait(self) -> float | None:
        return self.spent.resets if self.spent else None


class CheckThrottle(CallerThrottle):
    """What costs an extraction, for whoever has no name."""

    def policy(self, request: Request) -> str | None:
        return None if request.user.is_authenticated else "check"


def is_too_much(request: HttpRequest, caller: str | None) -> bool:
    """Count a request that REST framework does not see, of a key or, None, of an address."""
    spent = spend(request, "key" if caller else "anonymous", caller or network_of(request))
    return spent is not None and spent.too_much
