"""Celery's door to feeds."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from articles.feeding.polling import feeds_poll

log = logging.getLogger(__name__)


@shared_task(name="articles.poll_feeds")
def poll_feeds() -> None:
    """Ask the feeds that are due, for a while."""
    try:
        feeds_poll(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 8)
    except (OperationalError, InterfaceError) as error:
        log.warning("feeds: broken off, %r; what is due stays due", error)
        close_old_connections()
