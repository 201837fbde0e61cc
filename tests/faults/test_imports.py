"""An import that is killed anywhere goes on where it was: no row lost, none counted twice."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.db import OperationalError, connection

from articles.events import Event
from articles.importing.services import import_cancel, import_create
from articles.importing.uploads import file_keep
from articles.models import Article, Import, ImportRow
from articles.services import Submission, article_store
from tests.articles.files import json_lines, reports, sums
from tests.conftest import ROOT, database_url, wait_until
from tests.factories import OutletFactory, user_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
#: Nobody's pipeline: what is imported here is not extracted, so that the imports are in work.
LANGUAGE = "xx"
ROWS = 5_000


@pytest.fixture(autouse=True)
def imports_dir(settings, tmp_path, monkeypatch):
    settings.IMPORTS_DIR = tmp_path / "imports"
    monkeypatch.setenv("IMPORTS_DIR", str(settings.IMPORTS_DIR))
    monkeypatch.setenv("IMPORT_LEASE_SECONDS", "2")


def content(count: int = ROWS, *, words: int = 0) -> bytes:
    """Rows of which every hundredth fails and every fiftieth is there twice."""
    OutletFactory(name="Harbour Herald", domain="herald.example")
    more = " and so on" * (words // 3)
    rows = [{**row, "text": row["text"] + more, "language": LANGUAGE} for row in reports(count)]
    for n in range(0, count, 100):
        rows[n]["outlet"] = "Nobody's News"
    for n in range(50, count, 100):
        rows[n] = rows[n - 1]
    return json_lines(rows)


def submitted(file: bytes, name: str = "reports.jsonl") -> Import:
    kept = file_keep([file])
    return import_create(kept, name=name, options={}, by=user_in("editor"))


def state(work: Import) -> str:
    work.refresh_from_db()
    return work.state


def check_sums(work: Import, count: int = ROWS) -> None:
    bad = count // 100
    assert sums(work) == (count, count - 2 * bad, bad, bad)
    assert Article.objects.count() == count - 2 * bad
    assert Event.objects.filter(kind="article.stored").count() == count - 2 * bad
    numbers = ImportRow.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, count, 100))
    assert Event.objects.filter(kind="import.finished").count() == 1


def lease_after(work: Import, last):
    """The lease of the turn after the one that had the lease `last`, once it has begun."""

    def begun() -> bool:
        work.refresh_from_db()
        return work.lease not in (None, last)

    wait_until(begun, seconds=90)
    return work.lease


def test_twenty_kills_of_the_worker_change_no_sum(start_worker):
    """Without pipelines, which take longer to load than the import takes."""
    work = submitted(content(words=1_000))
    chance, last = random.Random(7), None
    for _ in range(20):
        worker = start_worker(SPACY_MODELS="")
        last = lease_after(work, last)
        time.sleep(chance.uniform(0, 0.05))
        worker.kill()
    work.refresh_from_db()
    assert work.rows_read < ROWS, "all kills came while rows were left"
    start_worker(SPACY_MODELS="")
    wait_until(lambda: state(work) == "finished", seconds=90)
    check_sums(work)


def test_a_database_that_crashes_and_a_broker_emptied(start_worker, broker):
    work = submitted(content())
    redis.Redis.from_url(broker).flushall()
    start_worker()
    wait_until(lambda: sums(work)[0] > 500)
    crash_database()
    redis.Redis.from_url(broker).flushall()
    wait_until(lambda: state(work) == "finished", seconds=90)
    check_sums(work)


def crash_database() -> None:
    """Kill one of its processes: PostgreSQL ends all sessions and recovers from its log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        victim = cursor.fetchone()[0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: not answers(), seconds=90)
    wait_until(answers, seconds=90)


def answers() -> bool:
    try:
        return Import.objects.exists()
    except OperationalError:
        connection.close()
        return False


def test_two_imports_of_one_file_at_once_store_nothing_twice(start_worker):
    file = content(3_000)
    first = submitted(file)
    second = submitted(file)
    start_worker()
    start_worker()
    wait_until(lambda: state(first) == state(second) == "finished", seconds=90)
    read, created, known, failed = (
        sum(pair) for pair in zip(sums(first), sums(second), strict=True)
    )
    assert (read, created, known, failed) == (6_000, 2_940, 3_000, 60)
    assert Article.objects.count() == 2_940


def test_a_command_killed_in_the_middle_goes_on_when_it_is_given_again(tmp_path):
    path = tmp_path / "reports.jsonl"
    path.write_bytes(content())
    command = [sys.executable, "manage.py", "import_articles", str(path)]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    wait_until(lambda: Import.objects.filter(rows_read__gte=500).exists())
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = sums(Import.objects.get())
    assert 0 < before[0] < ROWS

    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert "4900 created, 50 duplicate, 50 failed" in again.stdout
    check_sums(Import.objects.get())


def test_a_pasted_article_does_not_wait_for_the_thousands_of_a_file(start_worker):
    outlet = OutletFactory(name="Harbour Herald", domain="herald.example")
    submitted(json_lines(reports(2_000)))
    start_worker()
    wait_until(lambda: Article.objects.filter(intake="file", state="extracted").count() > 3)
    pasted = article_store(
        Submission(text="The mayor said ferries ran late nine times in May.", outlet=outlet),
        by=None,
        intake=Article.Intake.PASTE,
    ).article
    wait_until(lambda: Article.objects.filter(pk=pasted.pk, state="extracted").exists(), seconds=12)
    assert Article.objects.filter(intake="file", state="pending").exists()
    import_cancel(Import.objects.get(), by=None)
