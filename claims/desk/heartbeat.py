"""Whether a worker answers. A worker tells whenever it begins a task, beat sees to that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from claims.models import Heartbeat

WORKER = "worker"


@dataclass(frozen=True)
class Answer:
    """When a worker last told that it lives; None when none ever did."""

    at: datetime | None

    @property
    def late(self) -> bool:
        """None can be quiet for longer than its longest task, unless it or beat is away."""
        longest = settings.CELERY_TASK_TIME_LIMIT + 2 * settings.SWEEP_SECONDS
        return self.at is None or self.at < timezone.now() - timedelta(seconds=longest)


def heartbeat_write() -> None:
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def worker_answer() -> Answer:
    return Answer(Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first())
