"""Resident memory of a web process and of a worker process, after each has worked."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from tqdm import tqdm

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


def endurance(articles: int = 10_000) -> None:
    """Whether a worker process grows: after a tenth of the articles, and after all."""
    with tempfile.TemporaryDirectory() as folder:
        server = valkey.start(Path(folder))
        app.conf.broker_url = f"{server.connection_url}/0"
        process = None
        try:
            pour(articles)
            process = child("celery", "-A", "config", "worker", "--concurrency", "1", "-B")
            wait_until_left(articles - articles // 10)
            early = resident(process)
            wait_until_left(0)
            late = resident(process)
            print(f"endurance: one worker process, {articles} articles of their own words")
            print(f"  after {articles // 10:6d}  {early:6.0f} MB")
            print(f"  after {articles:6d}  {late:6.0f} MB, {100 * (late / early - 1):+.1f} %")
        finally:
            if process:
                process.terminate()
                process.wait()
            valkey.stop(server, Path(folder))


def pour(count: int) -> None:
    """Articles with words and names that no other has, or a vocabulary could not grow."""
    outlet = OutletFactory()
    for n in tqdm(range(count), "articles", disable=None):
        name = "".join(chr(97 + int(digit)) for digit in str(n))
        text = (
            f"Ann X{name} said that {n} homes in K{name} burned in 2015.\n\n"
            f"\u201cThe {name}ian fees rose by {n % 90 + 2} percent,\u201d Mr. X{name} told the "
            f"council of K{name}. According to the Z{name} Institute, it paid {n} crowns."
        )
        article_store(Submission(text=text, outlet=outlet), by=None, intake=Article.Intake.FILE)


def wait_until_left(count: int) -> None:
    while Article.objects.filter(state__in=["pending", "extracting"]).count() > count:
        time.sleep(0.5)


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
