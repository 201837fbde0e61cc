"""The queue's filters, saved filters, bulk steps and pages."""

import pytest
from django.utils import timezone

from articles.events import Event
from claims.admin import filters, paging
from claims.models import Claim, SavedFilter, Topic
from tests import factories

QUEUE = "/admin/claims/claim/"


@pytest.fixture(autouse=True)
def signed_in(client, editor):
    client.force_login(editor)


def texts(client, query: str = "") -> list[str]:
    return [claim.text for claim in client.get(QUEUE + query).context["cl"].result_list]


def made(text: str, **fields) -> Claim:
    claim = factories.AppearanceFactory(claim__text=text).claim
    Claim.objects.filter(pk=claim.pk).update(**fields)
    claim.refresh_from_db()
    return claim


def test_filters_by_topic_score_day_flag_and_outlet(client):
    crab = made("Crabs.", topics=["crabs"], check_worthiness=0.95)
    made("Lice.", flagged=True, check_worthiness=0.35, last_made_at="2026-05-10T23:30Z")
    assert texts(client, "?topic=Crabs") == ["Crabs."]
    assert texts(client, "?check_worthiness_from=0.9") == ["Crabs."]
    assert texts(client, "?check_worthiness_to=0.4") == ["Lice."]
    assert texts(client, "?made_from=2026-05-10&made_to=2026-05-10") == ["Lice."]
    assert texts(client, "?made_to=2026-05-09") == ["Crabs."]
    assert texts(client, "?made_from=2026-05-05") == ["Lice."]
    assert texts(client, "?mark=flagged") == ["Lice."]
    outlet = crab.appearances.get().article.outlet
    page = client.get(f"{QUEUE}?outlet={outlet.pk}")
    assert [c.text for c in page.context["cl"].result_list] == ["Crabs."]
    assert outlet.name in page.content.decode().partition('<select name="outlet"')[2][:600]
    for nonsense in ("made_from=x", "made_to=9999-12-31", "made_from=0001-01-01",
                     "check_worthiness_from=x", "check_worthiness_to=nan",
                     "outlet=99999999999999999999",
                     "topic=%00", "mark=x", f"topic={'x' * 500}"):  # fmt: skip
        assert client.get(f"{QUEUE}?{nonsense}").status_code in (200, 302), nonsense


def test_suggested_matches_are_found_from_both_sides_be_they_few_or_many(client, monkeypatch):
    match = factories.MatchFactory()
    made("Alone.")
    pair = {match.claim.text, match.other.text}
    assert set(texts(client, "?same=suggested")) == pair
    monkeypatch.setattr(filters, "MANY", 0)
    assert set(texts(client, "?same=suggested")) == pair
    match.state = "rejected"
    match.decided_by, match.decided_at = factories.UserFactory(), timezone.now()
    match.save()
    assert texts(client, "?same=suggested") == []


def test_a_rating_finds_each_claim_once_by_the_verdict_that_stands(client):
    verdict = factories.published_verdict()
    other = factories.published_verdict()
    assert sorted(texts(client, f"?rating={verdict.rating_id}")) == sorted(
        one.claim.text for one in (verdict, other) if one.rating_id == verdict.rating_id
    )
    assert texts(client, "?rating=0") == []


def test_a_row_leads_to_its_claim_with_the_filters_and_is_picked_in_a_window_of_its_own(client):
    claim = made("Crabs.", topics=["crabs"])
    address = f"{QUEUE}{claim.pk}/change/"
    row = client.get(f"{QUEUE}?topic=crabs").content.decode().partition("<tbody")[2]
    assert f'name="_selected_action" value="{claim.pk}"' in row
    assert f'<a href="{address}?_changelist_filters=topic%3Dcrabs"' in row
    picked = client.get(f"{QUEUE}?_popup=1").content.decode().partition("<tbody")[2]
    assert f'data-popup-opener="{claim.pk}"' in picked
    assert "_selected_action" not in picked


def test_topics_are_completed_from_what_claims_have(client):
    Topic.objects.create(name="crime")
    Topic.objects.create(name="health")
    answer = client.get(f"{QUEUE}topics/", {"term": "Cri"}).json()
    assert answer == {"results": [{"text": "crime"}]}


def test_a_view_is_saved_shared_and_deleted_by_its_owner_alone(client, editor, other_editor):
    made("Crabs.", topics=["crabs"])
    made("Lice.")
    sent = {"name": " My crabs ", "query": "topic=crabs&p=2&q=", "shared": "on"}
    answer = client.post(f"{QUEUE}filters/", sent)
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.shared) == ("My crabs", "topic=crabs", True)
    assert answer.url == f"{QUEUE}?topic=crabs"
    assert texts(client, f"?{row.query}") == ["Crabs."]
    client.post(f"{QUEUE}filters/", {"name": "Own", "query": "status=all"})

    client.force_login(other_editor)
    page = client.get(QUEUE).content.decode()
    assert "My crabs" in page
    assert '?status=all"' not in page.partition("Saved filters")[2]
    assert client.post(f"{QUEUE}filters/{row.pk}/delete/").status_code == 403
    own = SavedFilter.objects.get(name="Own")
    assert client.post(f"{QUEUE}filters/{own.pk}/delete/").status_code == 404
    client.force_login(editor)
    client.post(f"{QUEUE}filters/{row.pk}/delete/")
    assert list(SavedFilter.objects.all()) == [own]
    kinds = Event.objects.filter(kind__startswith="savedfilter").order_by("id")
    assert [e.kind for e in kinds] == [
        "savedfilter.saved", "savedfilter.saved", "savedfilter.deleted"
    ]  # fmt: skip


