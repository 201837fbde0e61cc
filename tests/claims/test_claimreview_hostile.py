"""ClaimReview files made to do harm: nothing is raised, nothing is lost, counts add up."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.intake.reading import elements as json_elements
from claims.desk.external import external_verdicts_write
from claims.models import ExternalVerdict
from claims.publishing import claimreview_files
from claims.publishing.claimreview_files import LISTS, Item
from tests.reviews import items, refused, review


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
    pieces = [json.loads(piece) for piece in json_elements.Cutter(stream, LISTS).elements()]

    assert pieces == [*elements, 5]


def test_an_element_is_given_up_and_forgotten(monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", 100)
    monkeypatch.setattr(json_elements, "MOST_BYTES", 1000)
    stream = io.BytesIO(json.dumps(["a", "b" * 5000, "c"]).encode())
    cutter = json_elements.Cutter(stream, LISTS)
    held = []

    pieces = []
    for piece in cutter.elements():
        pieces.append(piece)
        held.append(len(cutter.window.text))

    assert pieces == [b'"a"', None, b'"c"']
    assert max(held) < 1500


@pytest.mark.parametrize(
    "piece", ["<a b='", "<", "<!--", "<![CDATA[", "&", "<a b ", "</", "<script ", "<b>"]
)
def test_a_page_of_nothing_but_beginnings(piece):
    """Python's own parser looks from each of them for its end."""
    found = f'<script type="application/ld+json">{json.dumps(review())}</script>'
    page = found + piece * (4_000_000 // len(piece))
    assert [item.reading is not None for item in items(page.encode(), "a.html")] == [True]


@pytest.mark.parametrize("piece", ["{}", "[]", '{"@type": "Thing"}'])
def test_an_element_of_too_many_parts(piece):
    many = f"[{','.join([piece] * 260_000)}]"
    found = items(f'[{{"a": {many}}}, {json.dumps(review())}]'.encode())
    assert codes(found) == ["item_too_large", ""]
    assert found[1].reading


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
    stored = set(ExternalVerdict.objects.values_list("url", "claim_key"))
    assert stored.issuperset((reading.url, reading.claim_key) for reading in readings)


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
