"""The changes feed: what a consumer gets that was away, and what it may not see."""

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from articles.events import Event, record
from claims.desk.claims import claim_triage
from claims.desk.verdicts import verdict_retract
from tests.asking import client_of, errors
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    UserFactory,
    draft_verdict,
    published_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db(transaction=True)
FEED = "/api/v1/events/"


@pytest.fixture
def desk():
    return client_of(user_in("reader"))


def kinds(answer):
    assert answer.status_code == 200, answer.content
    return [event["kind"] for event in answer.json()["results"]]


def test_a_consumer_that_was_away_goes_on_where_it_was(desk):
    claim = AppearanceFactory().claim
    claim_triage(claim, by=user_in("editor"))
    first = desk.get(FEED)
    assert kinds(first) == ["claim.triaged"]
    assert first.json()["more"] is False

    # It is away; two things happen.
    verdict = draft_verdict(user_in("researcher"), claim=claim)

    after = first.json()["results"][-1]["id"]
    missed = desk.get(f"{FEED}?after={after}")
    assert kinds(missed) == list(
        Event.objects.exclude(kind="claim.triaged").order_by("id").values_list("kind", flat=True)
    )
    assert kinds(desk.get(first.json()["next"])) == kinds(missed)
    subjects = [event["subject"] for event in missed.json()["results"]]
    assert {"type": "verdict", "id": str(verdict.uid)} in subjects
    assert {"type": "claim", "id": str(claim.uid)} in subjects
    assert kinds(desk.get(missed.json()["next"])) == []


def test_it_comes_in_pages_and_says_when_there_is_more(desk):
    claim = ClaimFactory()
    for number in range(7):
        record(f"claim.{number}", claim)
    seen, address, more = [], f"{FEED}?page_size=3", True

    while more:
        page = desk.get(address)
        seen += kinds(page)
        address, more = page.json()["next"], page.json()["more"]

    assert seen == [f"claim.{number}" for number in range(7)]


def test_one_may_start_at_the_end(desk):
    claim = ClaimFactory()
    record("claim.before", claim)

    now = desk.get(f"{FEED}?after=end").json()
    record("claim.after", claim)

    assert now["results"] == []
    assert kinds(desk.get(now["next"])) == ["claim.after"]


def test_kinds_and_days_are_chosen(desk):
    claim = ClaimFactory()
    for kind in ("claim.taken", "claim.triaged", "claim.dismissed"):
        record(kind, claim)

    assert kinds(desk.get(f"{FEED}?kind=claim.taken&kind=claim.triaged")) == [
        "claim.taken",
        "claim.triaged",
    ]
    assert kinds(desk.get(f"{FEED}?since=2999-01-01")) == []


def test_the_public_is_told_of_published_verdicts_and_nothing_else():
    author, editor = user_in("researcher"), user_in("editor")
    draft_verdict(author)
    verdict = published_verdict(author, editor)
    verdict_retract(verdict, note="MARKER", by=editor)
    outside = client_of(UserFactory(username="outside"))

    for client in (APIClient(), outside):
        answer = client.get(FEED)
        assert kinds(answer) == ["verdict.published", "verdict.retracted"]
        for event in answer.json()["results"]:
            assert event["subject"] == {"type": "verdict", "id": str(verdict.uid)}
            told = (event["actor"], event["before"], event["after"], event["note"])
            assert told == ("", {}, {}, "")
        assert "MARKER" not in answer.content.decode()
        assert kinds(client.get(f"{FEED}?kind=verdict.edited")) == []


def test_who_may_see_less_is_told_less(desk):
    admin = client_of(user_in("admin"))
    record("user.locked_out", UserFactory())
    record("claim.taken", ClaimFactory())
    only_claims = UserFactory()
    only_claims.user_permissions.set(
        Permission.objects.filter(codename__in=["view_event", "view_claim"])
    )
    record("article.stored", AppearanceFactory().article)

    assert kinds(admin.get(FEED)) == ["user.locked_out", "claim.taken", "article.stored"]
    assert kinds(desk.get(FEED)) == ["claim.taken", "article.stored"]
    assert kinds(client_of(only_claims).get(FEED)) == ["claim.taken"]


@pytest.mark.parametrize("after", ["gull", "1", "-1-1", "1-2-3", "%00", "1" * 30 + "-1"])
def test_what_is_no_event_is_told(desk, after):
    assert errors(desk.get(f"{FEED}?after={after}")) == (400, [("after", "invalid_position")])


def test_a_kind_that_no_text_can_be_is_told(desk):
    answer = desk.get(FEED, {"kind": ["verdict.published", "a\0b"]})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["kind"]


def test_it_takes_as_many_queries_for_many_events_as_for_few(desk, django_assert_num_queries):
    for count in (3, 30):
        for _ in range(count):
            record("claim.taken", ClaimFactory())
            record("article.stored", AppearanceFactory().article)
        with django_assert_num_queries(9):
            desk.get(f"{FEED}?page_size=100")
