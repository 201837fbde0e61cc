"""The wake-up for links, by name: whoever sends it loads none of what the worker needs."""

import logging

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerUnreachable

log = logging.getLogger(__name__)


def wake_for_links(seconds: float = 0) -> None:
    """Have links fetched in so many seconds. With the broker down, the next run of beat's does."""
    try:
        current_app.send_task(
            "articles.fetch_links",
            countdown=seconds or None,
            expires=seconds + settings.CELERY_TASK_TIME_LIMIT,
        )
    except BrokerUnreachable as error:
        log.warning("no wake-up for links sent (%s); the next run will find them", error)
