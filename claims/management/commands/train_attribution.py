"""`manage.py train_attribution`: the attribution network made anew from annotated articles."""

import importlib.util
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.extraction.tagging.network import WEIGHTS


class Command(BaseCommand):
    """Needs the `train` dependency group. Ten minutes on one core for 840 articles."""

    help = "Train the network that finds attributions on articles annotated as PolNeAR's are."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            required=True,
            metavar="DIR",
            help="folder with text/ and attributions/",
        )
        parser.add_argument(
            "--out",
            type=Path,
            default=WEIGHTS,
            metavar="DIR",
            help="folder for attribution.onnx and attribution.npz",
        )
        parser.add_argument("--pipeline", default="en_core_web_sm", metavar="NAME")
        # That of the shipped weights.
        parser.add_argument("--seed", type=int, default=2)
        parser.add_argument("--epochs", type=int, default=9)

    def handle(self, *args: Any, **options: Any) -> None:
        for module in ("torch", "onnx"):
            if importlib.util.find_spec(module) is None:
                raise CommandError(f"{module} is not installed; it is in the `train` group.")
        from claims.extraction.training.gold import BadData
        from claims.extraction.training.run import train

        try:
            train(
                options["data"],
                options["out"],
                pipeline=options["pipeline"],
                seed=options["seed"],
                epochs=options["epochs"],
                tell=self.stdout.write,
            )
        except (BadData, OSError) as error:
            raise CommandError(str(error)) from error
