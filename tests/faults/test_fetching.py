"""Links and feeds when the worker is killed with them: nothing is lost, and nothing doubled."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.utils import timezone

from articles.feeding.models import Feed
from articles.feeding.services import feed_add
from articles.linking.models import Host, Link
from articles.models import Article, Event, Outlet
from tests.articles.test_feeds import rss
from tests.asking import client_of
from tests.conftest import database_url, wait_until
from tests.factories import OutletFactory, user_in
from tests.papers import PARAGRAPHS, Paper, page
from tests.serving import Handler, Server, serving

pytestmark = pytest.mark.django_db(transaction=True)
#: No pipelines, which take longer to load than all the rest.
QUICK = {
    "SPACY_MODELS": "",
    "FETCH_NETWORKS": "127.0.0.0/8",
    "HOST_DELAY_SECONDS": "0",
    "FETCH_LEASE_SECONDS": "4",
    "LINK_RETRY_SECONDS": ",".join(["1"] * 30),
}
PATIENCE = 90


@pytest.fixture
def site(settings, paper) -> Iterator[Server]:
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    with serving(paper) as server:
        yield server


@pytest.fixture
def outlet(transactional_db) -> Outlet:
    return OutletFactory(name="Harbour Herald", domain="127.0.0.1")


#: Of the advisory lock that whoever inserts a row waits for.
LOCK = 961_718


@contextmanager
def nobody_inserts(table: str) -> Iterator[None]:
    """Whoever inserts into `table` meanwhile waits; a sweep that updates no row does not."""
    with psycopg.connect(database_url(), autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        session.execute(
            "CREATE FUNCTION wait_to_insert() RETURNS trigger LANGUAGE plpgsql AS "
            f"'BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN new; END'"
        )
        session.execute(
            f"CREATE TRIGGER wait_to_insert BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION wait_to_insert()"
        )
        try:
            yield
        finally:
            session.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            session.execute("DROP FUNCTION wait_to_insert CASCADE")


def somebody_waits() -> bool:
    with psycopg.connect(database_url()) as session:
        query = (
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND locktype = 'advisory' AND objid = %s"
        )
        return session.execute(query, [LOCK]).fetchone() != (0,)


def stories(paper: Paper, count: int) -> list[str]:
    """The paths of so many pages, each with a text of its own."""
    paths = [f"/story-{n}" for n in range(count)]
    for n, path in enumerate(paths):
        paper.shows(path, page(f"Story {n}. {PARAGRAPHS[n % 3]}", PARAGRAPHS[2], title=path))
    return paths


def give(site: Server, paths: list[str]) -> None:
    urls = [f"{site.url}{path}" for path in paths]
    answer = client_of(user_in("researcher")).post("/api/v1/links/", {"urls": urls})
    assert answer.status_code == 202, answer.content


def times_asked(site: Server, path: str) -> int:
    return sum(one.path == path for one in site.asked)


def all_stored(count: int) -> bool:
    return Link.objects.filter(state="stored", lease=None).count() == count


def check_each_once(paths: list[str]) -> None:
    """Each page is one link and one article, and each was told once."""
    links = list(Link.objects.select_related("article"))
    assert sorted(link.article.title for link in links) == sorted(paths)
    assert {(link.state, link.code, link.attempts) for link in links} == {("stored", "", 0)}
    assert Article.objects.count() == len(paths)
    for kind in ("link.submitted", "article.stored"):
        told = Event.objects.filter(kind=kind).values_list("subject_id", flat=True)
        assert len(told) == len({*told}) == len(paths), kind
    assert not Event.objects.filter(kind="link.failed").exists()
    assert not Host.objects.filter(next_at__gt=timezone.now()).exists(), "nobody holds the host"


def test_a_worker_killed_between_fetching_a_page_and_storing_it(start_worker, site, paper, outlet):
    paths = stories(paper, 3)
    give(site, paths)
    with nobody_inserts("articles_article"):
        worker = start_worker(**QUICK)
        wait_until(somebody_waits, seconds=PATIENCE)
        worker.kill()
    [fetching] = Link.objects.filter(state="fetching")
    assert not Article.objects.exists()

    start_worker(**QUICK)
    wait_until(lambda: all_stored(3), seconds=PATIENCE)
    check_each_once(paths)
    asked = {path: times_asked(site, path) for path in paths}
    assert asked == {path: 2 if fetching.url.endswith(path) else 1 for path in paths}


def test_a_worker_killed_while_a_site_answers_keeps_no_other_site_waiting(
    start_worker, site, paper, outlet
):
    paths = stories(paper, 1)
    with serving(lambda asked: asked.go_on(b"", pause=0.1)) as deaf:
        give(deaf, ["/never"])
        worker = start_worker(**QUICK, TASK_SOFT_SECONDS="60")
        wait_until(lambda: deaf.asked, seconds=PATIENCE)
        give(site, paths)
        worker.kill()
        start_worker(**{**QUICK, "FETCH_LEASE_SECONDS": "600"})
        wait_until(lambda: all_stored(1), seconds=PATIENCE)
        held = Link.objects.get(state="fetching")
        assert held.url == f"{deaf.url}/never"


def test_a_worker_killed_amid_the_poll_of_a_feed(start_worker, site, paper, outlet):
    """The feed has an ETag: who believed that the first poll was done would be told nothing new."""
    paths = stories(paper, 3)
    now = timezone.now()
    paper.shows("/feed", rss(*((path, now) for path in paths)), etag='"1"')
    feed = feed_add(outlet=outlet, url=f"{site.url}/feed", by=user_in("editor"))
    with nobody_inserts("articles_link"):
        worker = start_worker(**QUICK)
        wait_until(somebody_waits, seconds=PATIENCE)
        worker.kill()
    assert times_asked(site, "/feed") == 1
    assert not Link.objects.exists()
    assert Feed.objects.get().lease is not None

    start_worker(**QUICK)
    wait_until(lambda: all_stored(3), seconds=PATIENCE)
    check_each_once(paths)
    feed.refresh_from_db()
    assert (feed.lease, feed.failures, feed.fresh, feed.etag) == (None, 0, 3, '"1"')
    assert times_asked(site, "/feed") == 2


@pytest.mark.long
def test_ten_kills_amid_a_feed_and_its_pages(start_worker, site, paper, outlet):
    """At random moments, with a site that takes its time."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    paths = stories(paper, 60)

    def slowly(asked: Handler) -> None:
        time.sleep(chance.uniform(0, 0.2))
        paper(asked)

    site.answer = slowly
    paper.shows("/feed", rss(*((path, timezone.now()) for path in paths)), etag='"1"')
    feed_add(outlet=outlet, url=f"{site.url}/feed", by=user_in("editor"))
    for _ in range(10):
        before = len(site.asked)
        worker = start_worker(**QUICK)
        wait_until(lambda: len(site.asked) > before, seconds=PATIENCE)  # noqa: B023
        time.sleep(chance.uniform(0, 0.6))
        worker.kill()
    assert Article.objects.count() < 60, "all kills came while pages were left"
    start_worker(**QUICK)
    wait_until(lambda: all_stored(60), seconds=PATIENCE)
    check_each_once(paths)
