"""How links and feeds are fetched: how politely, how often again, and for how long."""

from datetime import timedelta

from config.environment import env

# Beside those that Celery finds by themselves.
CELERY_IMPORTS = ("articles.feeding.tasks", "articles.linking.tasks")

# The least time between two requests to one host, one of which is answered at a time.
HOST_DELAY = timedelta(seconds=env.float("HOST_DELAY_SECONDS", 1))
# A worker holds a link, a feed or a host this long; past it, the next one takes it for dead.
FETCH_LEASE = timedelta(seconds=env.float("FETCH_LEASE_SECONDS", 150))
#: Seconds between the tries of a link whose site does not answer: five tries within seven hours.
LINK_RETRIES: list[float] = env.list("LINK_RETRY_SECONDS", [60, 600, 3600, 21600], subcast=float)
# An article is looked at again so many hours after it came; after the last, never.
LINK_REFETCHES: list[float] = env.list(
    "LINK_REFETCH_HOURS", [1, 6, 24, 72, 168, 720], subcast=float
)
# URLs that a person or a program may give at once.
LINKS_AT_ONCE = env.int("LINKS_AT_ONCE", 1000)

# How often a source of other desks' verdicts is asked, how long it may take and how large be.
SOURCE_INTERVAL = timedelta(hours=env.float("SOURCE_HOURS", 6))
SOURCE_SECONDS = env.int("SOURCE_SECONDS", 900)
SOURCE_LEASE = timedelta(seconds=SOURCE_SECONDS + 120)
SOURCE_MAX_BYTES = env.int("SOURCE_MAX_BYTES", 500_000_000)

# How often a feed is asked; one that fails ever more rarely, down to once a day.
FEED_INTERVAL = timedelta(minutes=env.float("FEED_MINUTES", 15))
# What a feed or sitemap dates further back is left alone.
FEED_OLDEST = timedelta(days=env.float("FEED_OLDEST_DAYS", 7))
# New links of one poll, the newest first; the rest comes with the next.
FEED_AT_ONCE = env.int("FEED_AT_ONCE", 500)
