"""`manage.py import_claimreviews PATH`: other desks' verdicts become matchable."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from tqdm import tqdm

from articles.importing.problems import described
from claims.desk.external import external_verdicts_write
from claims.desk.review_sources import believed, sites
from claims.publishing.claimreview_files import READERS, Item, read
from claims.publishing.claimreview_reading import Reading


class Command(BaseCommand):
    help = "Store the ClaimReviews of a DataFeed, JSON-LD, JSON Lines or HTML, gzip'd or not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", help="- for standard input.")
        parser.add_argument("--format", choices=list(READERS), default="", help="Else by content.")
        parser.add_argument(
            "--publisher",
            action="append",
            default=[],
            metavar="SITE",
            help="Take only what this site says; may be given again. Else what all publishers on "
            "the desk's list say, and everybody while there is no list.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Tell, and store nothing.")
        parser.add_argument(
            "--failed",
            type=Path,
            help="Where failed items go, one JSON object a line. Else beside the file.",
        )

    def handle(
        self,
        *,
        path: str,
        format: str,
        publisher: list[str],
        dry_run: bool,
        failed: Path | None,
        **_: Any,
    ) -> None:
        run = Run(failed or Path(f"{'claimreviews' if path == '-' else path}.failed.jsonl"))
        with ExitStack() as ending:
            stream = ending.enter_context(opened(path))
            ending.enter_context(run)
            if dry_run:
                ending.enter_context(rehearsed())
            items = with_bar(read(stream, name=path, format=format), stream, path)
            named = sites(publisher) if publisher else None
            readings = believed(run.readings(items), named, run.counts)
            run.counts.update(external_verdicts_write(readings, by=None))
        self.report(path, run, dry_run)

    def report(self, path: str, run: "Run", dry_run: bool) -> None:
        summary = ", ".join(f"{count} {name}" for name, count in run.counts.items())
        self.stdout.write(f"{path}: {summary}{' (nothing was stored)' if dry_run else ''}")
        if run.counts["failed"]:
            self.stdout.write(f"The failed items, each with what is wrong: {run.path}")
        if run.broken_off:
            raise CommandError(f"{path}: {run.broken_off}")


class Run:
    """The counts of an import, and the file of what failed, made when something does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts = Counter(created=0, updated=0, known=0, skipped=0, failed=0)
        self.broken_off = ""
        self.files = ExitStack()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: Any) -> None:
        self.files.close()

    def readings(self, items: Iterator[Item]) -> Iterator[Reading]:
        for item in items:
            if item.reading:
                yield item.reading
            elif item.error:
                self.keep(item)
            else:
                self.counts["skipped"] += 1

    def keep(self, item: Item) -> None:
        assert item.error is not None
        if not self.counts["failed"]:
            self.file = self.files.enter_context(self.path.open("w"))
        errors = described(item.error)
        problem = {"item": item.number, "errors": errors, "content": item.raw}
        self.file.write(json.dumps(problem, ensure_ascii=True) + "\n")
        self.counts["failed"] += 1
        if errors[0]["code"] == "broken_off":
            self.broken_off = errors[0]["message"]


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
    elif not Path(path).exists() or Path(path).is_dir():
        raise CommandError(f"{path}: there is no such file.")
    else:
        with Path(path).open("rb") as stream:
            yield stream


@contextmanager
def rehearsed() -> Iterator[None]:
    """Everything as it would be, and then undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def with_bar(items: Iterator[Item], stream: BinaryIO, path: str) -> Iterator[Item]:
    """The items, with a bar of the bytes read; of a pipe, whose size is not known, of items."""
    if path == "-" or not stream.seekable():
        yield from tqdm(items, desc=path, unit=" items", disable=None)
        return
    size = Path(path).stat().st_size
    with tqdm(total=size, desc=path, unit="B", unit_scale=True, disable=None) as bar:
        for item in items:
            bar.update(stream.tell() - bar.n)
            yield item
        bar.update(size - bar.n)
