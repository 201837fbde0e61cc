"""The cache that all processes share, on Valkey, with counters that count right between them."""

from django.core.cache.backends.redis import RedisCache


class SharedCache(RedisCache):
    """Django's own, and `count`. Raises redis.RedisError while Valkey is away."""

    def count(self, key: str, seconds: int) -> tuple[int, float]:
        """Add one to `key`: (the number now, seconds until it starts again from nothing).

        It starts with its first count and lasts `seconds`. One transaction: two processes never
        read the same number, and a counter that runs out in between is not left without an end.
        """
        key = self.make_and_validate_key(key)
        client = self._cache.get_client(key, write=True)
        with client.pipeline(transaction=True) as steps:
            steps.set(key, 0, ex=seconds, nx=True)
            steps.incr(key)
            steps.pttl(key)
            _new, number, left = steps.execute()
        return number, max(left, 1) / 1000
