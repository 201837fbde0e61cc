"""Many wordings matched at once: each as if it were alone."""

import logging

import numpy as np
import pytest
from django.db import connection

from claims import tasks
from claims.desk import embedding, matching
from claims.desk.matching import text_of
from claims.desk.wordings import claim_wordings_write
from claims.matching import frequency, index
from claims.matching.index import Search, nearest, nearest_each
from claims.models import Claim, Match, Wording
from tests.bench.sentences import sentences
from tests.factories import ClaimFactory, WordingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def claims() -> list[Claim]:
    """Several of which say nearly the same; some have a second wording."""
    texts = [text for text, _place in sentences(20, seed=8)]
    found = [
        ClaimFactory(text=text) for text in [*texts, *(f"{text[:-1]} again." for text in texts)]
    ]
    for claim in found:
        claim_wordings_write(claim)
    for claim in found[::3]:
        title = f"Is it true that {claim.text}"
        WordingFactory(claim=claim, kind=Wording.Kind.TITLE, text=title)
    embedding.wordings_embed()
    return found


@pytest.fixture
def counted(claims):
    """PostgreSQL knows how rare each word is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE claims_wording")
    frequency.forget()
    yield
    frequency.forget()


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("rare", [index.RARE, 3, -1], ids=["rare words", "few", "common words"])
@pytest.mark.parametrize("meant", [True, False], ids=["with vectors", "without"])
def test_what_is_asked_together_is_answered_as_one_by_one(claims, monkeypatch, rare, meant):
    monkeypatch.setattr(index, "RARE", rare)
    if not meant:
        Wording.objects.filter(claim__in=claims[:30]).update(vector=None)
    wordings = Wording.objects.order_by("pk")
    searches = [Search(text_of(row), [row.claim_id], [claims[-1].pk]) for row in wordings]
    embedder = wordings[0].embedder
    together = nearest_each(searches, "claim", embedder=embedder)
    assert len(together) == len(searches)
    for search, found in zip(searches, together, strict=True):
        alone = nearest(
            search.text, "claim", embedder=embedder, without=search.without, also=search.also
        )
        assert [(one.id, one.score) for one in found] == [(one.id, one.score) for one in alone]
        assert found[0].score >= found[-1].score
        assert not {one.id for one in found} & {*search.without}


def test_nothing_is_found_among_nothing(claims):
    search = Search(text_of(Wording.objects.earliest("pk")))
    assert nearest_each([search, search], "external") == [[], []]
    assert nearest_each([], "claim") == []


def test_a_vector_is_asked_for_as_it_is_stored():
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    every = every[np.isfinite(every)].astype(np.float32)
    for part in np.array_split(every, 8):
        with connection.cursor() as cursor:
            cursor.execute("SELECT halfvec_send(%s::halfvec)", [index._written(part)])
            [[stored]] = cursor.fetchall()
        assert (index._vectors([stored])[0] == part).all()


def test_one_that_cannot_be_matched_leaves_the_others_to_be(claims, monkeypatch, caplog):
    broken = claims[3]
    evidence = matching.evidence

    def fails(one, query, **kwargs):
        if query.text == broken.text:
            raise ValueError("This text is nothing to compare.")
        return evidence(one, query, **kwargs)

    monkeypatch.setattr(matching, "evidence", fails)
    with caplog.at_level(logging.ERROR, "claims.desk.matching"):
        tasks.match_found(claims[:20])
    assert Claim.objects.exclude(matched_at=None).count() == 20
    [record] = caplog.records
    assert f"wording {broken.wordings.get(kind='claim').pk}:" in record.getMessage()
    suggested = {pk for pair in Match.objects.values_list("claim", "other") for pk in pair}
    assert {claim.pk for claim in claims[:20]} - suggested <= {broken.pk}
    assert Match.objects.of(claims[4]).of(claims[24]).exists()
