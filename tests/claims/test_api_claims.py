"""Claims through HTTP: the queue, and what the desk does with one."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.utils import timezone

from claims.models import Claim
from tests.asking import client_of, errors, ids
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimantFactory,
    ClaimFactory,
    draft_verdict,
    published_verdict,
)

CLAIMS = "/api/v1/claims/"


@pytest.fixture
def desk(editor):
    return client_of(editor)


@pytest.fixture
def claim(db):
    return AppearanceFactory().claim


def at(claim, action=""):
    return f"{CLAIMS}{claim.uid}/{action and action + '/'}"


def cursor(order, key):
    return "cursor=" + urlsafe_b64encode(json.dumps([order, False, key, 1]).encode()).decode()


def test_a_claim_says_what_was_said_by_whom_and_where(desk, claim):
    response = desk.get(at(claim))

    body = response.json()
    assert response["ETag"].startswith('"v1-')
    assert body["text"] == claim.text
    assert body["claimant"]["name"] == claim.claimant.name
    assert (body["score"], body["reasons"]) == (0.8, [["names a quantity", 0.9]])
    assert body["url"] == f"http://localhost:8000/claims/{claim.slug}/"
    assert body["verdict"] is None
    place = claim.appearances.get()
    assert [one["text"] for one in body["appearances"]] == [place.text]
    assert body["appearances"][0]["article"]["url"] == place.article.url


def test_an_open_verdict_is_for_the_desk(desk, claim, researcher):
    verdict = draft_verdict(researcher, claim=claim)

    assert desk.get(at(claim)).json()["open_verdict"]["id"] == str(verdict.uid)
    assert desk.get(at(claim)).json()["verdict"] is None


def test_a_claim_names_its_published_verdict(desk):
    verdict = published_verdict()

    row = desk.get(CLAIMS).json()["results"][0]
    assert row["verdict"]["id"] == str(verdict.uid)
    assert row["verdict"]["rating"] == {"name": "Mostly false", "slug": "mostly-false"}
    assert desk.get(at(verdict.claim)).json()["open_verdict"] is None


def test_the_list_is_filtered(desk):
    verdict = published_verdict()
    ours = verdict.claim
    Claim.objects.filter(pk=ours.pk).update(topics=["transport"], text="50% of ferries (late)")
    ours.claimant.aliases.create(name="The Quill")
    outlet = ours.appearances.get().article.outlet
    ClaimFactory(check_worthiness=0.2, language="fr", text="Gulls are white.")

    for query in (
        "status=published",
        "status=published&status=triaged",
        f"claimant={ours.claimant.uid}",
        f"claimant={ours.claimant.name.upper()}",
        "claimant=the quill",
        "rating=mostly-false",
        f"outlet={outlet.uid}",
        f"outlet={outlet.name}",
        f"outlet={outlet.domain}",
        "topic=transport",
        "language=EN",
        "min_score=0.5",
        "q=LATE 50%25",
        "q=(late)",
    ):
        assert ids(desk.get(f"{CLAIMS}?{query}")) == [str(ours.uid)], query
    for query in ("rating=true", "q=ferries white", "since=2999-01-01", "outlet=gull", "q=.*"):
        assert ids(desk.get(f"{CLAIMS}?{query}")) == [], query


def test_a_claim_that_appears_twice_in_an_outlet_is_listed_once(desk, claim):
    outlet = claim.appearances.get().article.outlet
    AppearanceFactory(claim=claim, article=ArticleFactory(outlet=outlet))

    assert ids(desk.get(f"{CLAIMS}?outlet={outlet.domain}")) == [str(claim.uid)]


def test_the_list_is_ordered(desk):
    low = ClaimFactory(check_worthiness=0.1, made_on="2026-05-06")
    high = ClaimFactory(check_worthiness=0.9, made_on="2026-05-05")
    undated = ClaimFactory(check_worthiness=0.5, made_on=None)

    for ordering, rows in (
        ("score", [high, undated, low]),
        ("newest", [undated, high, low]),
        ("made_on", [low, high, undated]),
        ("priority", [high, undated, low]),
    ):
        expected = [str(one.uid) for one in rows]
        assert ids(desk.get(f"{CLAIMS}?ordering={ordering}")) == expected


@pytest.mark.parametrize("ordering", ["score", "newest", "made_on", "priority"])
def test_pages_stay_right_while_claims_with_the_same_score_arrive(desk, ordering):
    known = [ClaimFactory() for _ in range(7)]
    seen = []
    address = f"{CLAIMS}?ordering={ordering}&page_size=3"

    while address:
        page = desk.get(address).json()
        seen += [row["id"] for row in page["results"]]
        ClaimFactory()
        ClaimFactory(check_worthiness=0.9)
        last, address = page, page["next"]

    assert seen == [str(one.uid) for one in reversed(known)]
    back = desk.get(last["previous"]).json()
    assert [row["id"] for row in back["results"]] == seen[3:6]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=lost", "status"),
        ("min_score=high", "min_score"),
        ("min_score=NaN", "min_score"),
        ("min_score=2", "min_score"),
        ("since=soon", "since"),
        ("q=a%00b", "q"),
        ("claimant=%00", "claimant"),
        ("topic=%00", "topic"),
        ("flagged=maybe", "flagged"),
        ("min_priority=high", "min_priority"),
        ("min_priority=NaN", "min_priority"),
        ("ordering=taste", "ordering"),
        ("cursor=gull", "cursor"),
        ("ordering=newest&" + cursor("newest", "9999-12-31T23:59:59-19:31"), "cursor"),
        ("ordering=made_on&" + cursor("made_on", "soon"), "cursor"),
        ("ordering=newest&" + cursor("score", 0.5), "cursor"),
    ],
)
def test_a_query_that_makes_no_sense_is_named(desk, query, field):
    status, named = errors(desk.get(f"{CLAIMS}?{query}"))

    assert (status, [name for name, _code in named]) == (400, [field])


@pytest.mark.parametrize("key", ["2026-05-04T12:00:00-19:31", "2026-05-04"])
def test_a_cursor_made_up_well_enough(desk, claim, key):
    assert ids(desk.get(f"{CLAIMS}?ordering=newest&{cursor('newest', key)}")) == []


def test_the_way_of_a_claim(desk, claim, editor, researcher):
    def post(action, **body):
        response = desk.post(at(claim, action), body)
        assert response.status_code == 200, response.content
        return response.json()

    assert post("triage")["status"] == "triaged"
    assert post("assign", to="researcher")["assignee"] == "researcher"
    assert post("assign", to=None)["assignee"] is None
    assert post("take")["assignee"] == "editor"
    assert post("dismiss", reason="Said in jest.")["dismissal"] == "Said in jest."
    reopened = post("reopen", reason="It was not.")
    assert (reopened["status"], reopened["dismissal"]) == ("in_progress", "")
    assert reopened["open_verdict"]["state"] == "draft"
    assert reopened["version"] == 7

    history = desk.get(at(claim, "events")).json()["results"]
    assert [event["kind"] for event in history] == [
        "claim.reopened",
        "claim.dismissed",
        "claim.taken",
        "claim.assigned",
        "claim.assigned",
        "claim.triaged",
    ]
    assert history[1]["note"] == "Said in jest."
    assert history[1]["actor"].startswith("Edda")


def test_what_is_flagged_and_tagged_comes_first_and_is_found_by_it(desk, claim):
    now = timezone.now()
    Claim.objects.filter(pk=claim.pk).update(check_worthiness=0.5, last_made_at=now)
    older = ClaimFactory(check_worthiness=0.5, last_made_at=now - timedelta(weeks=90))
    assert desk.get(at(claim)).json()["priority"] == 0

    flagged = desk.post(at(claim, "flag")).json()
    assert (flagged["flagged"], flagged["priority"]) == (True, 5)
    tagged = desk.post(at(claim, "tag"), {"add": ["Ferries", "May"], "remove": ["june"]}).json()
    assert tagged["topics"] == ["ferries", "may"]
    for query in ("flagged=true", "topic=FERRIES", "min_priority=4", "ordering=priority&topic=may"):
        assert ids(desk.get(f"{CLAIMS}?{query}")) == [str(claim.uid)], query
    assert desk.get(at(older)).json()["priority"] == -90
    assert ids(desk.get(f"{CLAIMS}?min_priority=0&flagged=false")) == []
    for query in ("flagged=false", "min_priority=-91&flagged=false"):
        assert ids(desk.get(f"{CLAIMS}?{query}")) == [str(older.uid)], query

    assert desk.post(at(claim, "unflag")).json()["flagged"] is False
    assert desk.post(at(claim, "tag"), {"remove": ["may"]}).json()["topics"] == ["ferries"]
    desk.post(at(claim, "assign"), {"to": "editor"})
    assert ids(desk.get(f"{CLAIMS}?assignee=editor")) == [str(claim.uid)]
    assert ids(desk.get(f"{CLAIMS}?assignee=nobody-here")) == []
    kinds = [event["kind"] for event in desk.get(at(claim, "events")).json()["results"]]
    assert kinds == [
        "claim.assigned", "claim.tagged", "claim.unflagged", "claim.tagged", "claim.flagged"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"add": [" "]}, ("topic", "topic_required")),
        ({"add": ["x" * 61]}, ("topic", "topic_too_long")),
        ({"add": [f"topic {n}" for n in range(90)]}, ("topics", "too_many_topics")),
        ({"add": "ferries"}, ("add", "not_a_list")),
    ],
)
def test_topics_that_cannot_be(desk, claim, body, named):
    assert errors(desk.post(at(claim, "tag"), body)) == (400, [named])
    claim.refresh_from_db()
    assert claim.topics == []


def test_the_history_of_a_claim_holds_that_of_its_verdicts(desk, claim, researcher):
    draft_verdict(researcher, claim=claim)
    draft_verdict(researcher)

    history = desk.get(at(claim, "events")).json()["results"]
    assert [e["kind"] for e in history] == [
        "verdict.evidence_added",
        "verdict.edited",
        "claim.taken",
    ]


def test_a_claim_is_worded_and_what_is_left_out_stays(desk, claim):
    other = ClaimantFactory(name="Harbour Board", kind="organisation")

    body = desk.patch(at(claim), {"text": "Four ferries ran late."}).json()
    assert (body["text"], body["claimant"]["id"]) == (
        "Four ferries ran late.",
        str(claim.claimant.uid),
    )
    body = desk.patch(at(claim), {"claimant": "harbour board"}).json()
    assert (body["text"], body["claimant"]["id"]) == ("Four ferries ran late.", str(other.uid))
    body = desk.patch(at(claim), {"claimant": None}).json()
    assert body["claimant"] is None


def test_a_merged_claim_says_into_which(desk, claim):
    other = AppearanceFactory().claim

    response = desk.post(at(claim, "merge"), {"into": str(other.uid)})

    assert response.status_code == 200
    body = desk.get(at(claim)).json()
    assert (body["status"], body["merged_into"]) == ("merged", str(other.uid))
    assert body["appearances"] == []
    assert len(desk.get(at(other)).json()["appearances"]) == 2


@pytest.mark.parametrize("count", [3, 30])
def test_lists_take_as_many_queries_for_many_as_for_few(
    desk, editor, researcher, django_assert_num_queries, count
):
    for _ in range(count):
        published_verdict(researcher, editor)
    claim = ClaimFactory(check_worthiness=0.9)
    article = AppearanceFactory(claim=claim).article
    for n in range(1, count):
        AppearanceFactory(claim=claim, article=article, start=n)
        desk.post(at(claim, "assign"), {"to": "editor"})

    with django_assert_num_queries(8):
        assert len(ids(desk.get(CLAIMS))) == count + 1
    with django_assert_num_queries(12):
        assert len(desk.get(at(claim)).json()["appearances"]) == count
    with django_assert_num_queries(8):
        assert len(desk.get(at(claim, "events")).json()["results"]) == count - 1
    with django_assert_num_queries(9):
        assert len(ids(desk.get(f"/api/v1/articles/{article.uid}/appearances/"))) == count
