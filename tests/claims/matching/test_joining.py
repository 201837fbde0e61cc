"""What joins a known claim by itself: the same sentence, and nothing whose truth could differ."""

import pytest
from hypothesis import given

from claims.matching.joining import joins, reason

from .sentences import texts


def test_no_pair_that_differs_in_a_fact_joins(pairs):
    joined = [(a, b) for a, b in pairs[False] if joins(a, b) or joins(b, a)]
    assert len(pairs[False]) >= 220
    assert joined == []


def test_the_same_sentence_in_another_dress_joins(pairs):
    apart = [(a, b) for a, b in pairs[True] if not joins(a, b)]
    assert len(pairs[True]) >= 80
    assert apart == []


def test_the_reason_is_told():
    known = "Unemployment in Spain fell to 11 per cent in 2023."
    assert reason(known, "Unemployment in Spain fell to 11 per cent in 2023") == "the same sentence"
    assert reason(known, "Unemployment in Spain fell to 11% in 2023") == (
        "the same but for spelling"
    )
    assert reason(known, "Unemployment in Spain fell to 12% in 2023") is None


@pytest.mark.parametrize("text", ["The", "The word", "False.", "— —", ""])
def test_what_says_nothing_joins_nothing(text):
    assert not joins(text, text)


def test_of_other_languages_only_the_same_sentence_joins():
    known = "Die Arbeitslosigkeit sank auf 11 Prozent."
    assert joins(known, "„Die Arbeitslosigkeit sank auf 11 Prozent“", language="de")
    assert not joins(known, "Die Arbeitslosigkeit sank auf elf Prozent.", language="de")
    assert not joins(known, "Die Arbeitslosigkeit sank auf 11%.", language="de")


def test_english_of_any_country_is_english():
    known = "Unemployment in Spain fell to 11 per cent in 2023."
    assert joins(known, "Unemployment in Spain fell to 11% in 2023.", language="en-gb")


@given(texts, texts)
def test_joining_is_mutual(a, b):
    assert joins(a, b) == joins(b, a)


@given(texts)
def test_a_sentence_joins_itself_unless_it_says_nothing(text):
    assert reason(text, text) in ("the same sentence", None)
