import os

# Read once, when numpy is loaded. Processes work side by side; one that took all cores for a
# product of two small matrices would only make the others wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from config.celery import app as celery_app

__all__ = ["celery_app"]
