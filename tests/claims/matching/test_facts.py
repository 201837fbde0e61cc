"""What two sentences agree and differ in, as an editor reads it."""

from decimal import Decimal

import pytest
from hypothesis import given

from claims.matching.facts import compare, facts

from .sentences import texts


@pytest.mark.parametrize(
    ("text", "value", "kind", "unit"),
    [
        ("Prices rose by 3%.", "3", "percent", "%"),
        ("Prices rose by 3,5 per cent.", "3.5", "percent", "%"),
        ("Prices rose by three percent.", "3", "percent", "%"),
        ("Support rose by four percentage points.", "4", "points", "percentage points"),
        ("Rates rose by half a percentage point.", "0.5", "points", "percentage points"),
        ("It cost $2.5bn to build.", "2500000000", "money", "$"),
        ("It cost 2.5 million euros to build.", "2500000", "money", "€"),
        ("It cost £3m to build.", "3000000", "money", "£"),
        ("Some 3 million people fled.", "3000000", "count", "people"),
        ("Twenty-one people fled.", "21", "count", "people"),
        ("Two hundred and six thousand people fled.", "206000", "count", "people"),
        ("Two and a half million people fled.", "2500000", "count", "people"),
        ("Half a million people fled.", "500000", "count", "people"),
        ("A hundred people fled.", "100", "count", "people"),
        ("31 000 people fled.", "31000", "count", "people"),
        ("1,23,456 people fled.", "123456", "count", "people"),
        ("A quarter of voters stayed at home.", "0.25", "share", ""),
        ("One in ten voters stayed at home.", "0.1", "share", ""),
        ("Nine out of ten voters stayed at home.", "0.9", "share", ""),
        ("Rents doubled.", "2", "multiple", ""),
        ("Rents are four times as high.", "4", "multiple", "times"),
        ("She was the 21st witness.", "21", "ordinal", ""),
        ("She was the twenty-first witness.", "21", "ordinal", ""),
        ("The wall is 12 kilometres long.", "12", "measure", "km"),
        ("It was minus 5 degrees Celsius.", "-5", "measure", "°C"),
        ("Thousands marched.", "1000", "vague", ""),
    ],
)
def test_a_number_is_read(text, value, kind, unit):
    (found,) = facts(text).quantities
    assert (found.value, found.kind, found.unit) == (Decimal(value), kind, unit)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("About 60 whales died.", "about"),
        ("More than 60 whales died.", "more than"),
        ("Over 60 whales died.", "more than"),
        ("Fewer than 60 whales died.", "less than"),
        ("No fewer than 60 whales died.", "at least"),
        ("60 whales or more died.", ""),
        ("60 or more whales died.", "at least"),
        ("Nearly 60 whales died.", "almost"),
        ("As many as 60 whales died.", "up to"),
    ],
)
def test_what_bounds_a_number(text, bound):
    (found,) = facts(text).quantities
    assert found.bound == bound


@pytest.mark.parametrize(
    "text",
    ["No one came.", "Covid-19 spread.", "The F-35 flew.", "One of the men fled.", "She left."],
)
def test_no_number_is_read(text):
    assert facts(text).quantities == ()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("It sank on 28 September 1994.", "28 September 1994"),
        ("It sank on September 28th, 1994.", "28 September 1994"),
        ("It sank on 1994-09-28.", "28 September 1994"),
        ("It sank in Sept. 1994.", "September 1994"),
        ("It sank in 1994.", "1994"),
        ("It sank in the 1990s.", "the 1990s"),
        ("It sank in May.", "May"),
        ("It sank on a Monday.", "Monday"),
        ("Es sank am 28. September 1994.", "28 September 1994"),
        ("Il coula le 3 août 1994.", "3 August 1994"),
        ("Se hundió el 3 de agosto de 1994.", "3 August 1994"),
    ],
)
def test_a_date_is_read(text, date):
    assert [str(found) for found in facts(text).dates] == [date]


def test_a_year_of_people_is_a_number():
    (found,) = facts("2019 people drowned.").quantities
    assert (found.value, facts("2019 people drowned.").dates) == (2019, ())


