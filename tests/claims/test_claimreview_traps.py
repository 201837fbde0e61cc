"""ClaimReviews as the web has them: what is read in spite of a mistake, and what is refused."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.reviews import items, one, refused, review

# --- Claim, title and claimant ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "claim"),
    [
        (
            {"claimReviewed": " <p>Tea &amp;amp; milk\n cost <b>more</b></p> "},
            "Tea & milk cost more",
        ),
        (
            {"claimReviewed": "&lt;script&gt;alert(1)&lt;/script&gt;Tea costs more"},
            "Tea costs more",
        ),
        ({"claimReviewed": "5 < 6 and 7 > 3"}, "5 < 6 and 7 > 3"),
        ({"claimReviewed": "nul \0 and half \ud800 a character \x9f"}, "nul and half a character"),
        ({"claimReviewed": ["", "The first of several", "the second"]}, "The first of several"),
        ({"claimReviewed": {"@value": "In a language", "@language": "en"}}, "In a language"),
        ({"claimReviewed": "Misleading: tea costs more"}, "tea costs more"),
        ({"claimReviewed": "MISLEADING – tea costs more"}, "tea costs more"),
        ({"claimReviewed": "Misleading tea costs more"}, "Misleading tea costs more"),
        ({"claimReviewed": "", "itemReviewed": {"@type": "Claim", "name": "Tea"}}, "Tea"),
        ({"claimReviewed": None, "itemReviewed": {"@type": "NewsArticle", "name": "Tea"}}, ""),
        ({"claimReviewed": {"no": "text"}, "itemReviewed": 5}, ""),
    ],
)
def test_claims(fields, claim):
    found = one(**fields)
    assert found.claim_reviewed == claim
    assert found.title == "Were the ferries late?"


def test_a_claim_without_words_is_told_apart_by_its_title():
    first, second = (
        one(claimReviewed="", name=f"Check {n}", url="https://a.example/") for n in "12"
    )
    assert first.claim_key != second.claim_key
    assert refused(claimReviewed="", name=" ") == {"claim_reviewed": "claim_required"}


def test_a_key_stays_through_case_and_space_alone():
    same = {one(claimReviewed=text).claim_key for text in ("Tea costs more", " TEA  costs\nmore")}
    assert len(same) == 1
    assert {len(key) for key in same} == {32}
    assert one(claimReviewed="Tea costs less").claim_key not in same


def test_labels_are_cut_and_claims_are_not():
    found = one(
        name="t" * 501,
        author={"name": "p" * 201},
        reviewRating={"alternateName": "r" * 5000},
        itemReviewed={"author": {"name": "c" * 200}},
    )
    assert (len(found.title), found.title[-2:]) == (500, "t…")
    assert (len(found.publisher), len(found.rating), found.claimant) == (200, 200, "c" * 200)
    assert one(claimReviewed="c" * 2000).claim_reviewed == "c" * 2000
    assert refused(claimReviewed="c" * 2001) == {"claim_reviewed": "claim_too_long"}
    assert refused(claimReviewed="<b>" + "c " * 50_000) == {"claim_reviewed": "claim_too_long"}


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"@type": "Person", "name": "Mara Quill"}, "Mara Quill"),
        ([{"name": ["Mara  Quill", "M. Quill"]}, {"name": "Tove"}], "Mara Quill"),
        ("Mara Quill", "Mara Quill"),
        ("https://mara.example/", ""),
        ({"@id": "#mara"}, ""),
        ([], ""),
        (7, ""),
        (None, ""),
    ],
)
def test_claimant_and_publisher(author, name):
    claimed = {"@type": "CreativeWork", "author": author, "appearance": ["https://a.example/", 5]}
    assert one(itemReviewed=claimed).claimant == name
    assert one(itemReviewed=[claimed]).claimant == name
    # Whoever the author says it is, the site is where the review stands.
    found = one(author=author)
    assert (found.publisher, found.site) == (name or "checkers.example", "checkers.example")


# --- Ratings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"ratingValue": "2", "bestRating": "5", "worstRating": "1"}, (2, 1, 5)),
        ({"ratingValue": "3,5", "bestRating": 10, "worstRating": 0}, (3.5, 0, 10)),
        ({"ratingValue": 4}, (4, 1, 5)),
        ({"ratingValue": 7}, (None, None, None)),
        ({"ratingValue": 0, "bestRating": 5, "worstRating": 1}, (None, None, None)),
        ({"ratingValue": 3, "bestRating": 1, "worstRating": 5}, (None, None, None)),
        ({"ratingValue": -1, "bestRating": -1, "worstRating": -1}, (None, None, None)),
        ({"ratingValue": True, "bestRating": 5}, (None, None, None)),
        ({"ratingValue": "1e999"}, (None, None, None)),
        ({"ratingValue": float("nan")}, (None, None, None)),
        ({"ratingValue": [3]}, (None, None, None)),
        ({"ratingValue": "", "bestRating": None}, (None, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_numbers_only_where_they_have_a_place(rating, expected):
    found = one(reviewRating={"alternateName": "Misleading", **rating})
    assert found.rating == "Misleading"
    assert (found.rating_value, found.worst_rating, found.best_rating) == expected


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reviewRating": {"name": "Wrong"}}, "Wrong"),
        ({"reviewRating": [{"alternateName": ["", "Wrong &amp; <i>false</i>"]}]}, "Wrong & false"),
        ({"reviewRating": "Wrong"}, "Wrong"),
        ({"reviewRating": {"ratingValue": "Wrong"}}, "Wrong"),
        ({"reviewRating": {"ratingValue": 2, "bestRating": 10}}, "2 of 10"),
        ({"reviewRating": None, "itemReviewed": {"reviewRating": {"name": "Wrong"}}}, "Wrong"),
    ],
)
def test_where_the_rating_is_found(fields, name):
    assert one(**fields).rating == name


@pytest.mark.parametrize("rating", [None, {}, [], 5, {"ratingValue": 9}, {"alternateName": "<i>"}])
def test_without_a_rating_it_is_no_verdict(rating):
    assert refused(reviewRating=rating) == {"rating": "rating_required"}


# --- Addresses, dates, languages --------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (" https://a.example/b?c=1&amp;copy=2#claim-2 ", "https://a.example/b?c=1&copy=2#claim-2"),
        ("https://a.example/überall", "https://a.example/%C3%BCberall"),
        (["https://a.example/b"], "https://a.example/b"),
        ({"@id": "https://a.example/b"}, "https://a.example/b"),
        ("/b", "https://base.example/b"),
        (None, "https://base.example/page"),
        ("//a.example/b", "https://a.example/b"),
    ],
)
def test_addresses(url, expected):
    element = {"@type": "DataFeedItem", "url": "https://base.example/page", "item": review(url=url)}
    (item,) = items({"@type": "DataFeed", "dataFeedElement": [element]})
    assert item.reading.url == expected


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (None, "url_required"),
        (5, "url_required"),
        ("/relative", "invalid_url"),
        ("javascript:alert(1)", "invalid_url"),
        ("ftp://a.example/", "invalid_url"),
        ("https://trusted.example@a.example/", "invalid_url"),
        ("https://a.example:99999/", "invalid_url"),
        ("https://[::1/", "invalid_url"),
        ("https://a.example/\0", "invalid_url"),
        ("https://a.example/\ud800", "invalid_url"),
        ("https://a.example/" + "ü" * 340, "url_too_long"),
    ],
)
def test_refused_addresses(url, code):
    assert refused(url=url) == {"url": code}


def test_the_address_of_the_page_it_is_about():
    about = {"@type": "WebPage", "@id": "https://a.example/page"}
    assert one(url=None, mainEntityOfPage=about).url == "https://a.example/page"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04", date(2026, 5, 4)),
        ("2026-05-04T23:30:00-11:00", date(2026, 5, 4)),
        ("2026-05-04 12:00:00.123Z", date(2026, 5, 4)),
        ("20260504", date(2026, 5, 4)),
        ("Mon, 04 May 2026 12:00:00 +0200", date(2026, 5, 4)),
        ("4 May 2026", date(2026, 5, 4)),
        ("May 4, 2026", date(2026, 5, 4)),
        ("04.05.2026", date(2026, 5, 4)),
        ("25/05/2026", date(2026, 5, 25)),
        ("05/25/2026", date(2026, 5, 25)),
        (["2026-05-04"], date(2026, 5, 4)),
        ({"@value": "2026-05-04", "@type": "xsd:date"}, date(2026, 5, 4)),
        ("04/05/2026", None),
        ("25/25/2026", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("2026-02-31", None),
        ("yesterday", None),
        (20260504, date(2026, 5, 4)),
        (1_777_000_000_000, None),
        ("٢٠٢٦-٠٥-٠٤", None),
        ({}, None),
        (True, None),
    ],
)
def test_dates(text, expected):
    found = one(datePublished=text, itemReviewed={"@type": "Claim", "datePublished": text})
    assert (found.reviewed_on, found.claimed_on) == (expected, expected)


def test_a_date_to_come_is_a_mistake():
    later = timezone.localdate() + timedelta(days=3)
    assert one(datePublished=later.isoformat()).reviewed_on is None


def test_dates_from_where_else_they_stand():
    first = {"@type": "Claim", "firstAppearance": {"datePublished": "2026-05-01"}}
    found = one(itemReviewed=first, datePublished="", dateCreated="2026-05-02")
    assert (found.claimed_on, found.reviewed_on) == (date(2026, 5, 1), date(2026, 5, 2))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("en", "en"),
        ("pt_BR", "pt-br"),
        (["de", "en"], "de"),
        ({"@type": "Language", "name": "Spanish", "alternateName": "es"}, "es"),
        ("English", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_languages(value, code):
    assert one(inLanguage=value).language == code
