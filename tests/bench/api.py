"""Requests per second of the API against a bare view with the same bytes, in the same server.

Each is asked for in turn, round after round, so that whatever else the machine does meets all
of them. Of each the median ratio of its rounds, with the least and the most; and the same of the
processor's time that server and database spend on a request, which others' work changes less.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
from django.conf import settings
from django.db import connection

from claims.models import Verdict
from config.ports import chosen_port
from tests import factories
from tests.bench.loading import drive
from tests.bench.memory import wait_for
from tests.conftest import ROOT, database_url

#: And as many claims, a page of them.
VERDICTS = 50
ROUNDS = 9
SECONDS = 1.5


@dataclass(frozen=True)
class Asked:
    """A request, the bare view's address for the same answer, and what is asked of their ratio."""

    name: str
    path: str
    bare: str
    least: float
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


def report() -> None:
    author, editor = factories.user_in("researcher"), factories.user_in("editor")
    for _n in range(VERDICTS):
        factories.published_verdict(author, editor)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (port, process):
        asked = list(requests(port, Path(folder)))
        rounds = [[ratios(port, process, one) for one in asked] for _round in range(ROUNDS)]
    print(f"api: requests per second against a bare view, median of {ROUNDS} rounds (least–most)")
    for one, its in zip(asked, zip(*rounds, strict=True), strict=True):
        rates, costs = (told(numbers) for numbers in zip(*its, strict=True))
        print(f"  {one.name:<22} {rates}  processor {costs}  asked for: {one.least:.2f}")


def told(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):5.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def requests(port: int, folder: Path) -> Iterator[Asked]:
    """With the answers of the first two written down for the bare view."""
    verdict = f"/api/v1/verdicts/{Verdict.objects.filter(state='published').first().uid}/"
    key = {"Authorization": f"Token {factories.api_key(factories.user_in('reader'))}"}
    etag = written_down(port, verdict, {}, folder / "verdict")
    written_down(port, "/api/v1/claims/", key, folder / "claims")
    unchanged = {"If-None-Match": etag}
    yield Asked("a published verdict", verdict, "/bare/verdict", 0.6)
    yield Asked("the same, unchanged", verdict, "/bare/unchanged", 0.8, unchanged, 304)
    yield Asked("50 claims, by key", "/api/v1/claims/", "/bare/claims", 0.25, key)


def written_down(port: int, path: str, headers: Mapping[str, str], file: Path) -> str:
    """Write the body of an answer to `file`; its ETag."""
    with urlopen(Request(f"http://localhost:{port}{path}", headers=dict(headers))) as answer:
        file.write_bytes(answer.read())
        return answer.headers.get("ETag", "")


def ratios(port: int, process: psutil.Process, one: Asked) -> tuple[float, float]:
    """How often the desk answers while the bare view does once: by the clock, by the processor."""
    found = []
    for path in (one.path, one.bare):
        before = spent(process)
        driven = drive(port, path, one.headers, status=one.status, seconds=SECONDS)
        # What ended meanwhile, as a clean-up of the database, served nobody.
        cost = sum(spent_by - before.get(pid, 0) for pid, spent_by in spent(process).items())
        found.append((driven.per_second, driven.answers / cost))
    (rate, cheapness), (bare_rate, bare_cheapness) = found
    return rate / bare_rate, cheapness / bare_cheapness


def spent(process: psutil.Process) -> dict[int, float]:
    """Seconds of processor, by process, of the server and every connection of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        database = psutil.Process(cursor.fetchone()[0]).parent()
    working = [*process.children(), *(database.children() if database else [])]
    return {one.pid: sum(one.cpu_times()[:2]) for one in working}


@contextmanager
def server(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """One process with threads, as production has several of, and its port."""
    port, _why = chosen_port("")
    command = ["gunicorn", "tests.bench.served:application", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--workers", "1", "--threads", "4"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "BENCH_ANSWERS": str(folder),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://localhost:{port}/healthz")
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
