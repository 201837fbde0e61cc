"""The wake-up for feeds, by name: whoever sends it loads none of what the worker needs."""

import logging

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerUnreachable

log = logging.getLogger(__name__)


def wake_for_feeds() -> None:
    """Have the feeds asked that are due. With the broker down, the next run of beat's does."""
    try:
        current_app.send_task("articles.poll_feeds", expires=settings.CELERY_TASK_TIME_LIMIT)
    except BrokerUnreachable as error:
        log.warning("no wake-up for feeds sent (%s); the next run will find them", error)
