"""`manage.py train_matching`: trains the shipped weights of the ranking anew. No database.

Needs the `train` dependency group (scikit-learn). The same files and libraries give the same bytes.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from claims.extraction.embeddings import EmbeddingsMissing
from claims.management.reading import records
from claims.matching import reading, training
from claims.matching.memory import Memory
from claims.matching.model import SHIPPED, write
from claims.matching.training import Background, Example

Rows = list[dict[str, Any]]


class Command(BaseCommand):
    """Claims {"id", "text", "title"}; queries {"id", "text", "relevant": [claim id, …]}."""

    help = "Train the ranking of claims; prints its cross-validated figures. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--claims", nargs="+", required=True, help="one file per --queries")
        parser.add_argument("--queries", nargs="+", required=True)
        parser.add_argument(
            "--leave-out", nargs="+", default=[], help="queries whose copies are not learned from"
        )
        parser.add_argument("--out", type=Path, default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        if len(options["claims"]) != len(options["queries"]):
            raise CommandError("--claims and --queries need as many files each")
        try:
            self.train(options)
        except (OSError, EmbeddingsMissing) as error:
            raise CommandError(str(error)) from error

    def train(self, options: dict[str, Any]) -> None:
        held_out = {
            training.key(row["text"]) for path in options["leave_out"] for row in records(path)
        }
        memories = {path: memory(path) for path in dict.fromkeys(options["claims"])}
        background = training.background([c for m in memories.values() for c in m.claims])
        sets = []
        for claims, queries in zip(options["claims"], options["queries"], strict=True):
            rows = [row for row in labelled(queries) if training.key(row["text"]) not in held_out]
            for worded in (str, training.bare):
                sets.append(examples(memories[claims], rows, worded, background))
            self.stdout.write(f"{Path(queries).name}: {len(rows)} queries")
        seen = [example for found in sets for example in found]
        if not any(example.yes.any() for example in seen):
            raise CommandError("no query has a claim that is found")
        self.report(sets, [Path(path).name for path in options["queries"]], background)
        write(training.train(seen, background), options["out"])
        self.stdout.write(f"{options['out']}: {options['out'].stat().st_size} bytes")

    def report(
        self, sets: Sequence[list[Example]], names: Sequence[str], background: Background
    ) -> None:
        seen = [example for found in sets for example in found]
        labels = [f"{name}, {how}" for name in names for how in ("as they are", "bare")]
        for label, asked in zip(labels, sets, strict=True):
            scores = training.cross_validated(asked, seen, background)
            pairs = list(zip(asked, scores, strict=True))
            precision = np.mean([training.average_precision(e, s) for e, s in pairs])
            recall = np.mean([training.recall(e, s) for e, s in pairs])
            self.stdout.write(f"{label}: MAP@5 {precision:.4f}, recall at 20 {recall:.4f}")
        for line in training.reliability(seen, training.cross_validated(seen, seen, background)):
            self.stdout.write(line)


def memory(path: str) -> Memory:
    return Memory([*reading.claims(records(path))])


def labelled(path: str) -> Rows:
    """The queries of a path. Raises CommandError for one without "relevant"."""
    rows = list(records(path))
    for row in rows:
        if not isinstance(row.get("relevant"), list):
            raise CommandError(f'{path}: query {row["id"]!r} needs "relevant", a list of claim ids')
    return rows


def examples(
    claims: Memory, rows: Rows, worded: Callable[[str], str], background: Background
) -> list[Example]:
    queries = reading.texts([worded(row["text"]) for row in rows])
    askings = [
        training.Asking(query, frozenset(row["relevant"]), training.key(row["text"]))
        for query, row in zip(queries, rows, strict=True)
    ]
    return training.examples(claims, askings, background)