def test_saving_under_the_same_name_replaces_and_no_name_is_refused(client):
    for query in ("topic=a", "topic=b"):
        client.post(f"{QUEUE}filters/", {"name": "Mine", "query": query})
    assert [row.query for row in SavedFilter.objects.all()] == ["topic=b"]
    answer = client.post(f"{QUEUE}filters/", {"name": " ", "query": ""}, follow=True)
    assert [str(m) for m in answer.context["messages"]][-1] == "Give it a name."
    assert SavedFilter.objects.count() == 1
    assert client.get(f"{QUEUE}filters/").status_code == 405


def test_many_are_assigned_and_the_outcome_of_each_is_told(client, researcher):
    free, published = made("Free."), factories.published_verdict().claim
    picked = {"_selected_action": [free.pk, published.pk]}
    page = client.post(f"{QUEUE}?status=all", {"action": "assign", **picked})
    assert "Assign 2 claims" in page.content.decode()
    answer = client.post(f"{QUEUE}assign/", {**picked, "to": researcher.pk}).content.decode()
    free.refresh_from_db()
    published.refresh_from_db()
    assert free.assignee == researcher
    assert published.assignee != researcher
    assert "1 of 2 claims assigned" in answer
    assert "Not assigned: This claim is published" in answer


def test_many_are_tagged(client, reader):
    rows = [made("One.", topics=["old"]), made("Two.")]
    picked = {"_selected_action": [row.pk for row in rows]}
    page = client.post(f"{QUEUE}tag/", {**picked, "add": "", "remove": " , "})
    assert page.status_code == 422
    assert "Name a topic" in page.content.decode()
    long = client.post(f"{QUEUE}tag/", {**picked, "add": "x" * 61})
    assert long.status_code == 422
    client.post(f"{QUEUE}tag/", {**picked, "add": "Crime, Sea", "remove": "old"})
    assert [Claim.objects.get(pk=row.pk).topics for row in rows] == [["crime", "sea"]] * 2
    client.force_login(reader)
    assert client.post(f"{QUEUE}tag/", {**picked, "add": "no"}).status_code == 403


def test_counts_end_at_the_cap_and_pages_do_not(client, monkeypatch):
    monkeypatch.setattr(paging, "CAP", 60)
    factories.AppearanceFactory.create_batch(112)
    page = client.get(QUEUE)
    assert "60+ claims" in page.content.decode()
    assert page.context["queue_tabs"][0]["size"] == "60+"
    assert 'href="?p=3"' in client.get(f"{QUEUE}?p=2").content.decode()
    pages = [texts(client, f"?p={number}") for number in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [50, 50, 12]
    assert len({text for rows in pages for text in rows}) == 112
    last = client.get(f"{QUEUE}?p=3").content.decode()
    assert 'href="?p=2"' in last
    assert 'href="?p=4"' not in last
    for beyond in ("4", "0", "-1", "x", "99999999999999999999"):
        assert client.get(f"{QUEUE}?p={beyond}").status_code in (200, 302), beyond


@pytest.mark.parametrize("columns", ["", "?o=3", "?o=-3", "?o=4.-7", "?o=-4.3", "?o=7", "?o=-7"])
def test_few_claims_are_in_the_order_of_many(client, monkeypatch, columns):
    """Few are sorted where they are found, many are read in the order of an index."""
    for number in range(12):
        score = (number * 5 % 3) / 10
        made(f"Claim {number}.", check_worthiness=score, flagged=number % 4 == 0)
    few = texts(client, columns)
    monkeypatch.setattr(paging, "CAP", 1)
    assert texts(client, columns) == few
    assert len(few) == 12


@pytest.mark.parametrize("sortable", [-1, 1, 100])
def test_what_a_search_finds_is_in_the_same_order_however_much_it_is(client, monkeypatch, sortable):
    """Few are sorted, some are expected and sorted, many are read in the order of an index."""
    for number in range(12):
        made(f"Crabs {number}.", check_worthiness=(number * 5 % 3) / 10)
    few = texts(client, "?q=crabs")
    monkeypatch.setattr(paging, "CAP", 1)
    monkeypatch.setattr(paging, "SORTABLE", sortable)
    assert texts(client, "?q=crabs") == few
    assert len(few) == 12
