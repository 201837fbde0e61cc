"""`manage.py extract`: the claims in files, one JSON line per document. Touches no database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.extraction import DEFAULT_MODELS, Extractor, PipelineMissing, UnsupportedLanguage

BATCH = 32
Entry = tuple[str, str]


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
        except (UnsupportedLanguage, PipelineMissing) as error:
            raise CommandError(str(error)) from error


def extracted(extractor: Extractor, paths: list[str], language: str) -> Iterator[str]:
    """The documents of all paths as JSON lines, in order."""
    waiting = (entry for path in paths for entry in entries(path))
    while batch := list(islice(waiting, BATCH)):
        documents = extractor.extract_many((text for _, text in batch), BATCH, language=language)
        for (id, _), document in zip(batch, documents, strict=True):
            yield json.dumps(document.to_json(id), ensure_ascii=False)


def entries(path: str) -> Iterator[Entry]:
    """(id, text) of every document of a path; a text file's id is its name."""
    text = content(path)
    if Path(path).suffix == ".jsonl":
        yield from (entry(path, number, line) for number, line in lines(text))
    else:
        yield Path(path).name, text


def content(path: str) -> str:
    """What the file, or standard input, holds. Offsets count from here: no newline is changed."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 at byte {error.start}") from error


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers from 1."""
    return ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())


def entry(path: str, number: int, line: str) -> Entry:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CommandError(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise CommandError(f'{path}, line {number}: needs an "id" and a "text"')
    return str(row["id"]), row["text"]
