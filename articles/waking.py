"""Wake-ups for the worker, by name: whoever sends one loads none of what the worker needs."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError as BrokerUnreachable

log = logging.getLogger(__name__)

#: Of 0 to 9, less is sooner: what a person waits for comes before a file of thousands.
IMPORTS, BULK = 6, 9


def wake_for_import(import_id: int) -> None:
    """Send for somebody to go on with an import. With the broker down, the sweep will."""
    try:
        current_app.send_task("articles.import_turn", (import_id,), priority=IMPORTS)
    except BrokerUnreachable as error:
        log.warning("import %s: no wake-up sent (%s); the sweep will find it", import_id, error)
