from django.apps import AppConfig
from django.core.signals import request_started

from config import garbage


class ServiceConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers them)

        request_started.connect(garbage.collect)
