"""Who asks too much, counted in Valkey. While Valkey is away everybody may: reads go on.

Rates are in `settings.THROTTLES`, by policy. What was counted is told in the answer's `RateLimit`
and `RateLimit-Policy` fields (draft-ietf-httpapi-ratelimit-headers).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from redis import RedisError

from claims.desk.shared_cache import SharedCache

log = logging.getLogger(__name__)

#: Seconds that Valkey is not asked again after it failed to answer, so that nobody waits for it.
PAUSE = 5


@dataclass(frozen=True)
class Spent:
    """What a caller has had of a policy: `used` of `quota`, anew after `resets` seconds."""

    policy: str
    quota: int
    seconds: int
    used: int
    resets: float

    @property
    def too_much(self) -> bool:
        return self.used > self.quota


class Counter:
    """Counts, and stops asking for a while when nobody answers."""

    away_until = 0.0

    def count(self, key: str, seconds: int) -> tuple[int, float] | None:
        """See `SharedCache.count`; None while Valkey is away."""
        return self.answer(lambda cache: cache.count(key, seconds))

    def counted(self, key: str) -> tuple[int, float] | None:
        """See `SharedCache.counted`; None while Valkey is away."""
        return self.answer(lambda cache: cache.counted(key))

    def answer(self, ask: Callable[[SharedCache], tuple[int, float]]) -> tuple[int, float] | None:
        if time.monotonic() < self.away_until:
            return None
        try:
            return ask(cast(SharedCache, caches["default"]))
        except RedisError as error:
            self.away_until = time.monotonic() + PAUSE
            log.warning("limits are off for %s s: Valkey does not answer (%r)", PAUSE, error)
            return None


counter = Counter()


def spend(request: HttpRequest, policy: str, caller: str) -> Spent | None:
    """Count one request of `caller`, once; None where there is no limit, or nobody counts."""
    counts: list[Spent] = request.__dict__.setdefault("spent", [])
    if counted_already := [one for one in counts if one.policy == policy]:
        return counted_already[0]
    rate: tuple[int, int] | None = settings.THROTTLES[policy]
    counted = counter.count(f"rate:{policy}:{caller}", rate[1]) if rate else None
    if rate is None or counted is None:
        return None
    spent = Spent(policy, *rate, *counted)
    counts.append(spent)
    return spent


def overspent(request: HttpRequest, policy: str, caller: str) -> Spent | None:
    """What `caller` has had too much of already. Counts nothing."""
    rate: tuple[int, int] | None = settings.THROTTLES[policy]
    counted = counter.counted(f"rate:{policy}:{caller}") if rate else None
    if rate is None or counted is None:
        return None
    spent = Spent(policy, *rate, *counted)
    if not spent.too_much:
        return None
    request.__dict__.setdefault("spent", []).append(spent)
    return spent


def rate_limit_fields(request: HttpRequest) -> dict[str, str]:
    """The fields that tell what `request` was counted under; empty for one that was not."""
    spent: list[Spent] = request.__dict__.get("spent", [])
    if not spent:
        return {}
    return {
        "RateLimit-Policy": listed(spent, lambda s: f"q={s.quota};w={s.seconds}"),
        "RateLimit": listed(spent, lambda s: f"r={max(0, s.quota - s.used)};t={ceil(s.resets)}"),
    }


def listed(spent: list[Spent], parameters: Any) -> str:
    """A list of structured fields (RFC 9651)."""
    return ", ".join(f'"{one.policy}";{parameters(one)}' for one in spent)
