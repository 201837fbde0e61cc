"""`/claimreview.json?since=`: who keeps a copy learns what changed, and what to forget."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import claimants, correcting, merging
from claims.desk import verdicts as services
from claims.models import Claim, Verdict
from claims.publishing import data_feed
from tests.factories import AppearanceFactory, ClaimantFactory, draft_verdict, published_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def to_the_second(monkeypatch):
    """Without what is told again to be safe, so that tests need not wait for minutes."""
    monkeypatch.setattr(data_feed, "OVERLAP", timedelta(0))


def elements(client, since: str) -> list[dict]:
    response = client.get("/claimreview.json", {"since": since})
    assert response.status_code == 200
    return json.loads(response.getvalue())["dataFeedElement"]


def now() -> str:
    return timezone.now().isoformat()


@pytest.fixture
def verdict(researcher, editor):
    published_verdict(researcher, editor)
    return published_verdict(researcher, editor)


def correct(verdict: Verdict, editor, other_editor) -> None:
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other_editor)
    services.verdict_publish(draft, by=other_editor)


def appear(verdict: Verdict, editor, other_editor) -> None:
    AppearanceFactory(claim=verdict.claim)


def rename(verdict: Verdict, editor, other_editor) -> None:
    into = ClaimantFactory(name="Mara Quill-Ashby")
    claimants.claimant_merge(verdict.claim.claimant, into=into, by=editor)


def merge(verdict: Verdict, editor, other_editor) -> None:
    merging.claim_merge(AppearanceFactory().claim, into=verdict.claim, by=editor)


@pytest.mark.parametrize("happening", [correct, appear, rename, merge])
def test_what_reads_differently_is_told_and_nothing_else(
    client, verdict, editor, other_editor, happening
):
    since = now()
    assert elements(client, since) == []

    happening(verdict, editor, other_editor)

    [told] = elements(client, since)
    everything = {one["url"]: one for one in elements(client, "2020-01-01")}
    assert told["url"].endswith(verdict.get_absolute_url())
    assert told == everything[told["url"]]


def test_a_retraction_is_told_as_an_item_that_is_gone(client, verdict, editor):
    since = now()
    services.verdict_retract(verdict, note="The log was forged.", by=editor)

    [told] = elements(client, since)

    assert told["item"] is None
    assert told["url"].endswith(verdict.get_absolute_url())
    assert told["description"] == "Retracted: The log was forged."
    assert told["dateDeleted"] == told["dateModified"] >= told["dateCreated"]
    assert "four late ferries" not in json.dumps(told)


def test_a_verdict_that_ran_out_says_so(client, verdict):
    since = now()
    services.verdict_expire(verdict)
    [told] = elements(client, since)
    assert (told["item"], told["description"]) == (None, "Out of date.")


def test_a_new_verdict_on_a_retracted_claim_is_told_and_not_the_retraction(
    client, verdict, editor, researcher
):
    since = now()
    services.verdict_retract(verdict, note="The log was forged.", by=editor)
    published_verdict(researcher, editor, claim=Claim.objects.get(pk=verdict.claim_id))
    [told] = elements(client, since)
    assert told["item"][0]["url"] == told["url"]
    assert "dateDeleted" not in told


def test_what_was_just_before_is_told_again(client, verdict, monkeypatch):
    """A change may be written down a while before others can see it."""
    assert elements(client, now()) == []
    monkeypatch.undo()
    assert len(elements(client, now())) == 2


def test_a_copy_kept_by_since_alone_equals_the_whole_feed(
    client, researcher, editor, other_editor, verdict
):
    """As an importer does it: from the date of the last answer on, by address."""
    copy, since = {}, "2000-01-01"

    def read() -> str:
        answer = json.loads(client.get("/claimreview.json", {"since": since}).getvalue())
        for one in answer["dataFeedElement"]:
            copy[one["url"]] = one["item"]
        return answer["dateModified"]

    since = read()
    correct(verdict, editor, other_editor)
    published_verdict(researcher, editor)
    since = read()
    services.verdict_retract(Verdict.objects.published().first(), note="Forged.", by=editor)
    services.verdict_expire(Verdict.objects.published().first())
    since = read()

    whole = json.loads(client.get("/claimreview.json").getvalue())["dataFeedElement"]
    assert {url: item for url, item in copy.items() if item} == {
        one["url"]: one["item"] for one in whole
    }
    assert list(copy.values()).count(None) == 2


def test_a_draft_is_never_told(client, verdict, editor, researcher):
    since = now()
    marker = "MARKERPIERHEAD"
    draft = correcting.verdict_correct(verdict, note=marker, by=editor)
    Verdict.objects.filter(pk=draft.pk).update(explanation=marker, title=marker)
    Verdict.objects.filter(pk=draft_verdict(researcher).pk).update(explanation=marker)
    assert marker not in json.dumps(elements(client, since))
    assert marker not in json.dumps(elements(client, "2000-01-01"))


@pytest.mark.parametrize(
    "since",
    [
        "2020-02-03",
        "2020-02-03T04:05:06Z",
        "2020-02-03T04:05:06+02:00",
        "2020-02-03T04:05",
        "0001-01-01",
    ],
)
def test_days_and_moments_are_understood(client, verdict, since):
    assert len(elements(client, since)) == 2


def test_a_plus_that_nobody_escaped_is_understood(client, verdict):
    response = client.get("/claimreview.json?since=2020-02-03T04:05:06+02:00")
    assert len(json.loads(response.getvalue())["dataFeedElement"]) == 2


@pytest.mark.parametrize(
    "since", ["yesterday", "2020-13-01", "2020-02-30T00:00:00Z", "1577836800", "2020-01-01\0", "T"]
)
def test_what_is_no_date_is_refused(client, since):
    response = client.get("/claimreview.json", {"since": since})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].startswith("since: ")


def test_thirty_changes_need_no_more_queries_than_three(client, researcher, editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            elements(client, "2020-01-01")
        return len(seen)

    for _ in range(3):
        published_verdict(researcher, editor)
    few = queries()
    for _ in range(27):
        published_verdict(researcher, editor)
    assert queries() == few
