"""ClaimReviews as the web has them: what is read in spite of a mistake, and what is refused."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.desk.external import external_verdicts_write
from claims.models import ExternalVerdict
from claims.publishing import claimreview_files, json_elements
from claims.publishing.claimreview_files import Item, read
from tests.claims.test_import_claimreviews import review


def items(content, name: str = "") -> list[Item]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(read(io.BytesIO(text), name=name))


def one(**fields):
    """The reading of a review with these fields; one that is None is left out."""
    given = {name: value for name, value in review(**fields).items() if value is not None}
    (item,) = items(given)
    if item.error:
        raise item.error
    return item.reading


def refused(**fields) -> dict[str, str]:
    with pytest.raises(ValidationError) as raised:
        one(**fields)
    return {name: errors[0].code for name, errors in raised.value.error_dict.items()}


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


# --- Hostile ----------------------------------------------------------------------------------


def codes(found: list[Item]) -> list[str]:
    return [item.error.code if item.error else "" for item in found]


def test_what_is_too_much():
    deep = b"[" * 200_000 + b"]" * 200_000
    nested = b'{"a":' * 60 + b"1" + b"}" * 60
    keys = json.dumps({f"k{n}": n for n in range(1_000_000)}).encode()
    digits = b'{"@type": "ClaimReview", "n": ' + b"9" * 5000 + b"}"
    good = json.dumps(review()).encode()

    feed = b",".join([deep, nested, keys, digits, b'{"a": 1', good])
    found = items(b'{"dataFeedElement": [' + feed + b"]}")

    assert codes(found[:4]) == [
        "nested_too_deeply",
        "nested_too_deeply",
        "item_too_large",
        "malformed_json",
    ]
    assert [len(item.raw) <= claimreview_files.MOST_KEPT for item in found[:4]] == [True] * 4
    assert refused(reviewBody="b" * 200_000) == {"data": "review_too_large"}


def test_many_keys_are_no_trouble():
    (item,) = items(review(**{f"k{n}": n for n in range(10_000)}))
    assert item.reading.claim_reviewed


def test_an_endless_line_and_page(monkeypatch):
    monkeypatch.setattr(claimreview_files, "MOST_BYTES", 5000)
    monkeypatch.setattr(claimreview_files, "MOST_PAGE_BYTES", 5000)
    long = json.dumps(review(x="x" * 3_000_000))
    lines = f"{json.dumps(review(1))}\n{long}\n{json.dumps(review(2))}\n{long}"
    assert codes(items(lines.encode(), "a.jsonl")) == ["", "item_too_large", "", "item_too_large"]
    assert codes(items(f"<p>{long}".encode(), "a.html")) == ["item_too_large"]


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_where_the_stream_is_cut_does_not_matter(monkeypatch, chunk):
    texts = ["]}[{", '"', "\\", '\\"', "é\\u00e9", "😀", ","]
    elements = [{"n": n, text: [text, {text: [[], {}]}]} for n, text in enumerate(texts)]
    whole = {"@graph": elements, "z": [1], "itemListElement": []}
    monkeypatch.setattr(json_elements, "CHUNK", chunk)

    stream = io.BytesIO(json.dumps(whole, ensure_ascii=chunk == 2).encode() + b" [5] ")
    pieces = [json.loads(piece) for piece in json_elements.Cutter(stream).elements()]

    assert pieces == [*elements, 5]


def test_an_element_is_given_up_and_forgotten(monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", 100)
    monkeypatch.setattr(json_elements, "MOST_BYTES", 1000)
    stream = io.BytesIO(json.dumps(["a", "b" * 5000, "c"]).encode())
    cutter = json_elements.Cutter(stream)
    held = []

    pieces = []
    for piece in cutter.elements():
        pieces.append(piece)
        held.append(len(cutter.window.text))

    assert pieces == [b'"a"', None, b'"c"']
    assert max(held) < 1500


NAMES = """
    @type @graph @id @value url name item dataFeedElement author claimReviewed itemReviewed
    reviewRating ratingValue bestRating worstRating alternateName datePublished firstAppearance
    inLanguage mainEntityOfPage
"""
names = st.sampled_from(NAMES.split())
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.text(alphabet="0123456789/-.:,TZ<>&;\0 "),
    st.sampled_from(["ClaimReview", "Claim", "DataFeed", "https://a.example/b", "2026-05-04"]),
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)
reviews = st.dictionaries(names, anything, max_size=8).map(lambda fields: review() | fields)
hostile = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def stored_twice(found: list[Item]) -> None:
    """Everything read is counted, written by the database, and known the second time."""
    readings = [item.reading for item in found if item.reading]
    for outcomes in ({"created", "updated", "known"}, {"known"}):
        counts = external_verdicts_write(readings, by=None)
        assert counts.total() == len(readings)
        assert {name for name, count in counts.items() if count} <= outcomes
    stored = {(row.url, row.claim_key): row for row in ExternalVerdict.objects.all()}
    for reading in readings:
        assert stored[reading.url, reading.claim_key].site == "localhost" or reading.site


@hostile
@given(
    content=st.lists(reviews | anything, max_size=4), name=st.sampled_from(["a.json", "a.jsonl"])
)
def test_whatever_the_types_nothing_is_raised_and_nothing_is_lost(db, content, name):
    text = "\n".join(map(json.dumps, content)) if name == "a.jsonl" else json.dumps(content)

    found = items(text.encode(), name)

    assert len(found) >= len(content)
    for item in found:
        assert item.error is None or item.reading is None
        json.dumps(item.raw)
    stored_twice(found)


@hostile
@given(content=st.binary(max_size=200), name=st.sampled_from(["a", "a.json", "a.jsonl", "a.html"]))
def test_whatever_the_bytes_nothing_is_raised(content, name):
    for start in (b"", b'{"@graph": [', b"\x1f\x8b", b"<script type=application/ld+json>"):
        for item in items(start + content, name):
            assert item.reading or item.error or item.raw is not None


@hostile
@given(data=st.data())
def test_a_feed_with_bytes_changed_gives_what_is_whole(db, data):
    content = bytearray(json.dumps({"dataFeedElement": [review(n) for n in range(4)]}).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    stored_twice(items(bytes(content)))
