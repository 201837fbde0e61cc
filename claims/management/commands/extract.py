"""`manage.py extract`: the claims in files, one JSON line per document. Touches no database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.extraction import DEFAULT_MODELS, Extractor, PipelineMissing, UnsupportedLanguage
from claims.extraction.embeddings import EmbeddingsMissing
from claims.management.reading import entries

BATCH = 32


class Command(BaseCommand):
    """Text files, `-` for standard input, or .jsonl files with lines {"id", "text"}."""

    help = "Find the attributions and claims in texts; one JSON line per document. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="text file, .jsonl or -")
        parser.add_argument("--format", choices=["jsonl"], default="jsonl")
        parser.add_argument("--language", default="en", metavar="LANG")

    def handle(self, *args: Any, **options: Any) -> None:
        extractor = Extractor(getattr(settings, "SPACY_MODELS", DEFAULT_MODELS))
        try:
            for line in extracted(extractor, options["paths"], options["language"]):
                self.stdout.write(line)
        except (UnsupportedLanguage, PipelineMissing, EmbeddingsMissing) as error:
            raise CommandError(str(error)) from error


def extracted(extractor: Extractor, paths: list[str], language: str) -> Iterator[str]:
    """The documents of all paths as JSON lines, in order."""
    waiting = (entry for path in paths for entry in entries(path))
    while batch := list(islice(waiting, BATCH)):
        documents = extractor.extract_many((text for _, text in batch), BATCH, language=language)
        for (id, _), document in zip(batch, documents, strict=True):
            yield json.dumps(document.to_json(id), ensure_ascii=False)
