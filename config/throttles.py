"""How much anybody may ask of the desk in a while; counted in Valkey, by all processes together."""

import re

from environs import EnvError

from config.environment import env

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
RATE = re.compile(rf"(\d{{1,9}})/({'|'.join(SECONDS)})")

#: Seconds. Counting must not hold up what is counted.
CACHE_OPTIONS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}


@env.parser_for("rate")
def rate(given: str) -> tuple[int, int] | None:
    """(requests, seconds) of "60/minute"; None for "none"."""
    if given == "none":
        return None
    found = RATE.fullmatch(given)
    if found is None or not int(found[1]):
        raise EnvError(
            f"{given!r} is no rate. Write one as 60/minute, with second, minute, hour or day, "
            "or none for no limit."
        )
    return int(found[1]), SECONDS[found[2]]


#: Policy -> (requests, seconds); None is no limit.
THROTTLES = {
    # Of one address that brings no key; a signed-in person or a key has the second.
    "anonymous": env.rate("THROTTLE_ANONYMOUS", "300/minute"),
    "key": env.rate("THROTTLE_KEY", "1200/minute"),
    # Each costs an extraction, so strangers have fewer.
    "check": env.rate("THROTTLE_CHECK", "30/minute"),
    # Keys that do not work, sent from one address; past it, none of its keys is looked at.
    "wrong_key": env.rate("THROTTLE_WRONG_KEY", "60/minute"),
    # Passwords sent from one address, whatever the names.
    "sign_in": env.rate("THROTTLE_SIGN_IN", "60/hour"),
}
