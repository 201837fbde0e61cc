"""`manage.py import_links FILE`: a list of URLs in, links queued; a worker fetches them."""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.linking.models import Link
from articles.linking.services import Given, links_submit

#: URLs handed over at once.
BATCH = 500


class Command(BaseCommand):
    help = "Have URLs, one on each line, fetched by the worker and stored as articles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FILE", help="- for standard input.")

    def handle(self, *, path: str, **_: Any) -> None:
        counts = Counter(queued=0, known=0, failed=0)
        lines = enumerate(content(path), start=1)
        while batch := list(islice(lines, BATCH)):
            # One at a time in a batch, so that each error has its line.
            for number, given in handed_over(batch):
                counts[outcome(given)] += 1
                if given.error:
                    told = " ".join(given.error.messages)
                    self.stderr.write(f"{path}, line {number}: {given.url[:200]}: {told}")
        self.stdout.write(f"{path}: " + ", ".join(f"{n} {name}" for name, n in counts.items()))


def handed_over(batch: list[tuple[int, str]]) -> Iterator[tuple[int, Given]]:
    """What became of each line that is not blank, with its number."""
    filled = [(number, line) for number, line in batch if line.strip()]
    given = links_submit([line for _number, line in filled], by=None)
    yield from zip((number for number, _line in filled), given, strict=True)


def outcome(given: Given) -> str:
    if given.link is None:
        return "failed"
    waiting = given.link.state in (Link.State.QUEUED, Link.State.FETCHING)
    return "queued" if waiting else "known"


def content(path: str) -> Iterator[str]:
    if path == "-":
        yield from sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            yield from lines
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
