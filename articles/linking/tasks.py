"""Celery's door to links: a service called, and the next wake-up sent."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from articles.linking.turns import links_fetch
from articles.linking.waking import wake_for_links

log = logging.getLogger(__name__)


@shared_task(name="articles.fetch_links")
def fetch_links() -> None:
    """Fetch the links that are due, for a while; where more are, send for the next one."""
    try:
        pause = links_fetch(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT / 8)
    except (OperationalError, InterfaceError) as error:
        log.warning("links: broken off, %r; what is due stays due", error)
        close_old_connections()
        return
    if pause is not None:
        wake_for_links(pause)
