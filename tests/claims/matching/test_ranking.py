"""The ranking: which claim a sentence makes, with vectors, without, and on an empty desk."""

import random
import tracemalloc

import numpy as np
import pytest

from claims.matching import reading
from claims.matching.memory import Memory
from claims.matching.ranking import Candidate, Frequencies, Text, rank, rank_each

CLAIMS = {
    "buses": ("Bus fares in the city rose by 40 percent in a year.", "Did bus fares rise by 40%?"),
    "trains": ("Train fares in the country fell by 2 percent.", "Have train fares fallen?"),
    "shark": ("A photograph shows a shark swimming on a flooded motorway.", "Motorway shark"),
    "milk": ("Drinking milk before bed causes nightmares.", "Milk and nightmares"),
    "moon": ("The moon landing was filmed in a studio in Nevada.", "Was the moon landing staged?"),
}
BUSES = "Riding the bus costs 40% more than a year ago"


@pytest.fixture(scope="module")
def claims():
    rows = [{"id": id, "text": text, "title": title} for id, (text, title) in CLAIMS.items()]
    return [*reading.claims(rows)]


def without_vectors(candidate):
    return Candidate(candidate.id, tuple(Text.read(text.text) for text in candidate.texts))


def asked(text):
    (query,) = reading.texts([text])
    return query


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (BUSES, "buses"),
        ("Apollo 11 was a hoax shot on a Hollywood set", "moon"),
        ("omg a SHARK on the #FloodedMotorway!!", "shark"),
    ],
)
def test_the_claim_comes_first_whatever_the_order(claims, text, id):
    for order in (claims, claims[::-1]):
        assert rank(asked(text), order)[0].id == id


def test_scores_are_chances_best_first(claims):
    scores = [found.score for found in rank(asked(BUSES), claims)]
    assert scores == sorted(scores, reverse=True)
    assert 0.5 < scores[0] <= 1
    assert 0 <= scores[-1] < 0.02


def test_what_nobody_claimed_matches_nothing(claims):
    found = rank(asked("The finance minister resigned on Tuesday over a letter."), claims)
    assert found[0].score < 0.1


def test_a_claims_own_words_are_certain(claims):
    found = rank(asked(CLAIMS["milk"][0]), claims)
    assert found[0].id == "milk"
    assert found[0].score > 0.95


def test_a_score_does_not_depend_on_the_company(claims):
    query = asked(BUSES)
    among = {found.id: found.score for found in rank(query, claims)}
    for claim in claims:
        (alone,) = rank(query, [claim])
        assert alone.score == pytest.approx(among[claim.id])


def test_words_alone_will_do(claims):
    query = Text.read("Is it true that drinking milk gives you nightmares?")
    bare = [without_vectors(claim) for claim in claims]
    found = rank(query, bare)
    assert found[0].id == "milk"
    assert found[0].score > 0.5
    meant = rank(asked(query.text), bare)
    assert [(one.id, one.score) for one in meant] == [(one.id, one.score) for one in found]


def test_with_and_without_vectors_side_by_side(claims):
    mixed = [without_vectors(c) if c.id == "buses" else c for c in claims]
    found = rank(asked("Bus fares rose by 40 percent in the city"), mixed)
    assert found[0].id == "buses"
    assert np.isfinite([f.score for f in found]).all()


def test_shared_words_are_the_claims_own_rarest_first(claims):
    found = rank(asked("SHARKS swim on motorways, photographs show"), claims)[0]
    assert found.shared[0].lower() in ("shark", "motorway", "swimming")
    assert {word.lower() for word in found.shared} == {
        *("shark", "motorway", "swimming", "photograph", "shows")
    }


def test_common_words_count_less_on_a_desk_that_is_full_of_them(claims):
    query = Text.read("Fares for the zeppelin rose")
    bare = [without_vectors(claim) for claim in claims]
    common = Frequencies(texts=50_000, holding={"fare": 30_000, "rose": 30_000})
    assert rank(query, bare, common)[0].score < rank(query, bare)[0].score


@pytest.mark.parametrize("text", ["", "…", "https://example.org/x"])
def test_a_query_that_says_nothing(claims, text):
    found = rank(Text.read(text), claims)
    assert len(found) == len(claims)
    assert max(f.score for f in found) < 0.1


def test_nothing_to_rank(claims):
    assert rank(asked(BUSES), []) == []
    assert Memory([]).rank(asked(BUSES)) == []


def test_memory_finds_by_meaning_and_by_words(claims):
    filler = [Candidate(n, (Text.read(f"Filler number {n} says nothing"),)) for n in range(300)]
    memory = Memory([*filler, *claims, without_vectors(claims[2])])
    found = memory.candidates(asked("A shark was seen on the flooded motorway"))
    assert {c.id for c in claims} <= {c.id for c in found}
    assert sum(c.id == "shark" for c in found) == 2
    assert len(found) < 60


def test_queries_ranked_together_are_ranked_as_one_by_one(claims):
    mixed = [*claims[:2], *(without_vectors(claim) for claim in claims[2:])]
    queries = [asked(BUSES), Text.read(BUSES), asked("Motorway shark"), asked("…")]
    theirs = [mixed, claims[:3], [], mixed[::-1]]
    together = rank_each(queries, theirs)
    for query, candidates, found in zip(queries, theirs, together, strict=True):
        alone = rank(query, candidates)
        assert [(one.id, one.score) for one in found] == [(one.id, one.score) for one in alone]
        assert [one.shared for one in found] == [one.shared for one in alone]
    assert [len(best) for best in rank_each(queries, theirs, limit=2)] == [2, 2, 0, 2]


def test_texts_as_long_as_books_are_compared_without_taking_the_memory():
    """Another desk's claim may have 200,000 characters; twenty of them may come at once."""
    chance = random.Random(5)
    words = ["".join(chance.choices("aeioulnrst", k=7)) for _ in range(40_000)]
    long = [Text.read(" ".join(chance.sample(words, 3_000))) for _ in range(20)]
    candidates = [Candidate(at, (text,)) for at, text in enumerate(long)]
    tracemalloc.start()
    together = rank_each(long, [candidates] * len(long))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150_000_000
    assert [found[0].id for found in together] == [*range(20)]
    alone = rank(long[3], candidates)
    assert [(one.id, one.score) for one in together[3]] == [(one.id, one.score) for one in alone]
