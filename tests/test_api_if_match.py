"""`If-Match` on every write of a row that is there: what was read, or nothing is written."""

import threading

import pytest
from django.db import connection
from drf_spectacular.generators import SchemaGenerator

from articles.models import Event, Import
from tests.asking import client_of, refusal
from tests.factories import user_in
from tests.test_access_api import ENDPOINTS, filled, rows  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

#: What changes a row that has an address of its own.
WRITES = [
    (route, method, body, status)
    for route, method, body, _allowed, status in ENDPOINTS
    if method != "get" and "{" in route
]


@pytest.fixture
def write(rows):  # noqa: F811
    client = client_of(user_in("admin"))

    def written(route, method, body, etag):
        sent = {name: filled(value, rows) for name, value in (body or {}).items()} or None
        headers = {"If-Match": etag} if etag else {}
        return getattr(client, method)(f"/api/v1/{route.format(**rows)}", sent, headers=headers)

    written.read = lambda route: client.get(
        "/api/v1/" + "/".join(route.format(**rows).split("/")[:2]) + "/"
    )
    return written


def everything():
    """What the writes of the table change, by table."""
    with connection.cursor() as cursor:
        found = {}
        for table in ("articles_article", "articles_link", "articles_import", "claims_claim"):
            cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM {table} t")
            found[table] = cursor.fetchone()[0]
        return found | {"events": Event.objects.count()}


@pytest.mark.parametrize(("route", "method", "body", "status"), WRITES)
def test_who_read_another_version_writes_nothing(write, route, method, body, status):
    before = everything()
    for etag in ('"v0"', '"0123456789abcdef0123"', 'W/"v999999-00"', "gull"):
        assert refusal(write(route, method, body, etag)) == (412, "changed_meanwhile")
    assert everything() == before


@pytest.mark.parametrize(("route", "method", "body", "status"), WRITES)
def test_who_read_it_as_it_is_writes(write, route, method, body, status):
    etag = write.read(route)["ETag"]
    answer = write(route, method, body, f'"v0", W/{etag}')
    assert answer.status_code == status, answer.content


@pytest.mark.parametrize("etag", [None, "*"])
@pytest.mark.parametrize(("route", "method", "body", "status"), WRITES[:12])
def test_who_does_not_say_writes_on_what_is_there(write, route, method, body, status, etag):
    assert write(route, method, body, etag).status_code == status


def test_a_second_write_with_the_same_etag_is_refused(write):
    route = "imports/{import}/pause/"
    etag = write.read(route)["ETag"]
    paused = write(route, "post", None, etag)
    assert paused.status_code == 200
    assert refusal(write("imports/{import}/resume/", "post", None, etag)) == (
        412,
        "changed_meanwhile",
    )
    assert Import.objects.get().state == "paused"
    assert write("imports/{import}/resume/", "post", None, paused["ETag"]).status_code == 200


def test_every_write_of_a_row_takes_the_header():
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        for method, operation in methods.items():
            named = {one["name"] for one in operation.get("parameters", [])}
            assert ("If-Match" in named) == (method != "get" and "{" in path), (method, path)
            assert ("412" in operation["responses"]) == ("If-Match" in named)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_the_same_etag_one_writes():
    work = Import.objects.create(
        name="a.csv", path="a", sha256="", size=1, state="queued", options={"format": "csv"}
    )
    admin, address, found = user_in("admin"), f"/api/v1/imports/{work.uid}/", []
    etag = client_of(admin).get(address)["ETag"]

    def cancel():
        answer = client_of(admin).post(f"{address}cancel/", headers={"If-Match": etag})
        found.append(answer.status_code)
        connection.close()

    threads = [threading.Thread(target=cancel) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200, 412, 412, 412]
    assert Event.objects.filter(kind="import.cancelled").count() == 1
