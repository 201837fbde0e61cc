"""How much anybody may ask of the desk in a while; counted in Valkey, by all processes together."""

import re

from django.core.exceptions import ImproperlyConfigured

from config.environment import env

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
RATE = re.compile(rf"(\d{{1,9}})/({'|'.join(SECONDS)})")

#: Seconds. Counting must not hold up what is counted.
CACHE_OPTIONS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}


def rate(name: str, default: str) -> tuple[int, int] | None:
    """(requests, seconds) from the variable `name`, as "60/minute"; None for "none"."""
    given = env.str(name, default).strip()
    if given == "none":
        return None
    found = RATE.fullmatch(given)
    if found is None or not int(found[1]):
        raise ImproperlyConfigured(
            f"{name}={given} is no rate. Write {default}, with second, minute, hour or day, "
            "or none for no limit."
        )
    return int(found[1]), SECONDS[found[2]]


#: Policy -> (requests, seconds); None is no limit.
THROTTLES = {
    # Of one address that brings no key; a signed-in person or a key has the second.
    "anonymous": rate("THROTTLE_ANONYMOUS", "300/minute"),
    "key": rate("THROTTLE_KEY", "1200/minute"),
    # Each costs an extraction, so strangers have fewer.
    "check": rate("THROTTLE_CHECK", "30/minute"),
    # Passwords sent from one address, whatever the names.
    "sign_in": rate("THROTTLE_SIGN_IN", "60/hour"),
}
