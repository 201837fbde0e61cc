"""Celery's doors to the desk: ids in, a service called, named errors retried.

The database is the queue of record; a message here is a wake-up, and may be lost or doubled.
"""

import logging
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, close_old_connections
from kombu.exceptions import OperationalError as BrokerUnreachable

from articles import services
from claims.desk.extraction import article_extract

log = logging.getLogger(__name__)

#: Troubles of the moment: the same article may well go through in a minute.
TRANSIENT = (OperationalError, InterfaceError, SoftTimeLimitExceeded, MemoryError)


@shared_task(name="claims.extract")
def extract(article_id: int) -> None:
    """Extract one article, and leave its state saying how that went."""
    article = services.article_take(article_id)
    if article is None:
        return
    try:
        article_extract(article)
    except TRANSIENT as error:
        log.warning("article %s: postponed, %r", article_id, error)
        # A connection that broke would refuse to write this down, too.
        close_old_connections()
        services.article_postpone(article, described(error))
    except Exception as error:
        # Any other error is the text's or ours: another try would meet it again, so it is shown.
        log.exception("article %s: failed", article_id)
        services.article_fail(article, described(error))


@shared_task(name="claims.sweep")
def sweep() -> None:
    """Wake the worker for what is due, and free what dead workers held."""
    for article_id in services.articles_sweep():
        extract.delay(article_id)


def wake_worker(article_id: int, **_: Any) -> None:
    """Send the wake-up for a stored article. With the broker down, the sweep will."""
    try:
        extract.delay(article_id)
    except BrokerUnreachable as error:
        log.warning(
            "article %s: no wake-up sent (%s); the sweep will find it",
            article_id,
            error,
        )


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
