"""`manage.py rank`: which of some claims each text makes, ranked as the desk does. No database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.extraction.embeddings import EmbeddingsMissing
from claims.management.reading import records
from claims.matching.memory import Memory
from claims.matching.reading import AT_ONCE, claims, texts

BEST = 20


class Command(BaseCommand):
    """JSON lines {"id", "text", "title"} of claims and {"id", "text"} of texts; `-` reads stdin."""

    help = "Rank claims for each text; one JSON line each, at most 20 ids. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--claims", required=True, metavar="FILE", help=".jsonl or -")
        parser.add_argument("--queries", required=True, metavar="FILE", help=".jsonl or -")
        parser.add_argument("--language", default="en", metavar="LANG")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["language"]
        if options["claims"] == options["queries"] == "-":
            raise CommandError("only one of --claims and --queries can be standard input")
        try:
            memory = Memory([*claims(records(options["claims"]), language)])
            for line in ranked(memory, options["queries"], language):
                self.stdout.write(line)
        except EmbeddingsMissing as error:
            raise CommandError(str(error)) from error


def ranked(memory: Memory, path: str, language: str) -> Iterator[str]:
    """The queries of a path as JSON lines, in order."""
    rows = records(path)
    while batch := list(islice(rows, AT_ONCE)):
        queries = texts([row["text"] for row in batch], language)
        for row, query in zip(batch, queries, strict=True):
            best = [found.id for found in memory.rank(query)[:BEST]]
            yield json.dumps({"id": row["id"], "ranked": best}, ensure_ascii=False)
