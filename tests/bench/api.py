"""Requests per second of the API against a bare view with the same bytes, in the same server.

Each is asked for in turn, round after round, so that whatever else the machine does meets all
of them. Of each the median ratio of its rounds, with the least and the most.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from django.conf import settings
from knox.models import AuthToken

from claims.models import Verdict
from config.ports import chosen_port
from tests import factories
from tests.bench.loading import per_second
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
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as port:
        asked = list(requests(port, Path(folder)))
        ratios = [[ratio(port, one) for one in asked] for _round in range(ROUNDS)]
    print(f"api: requests per second against a bare view, median of {ROUNDS} rounds (least–most)")
    for one, its in zip(asked, zip(*ratios, strict=True), strict=True):
        middle, spread = statistics.median(its), f"{min(its):.2f}–{max(its):.2f}"
        print(f"  {one.name:<28} {middle:5.2f}  ({spread})  asked for: {one.least:.2f}")


def requests(port: int, folder: Path) -> Iterator[Asked]:
    """With the answers of the first two written down for the bare view."""
    verdict = f"/api/v1/verdicts/{Verdict.objects.filter(state='published').first().uid}/"
    reader = factories.user_in("reader")
    _key, secret = AuthToken.objects.create(user=reader)
    key = {"Authorization": f"Token {secret}"}
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


def ratio(port: int, one: Asked) -> float:
    """How often the desk answers while the bare view does once."""
    rates = [
        per_second(port, path, one.headers, status=one.status, seconds=SECONDS)
        for path in (one.path, one.bare)
    ]
    return rates[0] / rates[1]


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """The port of one process with threads, as production has several of."""
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
        yield port
    finally:
        process.terminate()
        process.wait()
