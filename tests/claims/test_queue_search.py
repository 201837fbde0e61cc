"""The queue's search: accents and typos forgiven, claim, claimant and headline read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk import claims as services
from claims.models import Claim, Claimant, ClaimantAlias
from claims.tasks import mend_words
from tests import factories

QUEUE = "/admin/claims/claim/"


@pytest.fixture(autouse=True)
def signed_in(client, editor):
    client.force_login(editor)


def made(text: str, **fields) -> Claim:
    return factories.AppearanceFactory(claim__text=text, **fields).claim


def found(client, query: str) -> list[str]:
    answer = client.get(QUEUE, {"q": query})
    return sorted(claim.text for claim in answer.context["cl"].result_list)


@pytest.mark.parametrize(
    "query",
    [
        "Škoda",
        "skoda",
        "SKÓDA",
        "skod",
        "skdoa",
        "skoda ferreis",
        "feries",
        "ferry's quays ferries",
        "Hélène",
        "helene marchnd",
        "the walrsu",
    ],
)
def test_accents_typos_and_beginnings_are_forgiven(client, query):
    made(
        "Škoda paid for the ferry's quays and ferries.",
        claim__claimant=factories.ClaimantFactory(name="Hélène Marchand"),
        article__title="What the walrus saw",
    )
    made("Nothing of that kind.", article__title="Else", claim__claimant=None)
    assert found(client, query) == ["Škoda paid for the ferry's quays and ferries."]


@pytest.mark.parametrize("query", ["crab skoda", "xyzzyplugh", "1998", "'\\%:*&|!()<->", "a" * 300])
def test_every_word_counts_and_nothing_unlike_is_found(client, query):
    made("Škoda paid in 1989.")
    assert found(client, query) == []


def test_a_word_that_is_known_is_not_taken_for_another(client):
    made("The house is large.")
    made("The horse is large.")
    assert found(client, "house") == ["The house is large."]


def test_the_page_says_what_a_misspelt_word_was_taken_for(client):
    made("The walrus sleeps.")
    page = client.get(QUEUE, {"q": "walruss"}).content.decode()
    assert "Nothing here says “walruss”; shown is what says “walrus”" in page


@pytest.mark.django_db(transaction=True)
def test_new_words_names_and_aliases_are_known_at_once(client, editor):
    ada = Claimant.objects.create(name="Ada Quillfeather")
    claim = made("Ferries ran late.", claim__claimant=ada, article__title="Else")
    services.claim_word(claim, text="Trams derailed.", claimant=claim.claimant, by=editor)
    ClaimantAlias.objects.create(claimant=claim.claimant, name="Madame Tramway-Bergström")
    for query in ("drailed", "quilfeather", "bergstrm"):
        assert found(client, query) == ["Trams derailed."], query
    assert found(client, "ferries late") == []


def test_a_search_of_many_words_asks_the_database_a_bounded_number_of_times(client):
    made("Ferries ran late.")
    client.get(QUEUE, {"q": "ferries"})
    with CaptureQueriesContext(connection) as queries:
        client.get(QUEUE, {"q": "ferries late"})
    assert len(queries) < 30


def test_what_a_killed_process_had_no_time_to_make_findable_is_found_again(client, editor):
    """Words are learned after the commit, which in this test never comes: as after a kill."""
    claim = made("The walrus sleeps.")
    services.claim_word(
        claim,
        text="The narwhal sleeps.",
        claimant=factories.ClaimantFactory(name="Hélène Marchand"),
        by=editor,
    )
    queries = "narwh", "narwahl", "marchnd"
    assert [found(client, query) for query in queries] == [[], [], []]
    mend_words()
    for query in queries:
        assert found(client, query) == ["The narwhal sleeps."], query
