"""Queries and milliseconds of the desk's pages and of every list endpoint."""

import statistics
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

CLAIMS = 1_000
VERDICTS = 50
OUTLETS = 25
RUNS = 9
PATHS = (
    "/admin/",
    "/admin/claims/claim/",
    "/admin/articles/article/",
    "/api/v1/articles/",
    "/api/v1/claims/",
    "/api/v1/verdicts/",
    "/",
    "/claimreview.json",
)


def report() -> None:
    for outlet in factories.OutletFactory.create_batch(OUTLETS):
        batch = (CLAIMS - VERDICTS) // OUTLETS
        factories.AppearanceFactory.create_batch(batch, article__outlet=outlet)
    author, editor = factories.user_in("researcher"), factories.user_in("editor")
    verdict = [factories.published_verdict(author, editor) for _n in range(VERDICTS)][-1]
    client = Client()
    client.force_login(factories.user_in("admin"))
    print(f"pages: {CLAIMS} claims, {VERDICTS} published verdicts, median of {RUNS}")
    workbench = f"/admin/claims/claim/{verdict.claim_id}/change/"
    for path in (*PATHS, workbench, verdict.get_absolute_url()):
        queries, milliseconds = measured(client, path)
        print(f"  {path:<48} {queries:3} queries  {milliseconds:7.1f} ms")


def measured(client: Client, path: str) -> tuple[int, float]:
    fetch(client, path)
    with CaptureQueriesContext(connection) as captured:
        fetch(client, path)
    # Now: the log that it reads is emptied by the next request.
    queries = len(captured)
    times = []
    for _run in range(RUNS):
        start = time.perf_counter()
        fetch(client, path)
        times.append(time.perf_counter() - start)
    return queries, statistics.median(times) * 1000


def fetch(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, f"{path}: {response.status_code}"
    return response.getvalue()
