"""Real PostgreSQL and real Valkey for every test; a real worker for those that ask for one."""

import os

# Before NumPy is loaded, here or in a child: where each core has a process of its own, the threads
# of a product of matrices wait for each other, and burn twice the time that the product takes.
for library in ("OPENBLAS", "OMP"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from config.celery import app
from config.embedded import valkey
from config.environment import VAR_DIR
from tests.emptying import Emptying
from tests.factories import user_in
from tests.forking import Forks
from tests.papers import Paper
from tests.serving import Server, serving

# Each process has a server of its own: which events are settled hangs on every transaction that a
# server runs, and some tests crash theirs.
if "FOLDER" in settings.DATABASES["default"]:
    alone = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.DATABASES["default"]["FOLDER"] = VAR_DIR / "tests" / f"postgres-{alone}"
# The real hasher is slow on purpose, and no test is about it.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests ask as much as they like; those about limits set their own.
settings.THROTTLES = dict.fromkeys(settings.THROTTLES)
WORKER = ["celery", "-A", "config", "worker", "-B", "--concurrency", "1", "--loglevel", "INFO"]
ROOT = Path(__file__).resolve().parent.parent
#: What takes longest comes first, or all processes but one would wait for it in the end. The
#: browser's tests, side by side, share what a process makes once: Chromium and the rows they open.
FIRST = ("test_demo.py", "e2e", "faults", "contract")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-django puts both last, behind those whose transaction is rolled back."""
    places = {name: place for place, name in enumerate(FIRST)}

    def place(item: pytest.Item) -> int:
        return min(places.get(item.path.name, 9), places.get(item.path.parent.name, 9))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test often waits for a worker, a lease or a page."""
    return (os.cpu_count() or 1) + 1


def wait_for_disk(waits: bool) -> None:
    """Whether sessions that begin from now on wait until what they commit is on the disk."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = {'on' if waits else 'off'}")
    connection.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        wait_for_disk(False)
        emptying = Emptying()
    TransactionTestCase._fixture_teardown = lambda case: emptying(case)


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> None:
    """Each client of a test has middleware of its own, which would look for all files again."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def find_once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = find_once


@pytest.fixture
def reader(db):
    return user_in("reader", username="reader")


@pytest.fixture
def researcher(db):
    return user_in("researcher", username="researcher", first_name="Tove")


@pytest.fixture
def editor(db):
    return user_in("editor", username="editor", first_name="Edda")


@pytest.fixture
def other_editor(db):
    return user_in("editor", username="other-editor", first_name="Otis")


@pytest.fixture
def admin(db):
    return user_in("admin", username="admin", first_name="Ada")


@pytest.fixture(scope="session", autouse=True)
def broker(tmp_path_factory) -> Iterator[str]:
    """A Valkey of this session's own; messages go there and nowhere else."""
    folder = tmp_path_factory.mktemp("valkey")
    server = valkey.start(folder)
    app.conf.broker_url = settings.REDIS_URL = f"{server.connection_url}/0"
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    yield app.conf.broker_url
    valkey.stop(server, folder)


@pytest.fixture(autouse=True)
def nothing_sent(broker: str) -> None:
    """What tests before this one sent is not for its workers, who would do it first.

    The bindings of queues stay: senders make them once.
    """
    with redis.Redis.from_url(broker) as client:
        left = [key for key in client.scan_iter() if not key.startswith(b"_kombu.binding.")]
        if left:
            client.delete(*left)


@pytest.fixture
def inbox(settings) -> Iterator[Server]:
    """A subscriber to webhooks that takes everything; a test may have it `answer` otherwise."""
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_REST = timedelta(0)
    with serving(lambda page: page.send(204)) as server:
        yield server


@pytest.fixture
def paper() -> Paper:
    """What a web site answers; empty at first."""
    return Paper()


@pytest.fixture
def site(settings, paper) -> Iterator[Server]:
    """A web site on loopback that prints `paper`, and may be asked without a pause."""
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    settings.HOST_DELAY = timedelta(0)
    with serving(paper) as server:
        yield server


def database_url() -> str:
    """Where a child process finds the database of this test."""
    connection.ensure_connection()
    at = connection.settings_dict
    login = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    return f"postgres://{login}@{quote(str(at['HOST']), safe='')}:{at['PORT']}/{at['NAME']}"


class Worker:
    """`celery worker` with beat in it, in a process group of its own."""

    def __init__(self, forks: Forks, log: Path, broker: str, **environment: str) -> None:
        self.log = log
        self.pid = forks.start(
            [*WORKER, "--schedule", str(log.with_suffix(".schedule"))],
            {
                **os.environ,
                "DATABASE_URL": database_url(),
                "REDIS_URL": broker,
                "SWEEP_SECONDS": "1",
                "EXTRACTION_WAKE_SECONDS": "2",
                "EXTRACTION_LEASE_SECONDS": "20",
                "DUMP_DIR": str(log.with_suffix(".dump")),
                **environment,
            },
            log,
        )

    def kill(self) -> None:
        """SIGKILL to the worker and its pool at once, as when a machine dies."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        wait_until(lambda: not psutil.pid_exists(self.pid))


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    started = Forks()
    yield started
    started.end()


@pytest.fixture
def start_worker(transactional_db, forks, broker, tmp_path) -> Iterator[Callable[..., Worker]]:
    """Start real workers on the test's database; all are ended with the test."""
    started: list[Worker] = []

    def start(**environment: str) -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        started.append(Worker(forks, log, broker, **environment))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def wait_until(condition: Callable[[], object], *, seconds: float = 45) -> None:
    """Fail when `condition` has not come true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(0.05)
