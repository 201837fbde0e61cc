"""How webhooks are sent, and how long they are tried."""

from datetime import timedelta

from config.environment import env

#: Seconds between the tries of one message: ten tries within three days.
THREE_DAYS: list[float] = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 72000]

WEBHOOK_RETRIES: list[float] = env.list("WEBHOOK_RETRY_SECONDS", THREE_DAYS, subcast=float)
WEBHOOK_TIMEOUT = timedelta(seconds=env.float("WEBHOOK_TIMEOUT_SECONDS", 20))
# A worker holds a message this long; past it, the next one takes it for dead.
WEBHOOK_LEASE = timedelta(seconds=env.float("WEBHOOK_LEASE_SECONDS", 90))
# An endpoint that fails is left alone ever longer, and no longer than this.
WEBHOOK_REST = timedelta(seconds=env.float("WEBHOOK_REST_SECONDS", 300))
WEBHOOK_OVERLAP = timedelta(hours=env.float("WEBHOOK_OVERLAP_HOURS", 24))
WEBHOOK_KEEP = timedelta(days=env.float("WEBHOOK_KEEP_DAYS", 30))
