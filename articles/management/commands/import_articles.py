"""`manage.py import_articles PATH…`: files in, articles stored as pending."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles import services
from articles.intake.files import READERS, Row, read
from articles.models import Article


class Command(BaseCommand):
    help = "Store the articles of CSV, JSONL, ZIP, TXT and HTML files; a worker extracts them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--format", choices=list(READERS), default="", help="Else by ending.")
        parser.add_argument("--outlet", default="", help="Outlet of rows that name none.")
        parser.add_argument(
            "--failed",
            type=Path,
            help="Where failed rows go, one JSON object a line. Else beside the file.",
        )

    def handle(self, *, paths: list[Path], **options: Any) -> None:
        for path in paths:
            if not path.is_file():
                raise CommandError(f"{path}: there is no such file.")
        if options["failed"] and len(paths) > 1:
            raise CommandError("--failed is for one PATH: the next would write over it.")
        for path in paths:
            self.import_file(path, **options)

    def import_file(
        self, path: Path, *, format: str, outlet: str, failed: Path | None, **_: Any
    ) -> None:
        counts, problems = Counter(created=0, duplicate=0, failed=0), []
        try:
            for row in tqdm(read(path, format=format, outlet=outlet), desc=path.name, disable=None):
                outcome, problem = stored(row)
                counts[outcome] += 1
                if problem:
                    problems.append(problem)
        except ValidationError as error:
            raise CommandError(f"{path}: {'; '.join(error.messages)}") from error
        finally:
            # Also of a file that breaks off: what came before it is stored.
            if counts.total():
                self.report(path, counts)
                self.keep(problems, failed or path.with_name(f"{path.name}.failed.jsonl"))

    def report(self, path: Path, counts: Counter[str]) -> None:
        summary = ", ".join(f"{count} {name}" for name, count in counts.items())
        self.stdout.write(f"{path}: {summary}")

    def keep(self, problems: list[dict[str, Any]], path: Path) -> None:
        if problems:
            lines = (json.dumps(problem, ensure_ascii=True) for problem in problems)
            path.write_text("\n".join(lines) + "\n")
            self.stdout.write(f"The failed rows, each with what is wrong: {path}")


def stored(row: Row) -> tuple[str, dict[str, Any] | None]:
    """Store one row: ("created" | "duplicate" | "failed", what is wrong)."""
    error = row.error
    if row.submission is not None:
        try:
            result = services.article_store(row.submission, by=None, intake=Article.Intake.FILE)
            return ("created" if result.created else "duplicate"), None
        except ValidationError as refused:
            error = refused
    assert error is not None
    return "failed", {"row": row.number, "errors": described(error), "content": row.raw}


def described(error: ValidationError) -> list[dict[str, str]]:
    """`[{"field", "code", "message"}]`, as the API describes the same error."""
    fields = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [
        {"field": name, "code": one.code or "invalid", "message": message}
        for name, errors in fields.items()
        for one in errors
        for message in one.messages
    ]
