"""From a file to extracted articles with two worker processes, against bare `nlp.pipe` of one.

Bare spaCy reads the same texts before and after, in one process, in its best order: in batches.
Without matching the workers leave out what only matching is there for: vectors of wordings and the
search for likely matches. Claims that are the same sentence are still joined.

The texts are mixed from the seeds' reports; with EVAL in the environment, the folder of polnear/,
from PolNeAR dev.
"""

import json
import os
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

import psutil
from django.conf import settings

from articles.models import Article, Import
from claims.extraction.pipelines import load
from config.celery import app
from config.embedded import valkey
from tests.bench.extraction import seed_texts
from tests.bench.imports import WORDS, emptied, started
from tests.factories import OutletFactory

WAITING = (Article.State.PENDING, Article.State.EXTRACTING)
WORKERS = 2
#: The application of a worker that leaves matching out.
UNMATCHED = "tests.bench.unmatched"
#: Articles extracted before the clock starts, so that both processes have loaded their models.
WARM = 40
NUMBER = re.compile(r"\b[1-9]\d\b")
#: What a broken export left in some texts, and no article may hold.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def report(articles: int = 2_000) -> None:
    OutletFactory(name="Harbour Herald", domain="herald.example")
    texts = list(islice(reports(), articles))
    words = sum(len(text.split()) for text in texts)
    print(f"end to end: {articles:,} articles, {words:,} words, {WORKERS} worker processes")
    bare = [of_bare(texts)]
    taken = {what: of_desk(texts, what) for what in (UNMATCHED, "config")}
    bare.append(of_bare(texts))
    base = words / (sum(bare) / len(bare))
    print(f"  bare nlp.pipe, one process     {base:8,.0f} words/s ({seconds(bare)})")
    for what, name in ((UNMATCHED, "without matching"), ("config", "all of it")):
        extracting, whole, busy = taken[what]
        for clock, took in (("first taken to last", extracting), ("command and all", whole)):
            rate = words / took
            print(
                f"  {name:<17}{clock:<20} {rate:8,.0f} words/s, {rate / base / WORKERS:.2f} of "
                f"{WORKERS} times bare"
            )
        print(f"  {name:<17}processor time of the workers, {busy:.0f} s of {extracting:.0f} s")


def seconds(values: list[float]) -> str:
    return ", ".join(f"{value:.0f} s" for value in values)


def reports() -> Iterator[str]:
    """Articles of 500 words from paragraphs of several, with numbers of their own.

    So none is a copy of another, and few claims are the same.
    """
    chance = random.Random(7)
    paragraphs = [part for text in sources() for part in re.split(r"\n\s*", text) if part.strip()]
    for number in count():
        taken = [f"Report {number} of the day."]
        while sum(len(part.split()) for part in taken) < WORDS:
            taken.append(
                NUMBER.sub(lambda _: str(chance.randint(11, 99)), chance.choice(paragraphs))
            )
        yield "\n\n".join(taken)


def sources() -> list[str]:
    if folder := os.environ.get("EVAL"):
        paths = sorted((Path(folder) / "polnear" / "dev" / "text").glob("*.txt"))
        return [CONTROLS.sub("", path.read_bytes().decode()) for path in paths]
    return seed_texts()


def of_bare(texts: list[str]) -> float:
    """Seconds of the pipeline alone."""
    nlp = load(settings.SPACY_MODELS["en"])
    nlp("It is loaded.")
    begun = time.monotonic()
    for _doc in nlp.pipe(texts, batch_size=32):
        pass
    return time.monotonic() - begun


def of_desk(texts: list[str], application: str) -> tuple[float, float, float]:
    """Seconds from the first article taken, and from the command on; the workers' of processors."""
    emptied()
    with tempfile.TemporaryDirectory() as name, working(Path(name), application) as worker:
        warm = islice(reports(), len(texts), len(texts) + WARM)
        imported(written(Path(name) / "warm.jsonl", warm)).wait()
        wait_until_extracted(WARM)
        path, before = written(Path(name) / "reports.jsonl", texts), processor_time(worker)
        begun = time.monotonic()
        command = imported(path)
        while not Article.objects.filter(state=Article.State.EXTRACTING).exists():
            time.sleep(0.02)
        first = time.monotonic()
        command.wait()
        wait_until_extracted(WARM + len(texts))
        ended = time.monotonic()
        return ended - first, ended - begun, processor_time(worker) - before


def written(path: Path, texts: Iterable[str]) -> Path:
    with path.open("w") as file:
        for text in texts:
            row = {"text": text, "outlet": "herald.example", "language": "en"}
            file.write(json.dumps(row) + "\n")
    return path


def imported(path: Path) -> "subprocess.Popen[bytes]":
    return started("manage.py", "import_articles", str(path))


def wait_until_extracted(wanted: int) -> None:
    """Raises RuntimeError when one was not: the figure would leave out its work."""
    while (done := Article.objects.exclude(state__in=WAITING).count()) < wanted:
        if Import.objects.filter(failed__gt=0).exists():
            raise RuntimeError("a row was refused")
        time.sleep(0.2)
    extracted = Article.objects.filter(state=Article.State.EXTRACTED).count()
    if not extracted == done == wanted:
        raise RuntimeError(f"{extracted} of {wanted} articles were extracted")


@contextmanager
def working(folder: Path, application: str) -> "Iterator[psutil.Process]":
    """A worker with two processes, and beat in it, of its own Valkey."""
    server = valkey.start(folder / "valkey")
    app.conf.broker_url = f"{server.connection_url}/0"
    schedule = str(folder / "schedule")
    command = ["celery", "-A", application, "worker", "-B", "--schedule", schedule]
    process = started("-m", *command, "--concurrency", str(WORKERS))
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
        valkey.stop(server, folder / "valkey")


def processor_time(worker: psutil.Process) -> float:
    processes = [worker, *worker.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in processes)
