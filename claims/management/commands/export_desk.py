"""`manage.py export_desk PATH`: everything that the desk owns, in one ZIP of JSON Lines."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.desk.moving.leaving import desk_export


class Command(BaseCommand):
    help = (
        "Write everything that this desk owns to a ZIP of JSON Lines, as it is now, while it goes "
        "on working. The file holds password hashes and secrets: keep it as you keep the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *, path: Path, verbosity: int, **options: Any) -> None:
        try:
            count = desk_export(path, self.told if verbosity > 1 else lambda *_: None)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        size = path.stat().st_size
        self.stdout.write(f"{path}: {count:,} rows, {size / 1e6:,.1f} MB")

    def told(self, label: str, rows: int) -> None:
        self.stdout.write(f"  {label}: {rows:,}")
