"""The cache that all processes share, on Valkey, with counters that count right between them."""

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache

#: One step for Valkey: no two processes read the same number, and no counter is left without end.
COUNT = """
local number = redis.call('INCR', KEYS[1])
if number == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {number, redis.call('PTTL', KEYS[1])}
"""


class SharedCache(RedisCache):
    """Django's own, and counters. Raises redis.RedisError while Valkey is away."""

    def count(self, key: str, seconds: int) -> tuple[int, float]:
        """Add one to `key`: (the number now, seconds until it starts again from nothing).

        It starts with its first count and lasts `seconds`.
        """
        number, left = self.counting(keys=[self.make_key(key)], args=[seconds * 1000])
        return number, max(left, 1) / 1000

    def counted(self, key: str) -> tuple[int, float]:
        """As `count`, adding nothing; of a key that nobody has counted, (0, 0)."""
        name = self.make_key(key)
        number, left = self.client.pipeline(transaction=False).get(name).pttl(name).execute()
        return int(number or 0), max(left, 0) / 1000

    @cached_property
    def client(self) -> Any:
        """Kept: making one costs as much as asking it."""
        return self._cache.get_client(write=True)

    @cached_property
    def counting(self) -> Any:
        return self.client.register_script(COUNT)