@pytest.mark.parametrize(
    ("a", "b", "phrase"),
    [
        ("Rents rose by 3%.", "Rents rose by 30%.", "3% here, 30% there"),
        ("It cost $3m.", "It cost $3bn.", "$3 million here, $3 billion there"),
        ("A third of Finns ski.", "Two thirds of Finns ski.", "a third here, two thirds there"),
        ("It leaks 3 litres a day.", "It leaks 3 litres a year.", "per day here, per year there"),
        (
            "At least 9 men died.",
            "At most 9 men died.",
            "at least 9 here, at most 9 there",
        ),
        ("Rents in Rome rose.", "Rents in Rome rose 3%.", "only there: 3%"),
        ("Rents rose in 2019.", "Rents rose in 2009.", "names 2019, the other 2009"),
        (
            "Closed since May 2019.",
            "Closed until May 2019.",
            "since May 2019 here, until May 2019 there",
        ),
        ("He was born in Berlin.", "He was born in Vienna.", "names Berlin, the other Vienna"),
        ("Rents in Rome rose.", "Rents rose.", "only one names Rome"),
        ("The mayor did not lie.", "The mayor did lie.", "one is negated"),
        ("The mayor failed to pay.", "The mayor paid.", "one is negated"),
        ("Rents rose.", "Rents fell.", "“rose” here, “fell” there"),
        ("The court upheld it.", "The court overturned it.", "“upheld” here, “overturned” there"),
        ("All jurors left.", "Most jurors left.", "“all” here, “most” there"),
        ("Only women left.", "Women left.", "“only” only here"),
        ("Few women left.", "A few women left.", "“few” here, “a few” there"),
        ("Rome will ban cars.", "Rome may ban cars.", "“will” here, “may” there"),
        ("Rome plans to ban cars.", "Rome has banned cars.", "“plans” only here"),
        ("He allegedly fled.", "He fled.", "“allegedly” only here"),
        ("Rome is in debt.", "Rome was in debt.", "present here, past there"),
        ("Rome banned cars in parks.", "Rome bans cars in parks.", "“banned” here, “bans” there"),
        ("Epic sued Apple.", "Apple sued Epic.", "the same words in another order"),
        ("Did Rome ban cars?", "Rome did ban cars.", "one only asks"),
        (
            "It spreads as fast as flu.",
            "It spreads faster than flu.",
            "“as … as” here, “than” there",
        ),
        ("Rents rose this year.", "Rents rose last year.", "this year here, last year there"),
        (
            "Pfizer withdrew its request in India.",
            "Moderna withdrew its request in India.",
            "worded “Pfizer” here, “Moderna” there",
        ),
    ],
)
def test_what_differs(a, b, phrase):
    assert phrase in compare(a, b).differing


@pytest.mark.parametrize(
    ("a", "b", "phrase"),
    [
        ("Rents rose by 3%.", "There was a rise of three per cent in rents.", "both say 3%"),
        ("Half of Finns ski.", "50% of Finns ski.", "both say half"),
        ("It sank on 3 May 2019.", "In 2019 it sank.", "both name 3 May 2019"),
        ("The envoy of Germany left.", "A German envoy left.", "both name Germany"),
        (
            "A vote at the WHO failed.",
            "The World Health Organization vote failed.",
            "both name WHO",
        ),
        ("Reporters met Joe Biden.", "Questions for Biden from reporters.", "both name Joe Biden"),
        ("Nobody died.", "There were no deaths.", "both are negated"),
    ],
)
def test_what_agrees(a, b, phrase):
    comparison = compare(a, b)
    assert phrase in comparison.agreeing
    assert not any("names" in differing for differing in comparison.differing)


def test_a_headline_names_what_its_sentence_names():
    a = "Senate Votes To Shield Dreamers In Arizona"
    b = "The Senate votes to shield Dreamers in Arizona."
    assert not any("names" in phrase for phrase in compare(a, b).differing)


@given(texts, texts)
def test_any_two_texts_are_compared(a, b):
    here, there = compare(a, b), compare(b, a)
    assert bool(here.differing) == bool(there.differing)


@given(texts)
def test_nothing_differs_from_itself(text):
    assert compare(text, text).differing == ()


def test_false_pairs_differ_in_something(pairs):
    """Every pair is told apart; nine in ten by a fact and not only by another word."""
    found = [compare(a, b).differing for a, b in pairs[False]]
    by_fact = [phrases for phrases in found if phrases and not phrases[0].startswith("worded")]
    assert sum(map(bool, found)) == len(found)
    assert len(by_fact) / len(found) >= 0.90
