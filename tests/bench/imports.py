"""Bulk intake: rows stored per second against a bare COPY of the same rows, and peak memory."""

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection, transaction

from articles.importing.services import import_create
from articles.importing.turns import Turn, import_take
from articles.importing.uploads import file_at, file_keep
from articles.models import Article, Event, Import, ImportedArticle
from config.celery import app
from config.embedded import valkey
from config.ports import chosen_port
from tests.bench.memory import wait_for
from tests.conftest import ROOT, database_url
from tests.factories import OutletFactory, api_key, user_in

TABLES = [model._meta.db_table for model in (Article, Event, ImportedArticle)]
WORDS = 500
CHUNK = 1 << 20
#: Bytes of the small and of the large table.
SMALL, LARGE = 5_000_000, 5_000_000_000


def report(articles: int = 100_000) -> None:
    OutletFactory(name="Harbour Herald", domain="herald.example")
    with tempfile.TemporaryDirectory() as folder:
        storing(Path(folder), articles)
        memory(Path(folder), articles // 100, articles)
        of_sizes(Path(folder))


def written(path: Path, count: int) -> Path:
    """A file of so many articles; each says other things."""
    chance = random.Random(count)
    vocabulary = [
        "".join(chance.choices("aeioulnrst", k=chance.randint(2, 9))) for _ in range(9000)
    ]
    with path.open("w") as file:
        for n in range(count):
            row = {
                "title": f"Report {n}",
                "text": f"{n} " + " ".join(chance.choices(vocabulary, k=WORDS)),
                "url": f"https://herald.example/{path.stem}/{n}",
                "published_at": "2026-05-04T12:00:00Z",
                "language": "xx",
            }
            file.write(json.dumps(row) + "\n")
    return path


# --- Rows per second --------------------------------------------------------------------------


def storing(folder: Path, articles: int) -> None:
    path = written(folder / "storing.jsonl", articles)
    work = import_create(file_at(path), name=path.name, options={}, by=None)
    ours = timed(lambda: Turn(import_take(work.pk)).run(float("inf")))
    work.refresh_from_db()
    assert work.created == articles, work.error
    bare = timed_copy(folder)
    print(f"imports: {articles:,} articles of {WORDS} words, stored without extraction")
    print(f"  an import       {articles / ours:8,.0f} rows per second")
    print(f"  a bare COPY     {articles / bare:8,.0f} rows per second")
    print(f"  ratio           {bare / ours:8.2f}")
    emptied()


def timed(call: Callable[[], object]) -> float:
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def timed_copy(folder: Path) -> float:
    """Seconds in which COPY fills the same tables, with their indexes, with the same rows."""
    for table in TABLES:
        with (
            connection.cursor() as cursor,
            (folder / table).open("wb") as file,
            cursor.cursor.copy(f"COPY {table} TO STDOUT") as rows,
        ):
            file.writelines(rows)
    emptied(keep_import=True)
    return timed(lambda: copied(folder))


@transaction.atomic
def copied(folder: Path) -> None:
    for table in TABLES:
        with (
            connection.cursor() as cursor,
            cursor.cursor.copy(f"COPY {table} FROM STDIN") as rows,
        ):
            for piece in pieces(folder / table):
                rows.write(piece)


def emptied(*, keep_import: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        if not keep_import:
            cursor.execute(f"TRUNCATE {Import._meta.db_table} CASCADE")
        cursor.execute("CHECKPOINT")


# --- Memory -----------------------------------------------------------------------------------


def memory(folder: Path, few: int, many: int) -> None:
    small, large = written(folder / "few.jsonl", few), written(folder / "many.jsonl", many)
    server = valkey.start(folder / "valkey")
    app.conf.broker_url = f"{server.connection_url}/0"
    settings.IMPORTS_DIR = folder / "imports"
    try:
        print(f"peak memory, importing {few:,} and {many:,} articles")
        for name, peak in (("command", of_command), ("worker", of_worker), ("web", of_web)):
            one, other = peak(small), peak(large)
            print(f"  {name:<10} {one:6.0f} MB {other:6.0f} MB, ratio {other / one:.2f}")
    finally:
        valkey.stop(server, folder / "valkey")


def of_sizes(folder: Path, large: int = LARGE) -> None:
    """Of the command, by the size of a table in bytes; most of them are refused or known."""
    print("peak memory of the command, importing a CSV")
    base = None
    for size in (SMALL, large):
        path = table(folder / f"{size}.csv", size)
        peak = of_command(path)
        base = base or peak
        work = Import.objects.latest("pk")
        print(
            f"  {work.size:13,d} bytes {peak:6.0f} MB, ratio {peak / base:.2f}: {work.state}, "
            f"{work.created:,} created, {work.known:,} known, {work.failed:,} failed"
        )
        path.unlink()


def table(path: Path, size: int) -> Path:
    """A CSV of about so many bytes: articles of 100,000, the same ones again and again.

    Stored, they would take the disk rather than the memory.
    """
    texts = [f"{n} " + "The ferry was late. " * 5_000 for n in range(20)]
    rows = [f'Report {n},"{text}",herald.example\n' for n, text in enumerate(texts)]
    block = "".join(rows).encode()
    with path.open("wb") as file:
        file.write(b"title,text,outlet\n")
        for _ in range(max(1, size // len(block))):
            file.write(block)
    return path


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": app.conf.broker_url,
        "IMPORTS_DIR": str(settings.IMPORTS_DIR),
        "SWEEP_SECONDS": "1",
    }


def started(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def of_command(path: Path) -> float:
    emptied()
    process = started("manage.py", "import_articles", str(path))
    _pid, _status, used = os.wait4(process.pid, 0)
    return used.ru_maxrss / 1024


def of_worker(path: Path) -> float:
    """Of the pool process that imports, once its pipelines are loaded."""
    emptied()
    process = started("-m", "celery", "-A", "config", "worker", "--concurrency", "1", "-B")
    try:
        work = import_create(file_keep(pieces(path)), name=path.name, options={}, by=None)
        while not work.ended:
            time.sleep(0.5)
            work.refresh_from_db()
        return max(map(high_water, psutil.Process(process.pid).children(recursive=True)))
    finally:
        process.terminate()
        process.wait()


def of_web(path: Path) -> float:
    """Of the process that takes the upload, which is the body."""
    port, _why = chosen_port("")
    key = api_key(user_in("editor"), "submit")
    process = started("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}")
    try:
        wait_for(f"http://localhost:{port}/healthz")
        with path.open("rb") as file:
            client = http.client.HTTPConnection("localhost", port)
            headers = {
                "Authorization": f"Token {key}",
                "Content-Type": "application/x-ndjson",
                "Content-Length": str(path.stat().st_size),
            }
            client.request("POST", "/api/v1/imports/", file, headers)
            assert client.getresponse().status == HTTPStatus.ACCEPTED
        return max(map(high_water, psutil.Process(process.pid).children(recursive=True)))
    finally:
        process.terminate()
        process.wait()


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def high_water(process: psutil.Process) -> float:
    """Megabytes at most resident, as the kernel remembers them."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
