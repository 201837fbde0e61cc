"""Celery's doors to bulk intake: ids in, a service called, named errors left to the sweep."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, close_old_connections

from articles.importing.mailing import imports_mail
from articles.importing.services import import_hold, imports_sweep
from articles.importing.turns import Turn, import_release, import_take
from articles.waking import wake_for_import

log = logging.getLogger(__name__)


@shared_task(name="articles.import_turn")
def import_turn(import_id: int) -> None:
    """Take one turn at an import, and send for the next one when more is left."""
    work = import_take(import_id)
    if work is None:
        return
    try:
        more = Turn(work).run()
    except OSError as error:
        log.warning("import %s: its file cannot be read, %r", import_id, error)
        import_hold(work, error)
        return
    except (OperationalError, InterfaceError) as error:
        # The batch was rolled back. Its rows are not to blame.
        log.warning("import %s: its turn was broken off, %r", import_id, error)
        close_old_connections()
        import_release(work)
        return
    except (SoftTimeLimitExceeded, MemoryError) as error:
        log.warning("import %s: a row takes too much, %r", import_id, error)
        return
    if more:
        wake_for_import(import_id)


@shared_task(name="articles.sweep_imports")
def sweep_imports() -> None:
    """Wake workers for imports that nobody works on, and send the e-mails that are due."""
    for import_id in imports_sweep():
        wake_for_import(import_id)
    try:
        imports_mail()
    except OSError as error:
        log.warning("the e-mail server does not answer (%r): all stays due", error)
