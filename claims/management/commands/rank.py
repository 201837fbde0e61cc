"""`manage.py rank`: which of some claims each text makes, ranked as the desk does. No database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.extraction.embeddings import AT_ONCE, EmbeddingsMissing, shared
from claims.management.reading import records
from claims.matching.memory import Memory
from claims.matching.ranking import Candidate, Text
from claims.matching.words import plain

BATCH = 256
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
        if options["claims"] == options["queries"] == "-":
            raise CommandError("Only one of --claims and --queries can be standard input.")
        try:
            claims = [*known(options["claims"], options["language"])]
            for line in ranked(Memory(claims), options["queries"], options["language"]):
                self.stdout.write(line)
        except EmbeddingsMissing as error:
            raise CommandError(str(error)) from error


def known(path: str, language: str) -> Iterator[Candidate]:
    """The claims of a path; a title that is missing, null or empty is none."""
    rows = records(path)
    while batch := list(islice(rows, BATCH)):
        wordings = [[row["text"], *filter(None, [title(row)])] for row in batch]
        read = iter(texts([text for texts in wordings for text in texts], language))
        for row, own in zip(batch, wordings, strict=True):
            yield Candidate(row["id"], tuple(islice(read, len(own))))


def title(row: dict[str, Any]) -> str:
    return found if isinstance(found := row.get("title"), str) else ""


def ranked(memory: Memory, path: str, language: str) -> Iterator[str]:
    """The queries of a path as JSON lines, in order."""
    rows = records(path)
    while batch := list(islice(rows, BATCH)):
        queries = texts([row["text"] for row in batch], language)
        for row, query in zip(batch, queries, strict=True):
            best = [found.id for found in memory.rank(query)[:BEST]]
            yield json.dumps({"id": row["id"], "ranked": best}, ensure_ascii=False)


def texts(strings: list[str], language: str) -> list[Text]:
    vectors = shared().embed([plain(string) for string in strings], AT_ONCE)
    return [
        Text.read(string, language, vector) for string, vector in zip(strings, vectors, strict=True)
    ]
