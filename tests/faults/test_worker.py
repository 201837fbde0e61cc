"""What happens to an article when the worker or the broker fails: nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import psutil
import pytest
import redis
from django.db.models import F, Q

from articles.events import Event
from articles.models import Article
from articles.services import Submission, article_store
from claims.models import Appearance, Claim, Match
from config.celery import app
from tests.conftest import ROOT, database_url, wait_until
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db(transaction=True)

PARAGRAPH = (
    "“The council closed {n} of its {m} libraries in 2025,” Mayor Mara Quill said on Monday. "
    "She said the budget had fallen by {n} percent since the last election.\n\n"
)
#: Paragraphs that take seconds to extract: a kill comes in the middle of them.
LONG = 300


def text(paragraphs: int) -> str:
    return "".join(PARAGRAPH.format(n=n + 2, m=n + 40) for n in range(paragraphs))


def store(paragraphs: int = 5) -> Article:
    submission = Submission(text=text(paragraphs), title="Libraries", outlet=OutletFactory())
    return article_store(submission, by=None, intake=Article.Intake.FILE).article


def state(article: Article) -> str:
    article.refresh_from_db()
    return article.state


def check_extracted_once(article: Article) -> None:
    places = list(Appearance.objects.filter(article=article).values_list("start", "end"))
    assert places, "no claim was found"
    assert len(places) == len(set(places))
    assert Claim.objects.count() == len(places)
    assert Event.objects.filter(kind="article.extracted").count() == 1
    assert Event.objects.filter(kind="claim.found").count() == len(places)


def test_a_stored_article_is_extracted_and_a_second_run_changes_nothing(start_worker):
    start_worker()
    article = store()
    wait_until(lambda: state(article) == Article.State.EXTRACTED)
    check_extracted_once(article)
    wait_until(lambda: not Claim.objects.filter(matched_at=None).exists())
    # What was suggested is news of its claims, told once the matching is committed.
    untold = Q(claim__news_at__lt=F("created_at")) | Q(other__news_at__lt=F("created_at"))
    wait_until(lambda: not Match.objects.filter(untold).exists())
    before = list(Claim.objects.order_by("id").values())

    app.send_task("claims.extract", args=[article.pk])
    Article.objects.filter(pk=article.pk).update(state=Article.State.PENDING, attempts=0)
    app.send_task("claims.extract", args=[article.pk])
    wait_until(lambda: state(article) == Article.State.EXTRACTED)

    check_extracted_once(article)
    assert list(Claim.objects.order_by("id").values()) == before


def test_a_worker_killed_in_the_middle_of_an_extraction(start_worker):
    worker = start_worker(EXTRACTION_LEASE_SECONDS="12")
    article = store(paragraphs=LONG)
    wait_until(lambda: state(article) == Article.State.EXTRACTING)
    worker.kill()
    assert state(article) == Article.State.EXTRACTING
    assert not Claim.objects.exists()

    start_worker(EXTRACTION_LEASE_SECONDS="60")
    wait_until(lambda: state(article) == Article.State.EXTRACTED, seconds=180)
    check_extracted_once(article)
    assert article.attempts == 2


def test_a_pool_process_killed_alone_is_replaced(start_worker):
    worker = start_worker(EXTRACTION_LEASE_SECONDS="12")
    article = store(paragraphs=LONG)
    wait_until(lambda: state(article) == Article.State.EXTRACTING)
    pool = psutil.Process(worker.pid).children(recursive=True)
    busiest = max(pool, key=lambda process: process.cpu_times().user)
    os.kill(busiest.pid, signal.SIGKILL)

    wait_until(lambda: state(article) == Article.State.EXTRACTED, seconds=180)
    check_extracted_once(article)


def test_an_article_that_keeps_killing_workers_is_set_aside(start_worker):
    worker = start_worker(EXTRACTION_LEASE_SECONDS="3", EXTRACTION_MAX_ATTEMPTS="1")
    article = store(paragraphs=LONG)
    wait_until(lambda: state(article) == Article.State.EXTRACTING)
    worker.kill()

    start_worker(EXTRACTION_MAX_ATTEMPTS="1")
    wait_until(lambda: state(article) == Article.State.SET_ASIDE)
    assert "worker was lost" in article.last_error
    assert not Claim.objects.exists()
    assert Event.objects.filter(kind="article.set_aside").count() == 1


def test_valkey_emptied_between_commit_and_pick_up(start_worker, broker, settings):
    settings.EXTRACTION_WAKE = timedelta(seconds=1)
    article = store()
    client = redis.Redis.from_url(broker)
    assert client.llen("celery") >= 1, "the wake-up was sent on commit"
    client.flushall()

    start_worker()
    wait_until(lambda: state(article) == Article.State.EXTRACTED)
    check_extracted_once(article)


def test_storing_needs_no_broker(tmp_path):
    outlet = OutletFactory()
    report = tmp_path / "report.txt"
    report.write_text(f"Libraries\n\n{text(2)}")
    done = subprocess.run(
        [sys.executable, "manage.py", "import_articles", str(report), "--outlet", outlet.name],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": "redis://127.0.0.1:9/0",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "1 created, 0 duplicate, 0 failed" in done.stdout
    assert "the sweep will find them" in done.stderr
    assert Article.objects.get().state == Article.State.PENDING


def test_a_language_without_a_pipeline_is_stored_and_marked(start_worker):
    start_worker()
    german = Submission(
        text="Die Stadt hat im vergangenen Jahr 14 ihrer 40 Büchereien geschlossen, sagte die "
        "Bürgermeisterin am Montag vor dem Rathaus.",
        outlet=OutletFactory(),
    )
    article = article_store(german, by=None, intake=Article.Intake.FILE).article
    wait_until(lambda: state(article) == Article.State.UNSUPPORTED)
    assert article.language == "de"
    assert not Claim.objects.exists()
