"""The extractor's promises: offsets, determinism, languages, and the real article."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from claims.extraction import VERSION, Document, Extractor, UnsupportedLanguage

REAL = Path(__file__).parents[4] / "shared" / "seed-documents" / "000_a4be7d8b2f694c7c.txt"
MARKS = [
    "\u201c",
    "\u201d",
    "\u2018",
    "\u2019",
    "''",
    "\u2014",
    '"',
    "'",
    "(",
    ":",
    ". ",
    "? ",
    ", ",
]
ODD = ["\n\n", "\n", "\r\n", "\u2028", " ", "\U0001f600", "\u0301", "\x00", "I", "Ann-Lee"]
WORDS = ["she said", "Ann Lee said", "according to", "Mr. Lee", "he added", "taxes rose by 3%"]
PIECES = st.sampled_from([*MARKS, *ODD, *WORDS])
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map(" ".join),
)


def spans(document):
    for attribution in document.attributions:
        yield from (s for s in (attribution.source, attribution.cue) if s)
        yield from attribution.content
    yield from document.claims


def assert_sound(text, document):
    for span in spans(document):
        assert text[span.start : span.end] == span.text
        assert span.text.strip()
    places = [(a.content[0].start, a.content[-1].end) for a in document.attributions]
    assert len(set(places)) == len(places)
    for before, after in zip(document.claims, document.claims[1:], strict=False):
        assert before.end <= after.start
    for claim in document.claims:
        assert 0 <= claim.score <= 1
        assert claim.standalone


@given(TEXTS)
@example("")
@example("\u201c\u201d said Ann Lee.")
@example("\u201cOne\n\n\u201cTwo\n\n\u201cThree")
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text(extractor, text):
    document = extractor.extract(text)
    assert_sound(text, document)
    assert extractor.extract(text) == document


def test_offsets_count_code_points_and_keep_newlines(extract):
    text = (
        "\U0001f600 caf\u00e9\r\n\r\n\u201cTaxes rose by 3 percent in 2015,\u201d Ann Lee said.\r\n"
    )
    document = extract(text)
    assert document.attributions[0].claimant == "Ann Lee"
    assert_sound(text, document)


def test_many_texts_as_one_by_one(extractor):
    texts = [f"Ann Lee said that taxes rose by {n} percent in 2015." for n in range(7)] + [""]
    assert list(extractor.extract_many(texts, 3)) == [extractor.extract(text) for text in texts]


def test_paragraph_longer_than_the_pipeline_takes(extract):
    sentence = "Ann Lee said that taxes rose by 3 percent in 2015. "
    document = extract(sentence * 900)
    read = [a.content[0].start // (100 * len(sentence)) for a in document.attributions]
    # Every hundred sentences; the network may overlook some anywhere, the cuts none.
    assert all(read.count(hundred) >= 95 for hundred in range(9))
    assert_sound(sentence * 900, document)


def test_language_without_pipeline():
    extractor = Extractor({"en": "en_core_web_sm"})
    assert extractor.supports("en")
    assert not extractor.supports("fr")
    with pytest.raises(UnsupportedLanguage):
        extractor.extract("Bonjour.", language="fr")


def test_json_is_the_contracts_line(extract):
    line = extract("Ann Lee said that taxes rose by 3 percent in 2015.").to_json("doc-1")
    assert json.loads(json.dumps(line)) == line
    assert set(line) == {"id", "language", "attributions", "claims"}
    assert line["attributions"][0]["source"] == {"start": 0, "end": 7, "text": "Ann Lee"}
    assert line["claims"][0]["attribution"] == 0
    assert "names a quantity" in dict(line["claims"][0]["reasons"])
    assert Document("en").to_json("x")["claims"] == []
    assert VERSION


def test_importing_does_not_load_spacy():
    code = (
        "import sys, claims.extraction; sys.exit('spacy' in sys.modules or 'django' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.fixture
def real_article():
    if not REAL.exists():
        pytest.skip("the real article lies outside the repository and is not here")
    return REAL.read_bytes().decode()


def test_real_article_attributes_every_quotation(extract, real_article):
    document = extract(real_article)
    quoted = [a for a in document.attributions if any("\u201c" in s.text for s in a.content)]
    assert [a.claimant for a in quoted] == ["Rex Tillerson"] * 9
    assert_sound(real_article, document)


def test_real_article_without_its_furniture(extract, real_article):
    first, last = real_article.index("\n\n"), real_article.index("Be the first")
    for span in spans(extract(real_article)):
        assert first < span.start
        assert span.end < last
