"""Which assertions are claims, how they are worded and what they score."""

import math

import pytest

from claims.extraction.checkworthiness import shipped

SAID = "\u201c{}\u201d Mayor Anna Keller said."


def texts(document):
    return [claim.text for claim in document.claims]


@pytest.mark.parametrize(
    "words",
    [
        "How do we live with one another?",
        "Is the harbour worth 300 million euros?",
        "Good morning, Dresden,",
        "Thank you all for coming here tonight,",
        "Let us pray for the 30 victims,",
        "A great and beautiful city,",
        "We are unhappy,",
    ],
)
def test_not_checkable(extract, words):
    assert extract(SAID.format(words)).claims == ()


def test_one_claim_per_checkable_sentence(extract):
    words = "Unemployment fell by 3 percent in 2015. Is that nothing? The city built 400 flats,"
    document = extract(SAID.format(words))
    assert texts(document) == [
        "Unemployment fell by 3 percent in 2015.",
        "The city built 400 flats",
    ]
    assert {claim.attribution for claim in document.claims} == {0}
    assert {claim.claimant for claim in document.claims} == {"Anna Keller"}


def test_the_outlets_own_claims_have_no_claimant(extract):
    (claim,) = extract("Dresden expelled 35 Russian diplomats in 2016.").claims
    assert claim.claimant is None
    assert claim.attribution is None


def test_score_is_the_sum_of_its_reasons(extract):
    (claim,) = extract(SAID.format("Unemployment fell by 3 percent in 2015,")).claims
    total = shipped().scored_base + sum(weight for _, weight in claim.reasons)
    assert claim.score == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-3)
    assert "names a quantity" in dict(claim.reasons)
    sizes = [abs(weight) for _, weight in claim.reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_numbers_and_comparisons_are_worth_more_than_feelings(extract):
    def best(words):
        return max((c.score for c in extract(SAID.format(words)).claims), default=0.0)

    assert best("Crime rose by 40 percent since 2010,") > best("Crime fell in the city in 2010,")
    assert best("Crime fell in the city in 2010,") > best("I feel we might be sad about crime,")


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        (
            "Anna Keller came to Dresden. She expelled 35 diplomats in 2016.",
            "Anna Keller expelled 35 diplomats in 2016.",
        ),
        (
            "\u201cI built 400 flats in Dresden in 2015,\u201d Anna Keller said.",
            "Anna Keller built 400 flats in Dresden in 2015.",
        ),
        (
            "\u201cI have built 400 flats in Dresden,\u201d Anna Keller said.",
            "Anna Keller has built 400 flats in Dresden.",
        ),
        (
            "\u201cI sell 400 flats a year and I have built my own house,\u201d Anna Keller said.",
            "Anna Keller sells 400 flats a year and she has built her own house.",
        ),
        (
            "\u201cMy city built 400 flats in 2015,\u201d Anna Keller said.",
            "Anna Keller\u2019s city built 400 flats in 2015.",
        ),
        (
            "\u201cI\u2019ve built 400 flats in Dresden,\u201d Anna Keller said.",
            "Anna Keller has built 400 flats in Dresden.",
        ),
        (
            "\u201cI sell 400 flats a year and I built a house in 2015,\u201d Ruvelka said.",
            "I sell 400 flats a year and I built a house in 2015.",
        ),
        (
            "\u201cWe employ 400 people in 2015 and our shipyard lost 200,\u201d "
            "the World Bank said.",
            "World Bank employs 400 people in 2015 and its shipyard lost 200.",
        ),
        (
            "Anna Keller said that her city built 400 flats in 2015.",
            "Anna Keller\u2019s city built 400 flats in 2015.",
        ),
        (
            "Senator Anna Keller came to Dresden. The senator expelled 35 diplomats in 2016.",
            "Anna Keller expelled 35 diplomats in 2016.",
        ),
        (
            "Anna Keller came to Dresden. Eva Braun lost 400 flats that she built in 2015.",
            "Eva Braun lost 400 flats that she built in 2015.",
        ),
        (
            "Anna Keller came to Dresden. She paid 400 euros to Keller in 2015.",
            "She paid 400 euros to Keller in 2015.",
        ),
        (
            "Anna Keller came to Dresden. The meeting cost 40 million euros in 2016.",
            "The meeting cost 40 million euros in 2016.",
        ),
        (
            "\u201cThey built 400 flats in Dresden in 2015,\u201d Anna Keller said.",
            "They built 400 flats in Dresden in 2015.",
        ),
        ("Anna Keller said that she built 400 flats.", "Anna Keller built 400 flats."),
        (
            "Anna Keller said the \u201cbiggest\u201d bank lost 40 million euros.",
            "The biggest bank lost 40 million euros.",
        ),
    ],
)
def test_standalone(extract, text, standalone):
    assert standalone in [claim.standalone for claim in extract(text).claims]


FURNITURE = [
    "Be the first to comment",
    "Leave a Reply",
    "Your email address will not be published.",
    "Required fields are marked *",
    "By Ann Lee",
    "By Ann Lee and John Baker, Staff Writers",
    "Read more: Russia expelled 35 diplomats in 2016",
    "We use cookies to give you the best experience on our website.",
    "Share this on Facebook",
    "Photo: President Donald Trump met 35 diplomats (Getty Images)",
    "Advertisement",
    "Subscribe to our newsletter and get 35 stories a week.",
    "Copyright 2016 The Example. All rights reserved.",
    "Published: 3 May 2016",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_page_furniture_is_nothing(extract, line):
    prose = "The council met in Dresden.\n\n"
    document = extract(f"{prose}{line}\n\nThe council went home.")
    assert not [c for c in document.claims if c.text in line]
    assert document.attributions == ()


def test_title_line_is_nothing(extract):
    prose = "Dresden expelled 35 diplomats in 2016."
    guessed = extract(f"Keller: Dresden Had \u2018Positive Chemistry\u2019\n\n{prose}")
    told = extract(f"Dresden lost 300 jobs.\n\n{prose}", title="Dresden lost 300 jobs")
    for document in (guessed, told):
        assert document.attributions == ()
        assert texts(document) == [prose]


def test_single_line_without_a_full_stop_is_no_title(extract):
    assert texts(extract("Unemployment fell by 3% in 2016"))


def test_an_outlet_that_tells_a_story_makes_no_claims(extract):
    story = (
        "An old man closed his eyes and beat time on his knee.\n\n"
        "A dog, wet and beside himself with joy, shook the sea over everyone who stood near."
    )
    assert extract(story).claims == ()


def test_a_title_taken_from_the_first_sentence_leaves_it_in_the_text(extract):
    text = "Fees doubled to 40 crowns in March, Mayor Anna Keller said.\n\nThe council met."
    assert extract(text, title=text.split("\n")[0]).claims[0].claimant == "Anna Keller"
