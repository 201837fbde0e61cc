"""Wake-ups for the worker, from processes that load none of what the worker needs."""

import logging
import time
from typing import Any

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerUnreachable

from articles.waking import BULK

log = logging.getLogger(__name__)

#: Processes that work on the articles of files at once; with fewer, the rest of the wake-ups lapse.
LANES = 16


def wake_worker(article_id: int, **_: Any) -> None:
    """Send the wake-up for a stored article. With the broker down, the sweep will."""
    try:
        current_app.send_task("claims.extract", (article_id,))
    except BrokerUnreachable as error:
        log.warning(
            "article %s: no wake-up sent (%s); the sweep will find it",
            article_id,
            error,
        )


def wake_for_webhooks() -> None:
    """Have webhooks sent now. With the broker down, the next run of beat's does."""
    try:
        expires = settings.CELERY_TASK_TIME_LIMIT
        current_app.send_task("claims.send_webhooks", expires=expires)
    except BrokerUnreachable as error:
        log.warning("no wake-up for webhooks sent (%s); the next run will find them", error)


def wake_bulk(until: float | None = None, *, lanes: int = LANES) -> None:
    """Have workers extract articles of files until that time, by default past the next sweep.

    A wake-up for each of a hundred thousand would only be a second list of what the database has.
    """
    until = until or time.time() + 2 * settings.SWEEP_SECONDS
    if (left := until - time.time()) <= 0:
        return
    try:
        for _ in range(lanes):
            current_app.send_task("claims.extract_bulk", (until,), priority=BULK, expires=left)
    except BrokerUnreachable as error:
        log.warning("no wake-up sent for articles of files (%s); the sweep will find them", error)


def wake_after_import(**_: Any) -> None:
    wake_bulk()


def wake_for_sources() -> None:
    """Have sources of verdicts asked that are due. With the broker down, the next run does."""
    try:
        current_app.send_task("claims.poll_sources", expires=settings.CELERY_TASK_TIME_LIMIT)
    except BrokerUnreachable as error:
        log.warning("no wake-up for sources sent (%s); the next run will find them", error)
