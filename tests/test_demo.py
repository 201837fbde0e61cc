"""`make demo`, as a newcomer starts, ends and starts it again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from claims.models import ExternalVerdict
from config import seeds
from tests.conftest import ROOT, wait_until


@pytest.fixture
def var() -> Iterator[Path]:
    """Not pytest's own folder: run by root, the server's user could not enter it."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(var) -> Iterator[Callable[[], tuple[subprocess.Popen[bytes], str, Path]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start_demo() -> tuple[subprocess.Popen[bytes], str, Path]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = var / f"demo-{len(started)}.log"
        unset = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        with log.open("wb") as said:
            started.append(
                subprocess.Popen(
                    [sys.executable, "manage.py", "demo"],
                    cwd=ROOT,
                    env={**environment, "PLUMBLINE_VAR": str(var), "PORT": str(port)},
                    stdout=said,
                    stderr=said,
                )
            )
        return started[-1], f"http://localhost:{port}", log

    yield start_demo
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def read(address: str) -> dict:
    with urlopen(address) as answer:
        return json.load(answer)


def ready(demo: subprocess.Popen, log: Path) -> bool:
    """Whether the demo is up, or will not be."""
    return "Ctrl-C ends it" in log.read_text() or demo.poll() is not None


def test_the_demo_shows_verdicts_ends_whole_and_goes_on_where_it_was(start, var):
    seen = []
    for end in (signal.SIGINT, signal.SIGTERM):
        demo, address, log = start()
        wait_until(partial(ready, demo, log), seconds=120)
        assert f"{address}/admin/" in log.read_text()
        seen.append(read(f"{address}/api/v1/verdicts/")["results"])
        assert read(f"{address}/readyz")["status"] == "ok"
        with urlopen(f"{address}/dumps/verdicts.jsonl") as dump:
            assert json.loads(dump.readline())["url"].startswith(f"{address}/claims/")

        children = psutil.Process(demo.pid).children(recursive=True)
        names = " ".join(" ".join(child.cmdline()) for child in children)
        assert all(name in names for name in ("gunicorn", "celery", "beat", "valkey"))
        demo.send_signal(end)
        assert demo.wait(30) == 0
        assert not [child for child in children if child.is_running()]
        assert not (var / "postgres" / "postmaster.pid").exists()
        assert "goes on from here" in log.read_text()
    assert len(seen[0]) > 3
    assert [verdict["id"] for verdict in seen[1]] == [verdict["id"] for verdict in seen[0]]


def test_what_other_desks_say_in_the_seeds_is_all_stored_and_once(db):
    for _ in range(2):
        seeds.load_elsewhere()
    stored = set(ExternalVerdict.objects.values_list("url", flat=True))
    assert len(stored) == len(seeds.loaded("claimreviews.json")["dataFeedElement"])
    confirmed = [
        url for entry in seeds.loaded("verdicts.json") for url in entry.get("elsewhere", [])
    ]
    assert confirmed
    assert stored.issuperset(confirmed)
