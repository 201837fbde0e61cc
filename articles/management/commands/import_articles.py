"""`manage.py import_articles PATH…`: files in, articles stored as pending."""

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.importing.mending import failed_file, row_by_row
from articles.importing.models import Import, ImportProfile, options_of
from articles.importing.services import import_create, import_pause, import_resume
from articles.importing.turns import Turn, import_take
from articles.importing.uploads import file_at
from articles.intake.reading import FORMATS

State = Import.State
#: Of a turn: nothing else waits for this process.
SECONDS = math.inf
#: Seconds between looks at an import that a worker is at.
LOOK = 0.5


class Command(BaseCommand):
    help = (
        "Store the articles of CSV, JSON Lines, JSON, ZIP, TXT, HTML, WARC files and folders, "
        "gzip'd or not; a worker extracts them. Broken off, the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--format", choices=FORMATS, default="", help="Else by ending.")
        parser.add_argument("--outlet", default="", help="Outlet of rows that name none.")
        parser.add_argument("--encoding", default="", help="Of CSV, TXT and HTML. Else told.")
        parser.add_argument("--delimiter", default="", help="Of CSV. Else told.")
        parser.add_argument("--date-format", default="", help="Of dates, as %%d.%%m.%%Y.")
        parser.add_argument("--profile", default="", help="A saved profile of columns.")
        parser.add_argument(
            "--failed",
            type=Path,
            help="Where the report of failed rows goes, one JSON object a line. Else beside the "
            "file.",
        )

    def handle(self, *, paths: list[Path], failed: Path | None, **options: Any) -> None:
        for path in paths:
            if not path.exists():
                raise CommandError(f"{path}: there is no such file.")
        if failed and len(paths) > 1:
            raise CommandError("--failed is for one PATH: the next would write over it.")
        given = options_given(options)
        for path in paths:
            self.import_file(path, given, failed)

    def import_file(self, path: Path, given: dict[str, Any], failed: Path | None) -> None:
        try:
            work = begun(path, given)
        except ValidationError as error:
            raise CommandError(f"{path}: {' '.join(error.messages)}") from error
        with paused_on_interrupt(work) as shown:
            while not (work.ended or work.state == State.PAUSED):
                go_on(work, shown)
        self.report(path, work, failed)
        if work.state != State.FINISHED:
            raise CommandError(f"{path}: {work.error or work.get_state_display()}")

    def report(self, path: Path, work: Import, failed: Path | None) -> None:
        self.stdout.write(
            f"{path}: {work.created} created, {work.known} duplicate, {work.failed} failed"
        )
        if not work.failed:
            return
        told = failed or path.with_name(f"{path.name}.failed.jsonl")
        with told.open("w") as file:
            file.writelines(reported(work))
        self.stdout.write(f"The failed rows, each with what is wrong: {told}")
        name, _media, content = failed_file(work)
        mend = path.with_name(name if name != told.name else f"{path.name}.{name}")
        with mend.open("wb") as file_to_mend:
            file_to_mend.writelines(content)
        self.stdout.write(f"The same rows, to mend and import again: {mend}")


def options_given(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says about reading, over what its profile says."""
    names = ("format", "outlet", "encoding", "delimiter", "date_format")
    given = {name: options[name] for name in names if options[name]}
    if not options["profile"]:
        return given
    profile = ImportProfile.objects.filter(name__iexact=options["profile"]).first()
    if profile is None:
        raise CommandError(f"There is no profile “{options['profile']}”.")
    return {**options_of(profile), **given}


def begun(path: Path, given: dict[str, Any]) -> Import:
    """The import of this file that was broken off, resumed, or a new one."""
    kept = file_at(path)
    same = Import.objects.unfinished().filter(
        sha256=kept.sha256, path=kept.path, uploaded=False, submitted_by=None
    )
    work = same.first()
    if work is None:
        return import_create(kept, name=path.name, options=given, by=None)
    import_resume(work, by=None)
    return work


def go_on(work: Import, shown: "Bar") -> None:
    """All of it here, or a look later when a worker has taken it over."""
    taken = import_take(work.pk)
    if taken is None:
        time.sleep(LOOK)
    else:
        Turn(taken).run(SECONDS, after_batch=shown.update)
    shown.update()


class Bar:
    """A bar on a terminal, with rate and time left, by the bytes of the file."""

    def __init__(self, work: Import) -> None:
        self.work = work
        self.bar = tqdm(
            total=work.size,
            initial=work.position,
            desc=work.name,
            unit="B",
            unit_scale=True,
            disable=None,
        )

    def update(self) -> None:
        self.work.refresh_from_db()
        done = self.work.size if self.work.state == State.FINISHED else self.work.position
        self.bar.set_postfix_str(f"{self.work.rows_read:,} rows, {self.work.rate or 0:,.0f}/s")
        self.bar.update(done - self.bar.n)


@contextmanager
def paused_on_interrupt(work: Import) -> Iterator[Bar]:
    """The bar, and on Ctrl-C a paused import that the same command goes on with."""
    shown = Bar(work)
    try:
        yield shown
    except KeyboardInterrupt as interrupt:
        import_pause(work, by=None)
        message = f"Paused after {work.rows_read} rows. The same command goes on."
        raise CommandError(message) from interrupt
    finally:
        shown.bar.close()


def reported(work: Import) -> Iterator[str]:
    for row in row_by_row(work.failures.all()):
        told = {"row": row.number, "errors": row.errors, "content": row.text}
        if row.name:
            told["name"] = row.name
        yield json.dumps(told, ensure_ascii=True) + "\n"
