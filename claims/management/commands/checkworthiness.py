"""`manage.py checkworthiness`: how much single sentences are worth checking. No database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.extraction import DEFAULT_MODELS, PipelineMissing, UnsupportedLanguage
from claims.extraction.checkworthiness import shipped
from claims.extraction.embeddings import EmbeddingsMissing
from claims.extraction.pipelines import Pipelines
from claims.extraction.sentences import score_sentences
from claims.management.reading import sentences

BATCH = 256


class Command(BaseCommand):
    """JSON lines {"id", "text"} of a file or of `-`, standard input."""

    help = "Score single sentences for check-worthiness; one JSON line each. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help=".jsonl or -")
        parser.add_argument("--language", default="en", metavar="LANG")

    def handle(self, *args: Any, **options: Any) -> None:
        pipelines = Pipelines(getattr(settings, "SPACY_MODELS", DEFAULT_MODELS))
        try:
            for line in scored(pipelines, options["paths"], options["language"]):
                self.stdout.write(line)
        except (UnsupportedLanguage, PipelineMissing, EmbeddingsMissing) as error:
            raise CommandError(str(error)) from error


def scored(pipelines: Pipelines, paths: list[str], language: str) -> Iterator[str]:
    """The sentences of all paths as JSON lines, in order."""
    waiting = (entry for path in paths for entry in sentences(path))
    while batch := list(islice(waiting, BATCH)):
        with pipelines.parsing(language) as nlp:
            found = score_sentences(nlp, [text for _id, text in batch])
        for (id, _text), (points, reasons) in zip(batch, found, strict=True):
            yes = points >= shipped().label_score
            row = {"id": id, "score": points, "label": "Yes" if yes else "No", "reasons": reasons}
            yield json.dumps(row, ensure_ascii=False)
