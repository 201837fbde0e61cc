"""`manage.py dump`: the published verdicts as files, with their licence, as every night."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.publishing.dumps import FILES, dump_write


class Command(BaseCommand):
    help = "Write every published verdict to DUMP_DIR, as JSON Lines and CSV, with the licence."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = dump_write()
        except OSError as error:
            raise CommandError(f"{settings.DUMP_DIR}: {error.strerror or error}") from error
        self.stdout.write(f"{settings.DUMP_DIR}: {count} verdicts in {', '.join(FILES)}")
