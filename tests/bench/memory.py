"""Resident memory of a web process and of a worker process, after each has worked."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from articles.models import Article
from articles.services import Submission, article_store
from config import seeds
from config.celery import app
from config.embedded import valkey
from config.ports import chosen_port
from tests.conftest import ROOT, database_url
from tests.factories import OutletFactory


def report() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = valkey.start(Path(folder))
        app.conf.broker_url = f"{server.connection_url}/0"
        try:
            print("memory: resident, one process each (pool or request process)")
            print(f"  web after 50 requests      {web():6.0f} MB")
            print(f"  worker after the seeds     {worker():6.0f} MB")
        finally:
            valkey.stop(server, Path(folder))


def child(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": app.conf.broker_url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def web() -> float:
    port, _why = chosen_port("")
    process = child("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    try:
        wait_for(f"http://localhost:{port}/healthz")
        for _n in range(25):
            for path in ("/api/v1/verdicts/", "/"):
                urllib.request.urlopen(f"http://localhost:{port}{path}").read()
        return resident(process)
    finally:
        process.terminate()
        process.wait()


def worker() -> float:
    outlet = OutletFactory()
    for entry in seeds.loaded("articles.json"):
        text = (seeds.SEEDS / entry["file"]).read_text()
        article_store(Submission(text=text, outlet=outlet), by=None, intake=Article.Intake.FILE)
    process = child("celery", "-A", "config", "worker", "--concurrency", "1", "-B")
    try:
        while Article.objects.filter(state__in=["pending", "extracting"]).exists():
            time.sleep(0.2)
        return resident(process)
    finally:
        process.terminate()
        process.wait()


def resident(process: subprocess.Popen[bytes]) -> float:
    """Megabytes of the largest of its children."""
    children = psutil.Process(process.pid).children(recursive=True)
    return max(child.memory_info().rss for child in children) / 1e6


def wait_for(url: str) -> None:
    for _try in range(200):
        try:
            urllib.request.urlopen(url)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
