"""Which passages in quotation marks are somebody's words, and whose."""

import pytest

from claims.extraction.paragraphs import prose_paragraphs
from claims.extraction.quotations import find_quotations

INTRO = "Mayor Anna Keller met reporters in Dresden on Monday.\n\n"


def quoted(document):
    return [a for a in document.attributions if a.kind == "direct"]


def passages(text):
    return [text[q.start : q.end] for q in find_quotations(text, prose_paragraphs(text))]


@pytest.mark.parametrize(
    "marks", [("\u201c", "\u201d"), ('"', '"'), ("\u2018", "\u2019"), ("'", "'"), ("''", "''")]
)
def test_marks_of_every_shape(extract, marks):
    opening, closing = marks
    text = f"{INTRO}{opening}The city doesn't owe a cent to the banks,{closing} Keller said."
    (attribution,) = quoted(extract(text))
    assert attribution.claimant == "Anna Keller"
    assert attribution.source.text == "Keller"
    assert attribution.cue.text == "said"
    assert [s.text for s in attribution.content] == [
        f"{opening}The city doesn't owe a cent to the banks,{closing}"
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "\u201cThe bridge cost 30 million euros,\u201d Keller said.",
        "\u201cThe bridge cost 30 million euros,\u201d said Keller.",
        "Keller said: \u201cThe bridge cost 30 million euros.\u201d",
        "Keller told the council, \u201cThe bridge cost 30 million euros.\u201d",
        "\u201cThe bridge cost 30 million euros,\u201d according to Keller.",
        "\u201cThe bridge cost 30 million euros.\u201d \u2014 Anna Keller",
        "Keller said:\n\n\u201cThe bridge cost 30 million euros.\u201d",
    ],
)
def test_speaker_before_and_after(extract, sentence):
    document = extract(INTRO + sentence)
    attributions = [a for a in document.attributions if "bridge" in a.content[0].text]
    assert [a.claimant for a in attributions] == ["Anna Keller"]
    assert attributions[0].kind == "direct"


@pytest.mark.parametrize(
    "sentence",
    [
        "\u201cThe tax,\u201d Keller said, \u201cfell by 3 percent in 2015.\u201d",
        "\u201cThe tax fell by 3 percent,\u201d Keller said. \u201cIt rose again in 2015.\u201d",
    ],
)
def test_interrupted_quotation_is_one_attribution(extract, sentence):
    (attribution,) = quoted(extract(INTRO + sentence))
    assert len(attribution.content) == 2
    assert attribution.claimant == "Anna Keller"


def test_interrupted_sentence_is_one_claim(extract):
    text = INTRO + "\u201cThe tax,\u201d Keller said, \u201cfell by 3 percent in 2015.\u201d"
    claim = next(c for c in extract(text).claims if c.attribution is not None)
    assert claim.standalone == "The tax fell by 3 percent in 2015."


def test_quotation_over_paragraphs_is_one_attribution(extract):
    text = (
        INTRO + "\u201cThe city sold 400 flats in 2014,\u201d Keller said. \u201cIt was a mistake."
        "\n\n\u201cThe rents rose by 20 percent.\n\n\u201cThe city bought 90 flats back.\u201d"
        "\n\nThe council meets on Friday."
    )
    document = extract(text)
    (attribution,) = quoted(document)
    assert len(attribution.content) == 4
    mine = [c for c in document.claims if c.attribution == 0]
    assert {c.claimant for c in mine} == {"Anna Keller"}
    assert any("90 flats" in c.text for c in mine)


def test_speaker_named_in_the_last_paragraph_only(extract):
    text = (
        INTRO + "\u201cThe city sold 400 flats in 2014.\n\n"
        "\u201cThe rents rose by 20 percent,\u201d Keller said."
    )
    (attribution,) = quoted(extract(text))
    assert attribution.claimant == "Anna Keller"
    assert attribution.content[0].text.startswith("\u201cThe city sold")


def test_scare_quotes_are_nobodys_words(extract):
    text = INTRO + "The so-called \u201cmiracle\u201d bridge was closed in \u2018record\u2019 time."
    assert extract(text).attributions == ()


def test_quoted_words_in_indirect_speech_are_mixed(extract):
    text = INTRO + "Keller said the aims of the council \u201care exactly the same\u201d as hers."
    (attribution,) = extract(text).attributions
    assert attribution.kind == "mixed"
    assert attribution.claimant == "Anna Keller"
    assert "are exactly the same" in attribution.content[0].text


def test_unbalanced_mark_harms_its_own_paragraph_only(extract):
    text = (
        INTRO + "Keller called the plan \u201ca gift and left the room.\n\n"
        "The council met on Friday.\n\n\u201cThe bridge cost 30 million euros,\u201d Keller said."
    )
    (attribution,) = quoted(extract(text))
    assert attribution.content[0].text == "\u201cThe bridge cost 30 million euros,\u201d"


def test_apostrophes_and_inches_open_nothing():
    assert passages("The workers' union of the '90s didn't know rock 'n' roll. He was 6'2\".") == []


def test_quotation_inside_another_is_part_of_it():
    text = "\u201cHe told me \u2018go home\u2019 twice,\u201d she said."
    assert passages(text) == ["\u201cHe told me \u2018go home\u2019 twice,\u201d"]
