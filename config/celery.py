"""The Celery application. Redis carries wake-ups only; the database is the queue of record."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def prepare(**_: object) -> None:
    """Load spaCy once per worker process, before its first article waits for it."""
    from claims.desk.extraction import load_pipelines

    load_pipelines()
    # What is loaded stays, and looking through it for garbage took 5 % of extraction.
    gc.freeze()
