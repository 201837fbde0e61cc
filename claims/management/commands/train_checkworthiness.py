"""`manage.py train_checkworthiness`: trains the shipped weights anew. No database.

Needs the `train` dependency group (scikit-learn). The same files and libraries give the same bytes.
"""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.extraction import DEFAULT_MODELS
from claims.extraction.checkworthiness import SHIPPED, Model, write
from claims.extraction.embeddings import shared
from claims.extraction.pipelines import load
from claims.extraction.sentences import assertions
from claims.extraction.training import calibration
from claims.extraction.training import checkworthiness as training


class Command(BaseCommand):
    """Tables as CheckThat! 2024 task 1 has them: id, text, Yes or No, tab-separated, no quoting."""

    help = "Train the check-worthiness model; prints its cross-validated figures. No database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, required=True, help="table to train on")
        parser.add_argument("--dev", type=Path, help="second table for the threshold")
        parser.add_argument("--news", type=Path, help="labels to calibrate the score on")
        parser.add_argument("--texts", type=Path, help="folder of the labelled articles")
        parser.add_argument("--out", type=Path, default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["news"]) != bool(options["texts"]):
            raise CommandError("--news and --texts go together")
        try:
            self.train(options)
        except (OSError, ValueError, TypeError) as error:
            raise CommandError(str(error)) from error

    def train(self, options: dict[str, Any]) -> None:
        rows, examples = self.table(options["data"])
        trained = training.train(rows, examples)
        tables = [(np.array([row.yes for row in rows]), trained.folds)]
        model = trained.model
        if options["dev"]:
            rows, examples = self.table(options["dev"])
            tables.append((np.array([row.yes for row in rows]), training.blended(model, examples)))
        threshold = training.best_threshold(*(training.f1_curve(*table) for table in tables))
        for name, (yes, sums) in zip(("cross-validated", "dev"), tables, strict=False):
            ap, f1 = training.average_precision(yes, sums), training.f1(yes, sums >= threshold)
            self.stdout.write(f"{name}: AP {ap:.4f}, F1 {f1:.4f} from log-odds {threshold:.2f}")
        model = replace(model, threshold=np.array(threshold))
        if options["news"]:
            model = self.calibrated(model, options["news"], options["texts"])
        write(model, options["out"])
        self.stdout.write(f"{options['out']}: {options['out'].stat().st_size} bytes")

    def table(self, path: Path) -> tuple[list[training.Row], training.Examples]:
        rows, malformed = training.read_table(path)
        self.stdout.write(f"{path.name}: {len(rows)} sentences, {malformed} malformed left out")
        return rows, examples_of([row.text for row in rows])

    def calibrated(self, model: Model, labels_path: Path, folder: Path) -> Model:
        labels = calibration.read_labels(labels_path)
        examples = examples_of(calibration.read_texts(labels, folder))
        found = calibration.sample(labels, training.blended(model, examples))
        ap = training.average_precision(found.yes, found.log_odds)
        self.stdout.write(
            f"news: {len(labels)} labels, AP {ap:.4f}, cross-validated over articles:"
        )
        for line in calibration.report(found, calibration.cross_validated(found)):
            self.stdout.write(f"  {line}")
        return replace(model, news=calibration.calibrated(found))


def examples_of(texts: list[str]) -> training.Examples:
    nlp = load(getattr(settings, "SPACY_MODELS", DEFAULT_MODELS)["en"])
    return training.seen(assertions(nlp, texts), shared())
