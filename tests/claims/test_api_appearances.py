"""The claims in an article, through HTTP."""

import pytest
from rest_framework.test import APIClient

from claims.models import Attribution
from tests.factories import AppearanceFactory, ArticleFactory, ClaimFactory, published_verdict


@pytest.fixture
def client(reader):
    client = APIClient()
    client.force_login(reader)
    return client


def appearances(client, article):
    response = client.get(f"/api/v1/articles/{article.uid}/appearances/")
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_each_place_with_its_attribution_in_the_text_order(client):
    article = ArticleFactory(text="“Ferries ran late”, Mara Quill said, “four times in May”.")
    attribution = Attribution.objects.create(
        article=article,
        kind="direct",
        source_start=20,
        source_end=30,
        cue_start=31,
        cue_end=35,
        start=1,
        end=55,
        content=[[1, 17], [38, 55]],
    )
    claim = ClaimFactory(text="Ferries ran late four times in May.")
    later = AppearanceFactory(article=article, claim=ClaimFactory(), start=38, end=55)
    first = AppearanceFactory(
        article=article, claim=claim, start=1, end=17, attribution=attribution
    )

    rows = appearances(client, article)

    assert [row["id"] for row in rows] == [str(first.uid), str(later.uid)]
    row = rows[0]
    assert (row["start"], row["end"], row["text"]) == (1, 17, "Ferries ran late")
    assert row["claim"]["text"] == claim.text
    assert row["claim"]["url"] == f"http://localhost:8000/claims/{claim.slug}/"
    assert row["claimant"]["name"] == claim.claimant.name
    assert row["attribution"] == {
        "kind": "direct",
        "source": {"start": 20, "end": 30, "text": "Mara Quill"},
        "cue": {"start": 31, "end": 35, "text": "said"},
        "content": [
            {"start": 1, "end": 17, "text": "Ferries ran late"},
            {"start": 38, "end": 55, "text": "four times in May"},
        ],
    }
    assert (row["score"], row["verdict"]) == (0.8, None)


def test_a_checked_claim_brings_its_verdict(client):
    verdict = published_verdict()
    article = verdict.claim.appearances.get().article
    again = AppearanceFactory(claim=verdict.claim)

    for place in (article, again.article):
        found = appearances(client, place)[0]["verdict"]
        assert found["id"] == str(verdict.uid)
        assert found["rating"]["slug"] == "mostly-false"


def test_no_attribution_no_claimant(client):
    place = AppearanceFactory(claim=ClaimFactory(claimant=None), attribution=None)

    row = appearances(client, place.article)[0]

    assert (row["attribution"], row["claimant"]) == (None, None)


@pytest.mark.parametrize("name", ["gull", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_article_that_is_not_there(client, name):
    response = client.get(f"/api/v1/articles/{name}/appearances/")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
