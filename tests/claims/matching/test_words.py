"""The words of a text: what every store of claims keeps of it."""

import pytest

from claims.matching.words import plain, spoken, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Taxes were raised", "the tax raises"),
        ("#AustralianFires", "Australian fires"),
        ("@realDonaldTrump lied", "real Donald Trump lied"),
        ("1,200 jobs", "1200 jobs"),
        ("The U.S. economy", "the US economy"),
        ("Café München", "cafe munchen"),
        ("COVID-19", "covid19"),
        ("the mayor’s plan", "the mayor's plan"),
        ("ＦＵＬＬ width", "full width"),
        ("He won. https://example.org/a?b=1 pic.twitter.com/abc", "He won."),
    ],
)
def test_the_same_words(one, other):
    assert words(one, "en") == words(other, "en")
    assert words(one, "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [("4.9 percent", "49 percent"), ("taxes rose", "taxes fell"), ("5G", "3G")],
)
def test_other_words(one, other):
    assert words(one, "en") != words(other, "en")


def test_order_and_repeats_stay():
    assert words("Jobs, jobs and more jobs in 2016", "en") == (
        *("job", "job", "more", "job"),
        "2016",
    )


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("L'homme a élevé les impôts à 4,9 millions", "fr", "impot"),
        ("Der Bürgermeister erhöhte die Gebühren", "de-AT", "gebuhr"),
        ("Налоги выросли", "ru", "налог"),
        ("हिन्दी में वाक्य", "hi", "वाक्य"),
        ("中国经济增长了5%", "zh", "经济"),
        ("Mga buwis ay tumaas", "tl", "tumaas"),
        ("Mga buwis ay tumaas", "", "tumaas"),
    ],
)
def test_any_language(text, language, found):
    assert found in words(text, language)


@pytest.mark.parametrize(
    "text", ["", "   ", "!!! … —", "https://example.org", "\u0301\u0301", "🇮🇸"]
)
def test_nothing_said(text):
    assert words(text, "en") == ()


def test_a_word_fits_an_index():
    assert {len(word) for word in words("x" * 100_000, "en")} == {40}


def test_the_form_in_the_text_is_kept():
    assert ("fire", "Fires") in spoken("#AustralianFires rage", "en")


def test_a_tweets_author_stays_and_its_date_goes():
    tweet = "Taxes fell. — Ann Lee (@annlee) May 3, 2016"
    assert words(tweet, "en") == words("Taxes fell. Ann Lee", "en")


def test_quotes_are_one_kind_and_apostrophes_are_none():
    assert plain("She said ‘don’t go’ to the workers’ union") == (
        """She said "don't go" to the workers' union"""
    )
