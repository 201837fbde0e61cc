"""`make demo`: everything that a desk needs, in one terminal, ended by one Ctrl-C."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from tqdm import tqdm

from articles.models import Article
from claims.publishing.dumps import dump_write
from config import seeds
from config.celery import app
from config.embedded import postgres, valkey
from config.ports import chosen_port, is_free
from config.processes import Processes

WAITING = (Article.State.PENDING, Article.State.EXTRACTING)


class Command(BaseCommand):
    help = "Services, migrations, seeds, worker, beat and web; Ctrl-C ends all of it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is for development: unset PLUMBLINE_ENV.")
        on_end_signals(interrupt)
        try:
            with only_one(settings.VAR_DIR), broker(settings.VAR_DIR / "valkey"):
                self.run()
        except KeyboardInterrupt:
            self.say("Stopped. `make demo` goes on from here.")
        except (ImproperlyConfigured, RuntimeError) as error:
            raise CommandError(str(error)) from error

    def run(self) -> None:
        port, why = chosen_port(os.environ.get("PORT", ""))
        if why:
            self.say(why)
        self.say("Starting PostgreSQL and migrating …")
        self.migrate()
        seeds.load_desk()
        address = f"http://localhost:{port}"
        # The dump that is written here tells addresses, as the children's pages do.
        settings.PUBLIC_URL = os.environ.get("PUBLIC_URL", address)
        processes = Processes(settings.VAR_DIR / "log", children_environment(address), self.say)
        try:
            start_all(processes, port)
            self.fill(processes)
            wait_for_web(processes, port)
            self.welcome(address)
            while True:
                time.sleep(1)
                processes.watch()
        finally:
            # Asked twice, it would leave half of them running.
            on_end_signals(signal.SIG_IGN)
            self.say("\nStopping …")
            processes.stop()
            connection.close()

    def migrate(self) -> None:
        try:
            call_command("migrate", verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error

    def fill(self, processes: Processes) -> None:
        """Store the seeds, watch the worker extract them, rate a few."""
        seeds.load_elsewhere()
        articles = seeds.load_articles()
        own = Article.objects.filter(pk__in=[article.pk for article in articles])
        self.say(f"Extracting the claims of {len(articles)} reports …")
        with tqdm(total=len(articles), unit=" reports", disable=None) as bar:
            while waiting := own.filter(state__in=WAITING).count():
                bar.update(len(articles) - waiting - bar.n)
                processes.watch()
                time.sleep(0.3)
            bar.update(len(articles) - bar.n)
        published = seeds.publish_verdicts(articles)
        seeds.confirm_elsewhere(articles)
        # A demo seldom lives to see a night, and its port may be another than the last time.
        dump_write()
        if published:
            self.say(f"{published} verdicts written, approved and published by the demo's users.")

    def welcome(self, address: str) -> None:
        users = seeds.loaded("users.json")
        logins = "\n".join(f"    {user['username']:<10} {user['role']}" for user in users)
        self.say(
            f"""
Plumbline is running. Ctrl-C ends it.

  The desk          {address}/admin/
  What readers see  {address}/
  The API           {address}/api/docs/   {address}/api/v1/verdicts/
  ClaimReview feed  {address}/claimreview.json

  Sign in with the password {seeds.DEMO_PASSWORD} as
{logins}
"""
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def start_all(processes: Processes, port: int) -> None:
    bind = f"127.0.0.1:{port}"
    web = ("--bind", bind, "--workers", "2", "--threads", "4", "--graceful-timeout", "3")
    processes.start("web", "gunicorn", "config.wsgi", *web)
    processes.start(
        "worker", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO"
    )
    processes.start("beat", "celery", "-A", "config", "beat", "--loglevel", "INFO")


def wait_for_web(processes: Processes, port: int) -> None:
    """Nothing is printed that would not answer yet."""
    while is_free(port):
        processes.watch()
        time.sleep(0.1)


def children_environment(address: str) -> dict[str, str]:
    """What the children must know that this process found out."""
    url = os.environ.get("DATABASE_URL") or postgres.url(settings.VAR_DIR / "postgres")
    return {
        "DATABASE_URL": url,
        "REDIS_URL": app.conf.broker_url,
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", address),
        "PROMETHEUS_MULTIPROC_DIR": str(emptied(settings.VAR_DIR / "metrics")),
    }


def emptied(folder: Path) -> Path:
    """For the counts of the processes that are about to start: those of ended ones add up."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def broker(folder: Path) -> Iterator[None]:
    """The broker of `REDIS_URL`, or our own Valkey for as long as the context lasts."""
    if url := os.environ.get("REDIS_URL"):
        check_broker(url)
        yield
        return
    server = valkey.start(folder)
    app.conf.broker_url = f"{server.connection_url}/0"
    try:
        yield
    finally:
        valkey.stop(server, folder)


def check_broker(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        raise CommandError(f"REDIS_URL does not answer: {error}") from error


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises CommandError when another demo has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError("A demo is running in this folder already.") from error
        yield


def on_end_signals(handler: Any) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
