"""Searching for claims in other words than theirs: in the queue and through the API."""

import pytest
from django.urls import reverse

from claims import tasks
from claims.desk import claims as desk
from claims.desk import merging
from claims.desk.wordings import claim_wordings_write
from claims.models import Claim
from tests.asking import client_of, errors, ids
from tests.factories import ClaimFactory, published_verdict

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:claims_claim_changelist")
CLAIMS = "/api/v1/claims/"
QUAYS = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024."
MEASLES = "Doctors at Emmet hospital treated 1,200 patients with measles in 2024."


def known(text: str, **fields) -> Claim:
    claim = ClaimFactory(text=text, **fields)
    claim_wordings_write(claim)
    tasks.match()
    return claim


@pytest.fixture
def quays():
    claim = known(QUAYS, check_worthiness=0.3)
    known(MEASLES, check_worthiness=0.9)
    return claim


def near(client, query: str) -> list[tuple[str, int]]:
    context = client.get(QUEUE, {"q": query}).context
    return [(found.claim.text, found.percent) for found in context["near"]]


@pytest.mark.parametrize("query", ["quay closures", "harlow bay cloesd its quays"])
def test_the_queue_finds_a_claim_in_other_words_and_with_slips(client, reader, quays, query):
    client.force_login(reader)
    response = client.get(QUEUE, {"q": query})
    assert list(response.context["cl"].result_list) == []
    page = response.content.decode()
    assert "Near in meaning" in page
    assert near(client, query)[0][0] == QUAYS
    panel = page.partition('id="near"')[2].partition("</section>")[0]
    assert reverse("admin:claims_claim_change", args=[quays.pk]) in panel
    assert f"{near(client, query)[0][1]}%" in panel
    assert MEASLES not in panel


def test_accents_are_forgiven(client, reader):
    claim = known("Unemployment in Zürich fell by 3% in 2023.")
    client.force_login(reader)
    assert near(client, "Zurich unemployed")[0][0] == claim.text


def test_what_the_words_find_already_is_not_said_again(client, reader, quays):
    client.force_login(reader)
    response = client.get(QUEUE, {"q": "quays closed"})
    assert [claim.text for claim in response.context["cl"].result_list] == [QUAYS]
    assert QUAYS not in [text for text, _percent in near(client, "quays closed")]


def test_a_claim_is_near_whatever_its_status_and_shows_its_rating(client, reader, quays, editor):
    published_verdict(claim=quays)
    gone = known("Almost half of the quays in Harlow Bay are shut.")
    merging.claim_merge(gone, into=quays, by=editor)
    joke = known("Harlow Bay will close its last quay on Sunday.")
    desk.claim_dismiss(joke, reason="In jest.", by=editor)
    client.force_login(reader)

    found = near(client, "quay closures Harlow Bay")

    assert {QUAYS, joke.text} <= {text for text, _percent in found}
    assert gone.text not in [text for text, _percent in found]
    panel = client.get(QUEUE, {"q": "quay closures Harlow Bay"}).content.decode()
    assert "Mostly false" in panel.partition('id="near"')[2]


@pytest.mark.parametrize("query", ["", "  ", "kittens", "a\x00b", "quays " * 500])
def test_there_may_be_nothing_near(client, reader, query):
    client.force_login(reader)
    response = client.get(QUEUE, {"q": query}, follow=True)
    assert response.status_code == 200
    assert 'id="near"' not in response.content.decode()


def test_no_role_no_search(client, quays):
    assert client.get(QUEUE, {"q": "quay closures"}).status_code == 302


def test_the_api_finds_what_is_like_a_text_nearest_first(reader, quays):
    api = client_of(reader)
    other = known("Fourteen quays in Harlow Bay were closed.", check_worthiness=0.8)

    response = api.get(CLAIMS, {"like": "Harlow Bay shut 14 of 32 quays from 2019 to 2024"})

    assert ids(response) == [str(quays.uid), str(other.uid)]
    likeness = [row["likeness"] for row in response.json()["results"]]
    assert 1 >= likeness[0] >= likeness[1] > 0
    by_score = {"like": "Harlow Bay shut 14 of 32 quays", "ordering": "score"}
    assert ids(api.get(CLAIMS, by_score)) == [str(other.uid), str(quays.uid)]
    assert {row["likeness"] for row in api.get(CLAIMS).json()["results"]} == {None}


def test_it_goes_with_the_other_filters_and_pages(reader, quays):
    api = client_of(reader)
    for n in range(3):
        known(f"Harlow Bay closed {n} quays.", language="en", topics=[f"number {n}"])
    asked = {"like": "quays closed in Harlow Bay", "page_size": 2}

    first = api.get(CLAIMS, asked)
    second = api.get(first.json()["next"])

    assert len(ids(first)) == len(ids(second)) == 2
    assert len({*ids(first), *ids(second)}) == 4
    assert second.json()["next"] is None
    assert len(ids(api.get(CLAIMS, {**asked, "topic": "number 1"}))) == 1
    assert ids(api.get(CLAIMS, {**asked, "status": "published"})) == []
    # Words are still only words.
    assert ids(api.get(CLAIMS, {"q": "closures"})) == []


def test_what_it_cannot_take(reader):
    api = client_of(reader)
    assert errors(api.get(CLAIMS, {"like": "a" * 1001}))[0] == 400
    assert errors(api.get(CLAIMS, {"ordering": "likeness"})) == (
        400,
        [("ordering", "invalid_choice")],
    )
    assert ids(api.get(CLAIMS, {"like": "quays"})) == []
