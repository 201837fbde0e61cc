"""`manage.py import_desk PATH`: what `export_desk` wrote, into an empty desk."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.desk.moving.arriving import desk_import


class Command(BaseCommand):
    help = (
        "Read what export_desk wrote into this desk, which must be migrated and empty: all of it, "
        "or nothing. Stop the desk that it came from before, or both send its webhooks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *, path: Path, verbosity: int, **options: Any) -> None:
        try:
            count = desk_import(path, self.told if verbosity > 1 else lambda *_: None)
        except ValidationError as error:
            raise CommandError(f"{path}: {' '.join(error.messages)}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        self.stdout.write(f"{path}: {count:,} rows")

    def told(self, label: str, rows: int) -> None:
        self.stdout.write(f"  {label}: {rows:,}")
