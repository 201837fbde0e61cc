"""The quickened pipeline says what spaCy's own says, token by token."""

import numpy as np
import pytest
import spacy
from spacy.lang.en import English

from claims.extraction.pipelines import Pipelines, load
from claims.extraction.quick import entities, morphology, quickened, vectors
from claims.extraction.quick.products import multiply_with_numpy
from tests.bench.extraction import seed_texts

MODEL = "en_core_web_sm"
#: The components that have vectors of tokens of their own.
MODELS = ("tok2vec", "ner")
#: What rules on two tokens are about, white space, names of several words and odd sentences.
ODD = [
    "I'm gonna go, it ain't so, let's see. There's a pier; there are two. Y'all got to come on.",
    "In New  York\n\n City the  European Central Bank of  Frankfurt met.  ",
    "Ann Lee, Bob van der Berg and the U.S. Department of Justice paid $3.2 million on 4 May 2015.",
    "Saw the saw. Saw! Better left leaves left. 'Tis o'clock.",
    "BREAKING: 12,000 JOBS LOST IN HARLOW BAY, SAYS GOV. LEE",
    "   ",
    "!",
    "Zürich\u00a0\u2013 “Où est-il?” demanda-t-elle. \U0001f600 3\u00d710\u2076",
]


@pytest.fixture(scope="module")
def bare():
    return load(MODEL)


@pytest.fixture(scope="module")
def quick():
    return Pipelines({"en": MODEL})["en"]


def said(doc):
    return [
        (
            *(token.text, token.tag_, token.pos_, str(token.morph), token.lemma_),
            *(token.dep_, token.head.i, token.is_sent_start, token.ent_iob_, token.ent_type_),
        )
        for token in doc
    ]


@pytest.fixture(scope="module")
def texts():
    paragraphs = [part for text in seed_texts() for part in text.split("\n") if part.strip()]
    assert len(paragraphs) > 20
    return [*paragraphs, *ODD, "", *seed_texts()]


@pytest.fixture(scope="module")
def expected(bare, texts):
    return [said(doc) for doc in bare.pipe(texts)]


def test_every_token_is_read_as_spacy_reads_it(bare, quick, texts, expected):
    assert {"dependencies", "morphology", "entities"} < {*quick.pipe_names}
    assert sum(token[-2] == "I" for tokens in expected for token in tokens) > 20
    for _again in range(2):
        with quick.memory_zone():
            for doc, tokens in zip(quick.pipe(texts), expected, strict=True):
                assert said(doc) == tokens
    assert said(quick(ODD[0])) == said(bare(ODD[0]))


def test_rules_on_two_tokens_are_asked_of_the_pipeline_itself(quick):
    two = quick.get_pipe("morphology").of_two
    assert [bool(two(quick(text))) for text in ("I'm gonna go.", "I will go.")] == [
        True,
        False,
    ]
    doc = quick("I'm gonna go. Let's see.")
    assert {t.text: t.lemma_ for t in doc if t.text in ("gon", "na", "'s")} == {
        "gon": "go",
        "na": "to",
        "'s": "us",
    }


def test_no_more_words_are_remembered_than_a_worker_has_room_for(
    quick, texts, expected, monkeypatch
):
    monkeypatch.setattr(morphology, "MOST", 20)
    remembered = quick.get_pipe("morphology").known
    remembered.clear()
    for text, tokens in zip(texts, expected, strict=True):
        assert said(quick(text)) == tokens
        assert len(remembered) <= 20


@pytest.fixture(scope="module")
def with_numpy():
    nlp = load(MODEL)
    multiply_with_numpy(nlp)
    return nlp


@pytest.fixture(scope="module")
def batches(texts):
    return [texts[:2], texts, texts[-1:], ["", ""], ["A pier.", "", "B"]]


@pytest.fixture(scope="module")
def expected_vectors(batches):
    nlp = load(MODEL)
    multiply_with_numpy(nlp)
    return {name: [vectors_of(nlp, name, batch) for batch in batches] for name in MODELS}


@pytest.mark.parametrize(("most", "at_once"), [(10_000, 1_000), (40, 30), (3, 1)])
def test_vectors_are_those_of_spacy(
    with_numpy, batches, expected_vectors, monkeypatch, most, at_once
):
    """With room for all words, for those of a text or two, and for none.

    But for the last digits: a product of few rows is added up in another order.
    """
    monkeypatch.setattr(vectors, "MOST", most)
    monkeypatch.setattr(vectors, "AT_ONCE", at_once)
    vectors.compute_vectors_once(with_numpy)
    for name in MODELS:
        # What is long is there once more when its words are known.
        for at in (0, 1, 2, 3, 4, 1):
            found, expected = vectors_of(with_numpy, name, batches[at]), expected_vectors[name][at]
            assert [len(text) for text in found] == [len(text) for text in expected]
            for one, other in zip(found, expected, strict=True):
                assert np.allclose(one, other, atol=1e-5)
    assert len(embedding(with_numpy).known) <= most


def embedding(nlp):
    return nlp.get_pipe("tok2vec").model.get_ref("embed")._func


def vectors_of(nlp, name, batch):
    """Of each text, its tokens' vectors; `ner` has a model of its own."""
    [model] = [
        node for node in nlp.get_pipe(name).model.walk() if {"embed", "encode"} <= {*node.ref_names}
    ]
    return model.predict([nlp.make_doc(text) for text in batch])


def test_models_of_another_make_are_left_as_they_are():
    nlp = load(MODEL)
    multiply_with_numpy(nlp)
    model = nlp.get_pipe("tok2vec").model
    [window, *_] = [node for node in model.walk() if node.name == "expand_window"]
    window.attrs["window_size"] = 2
    vectors.compute_vectors_once(nlp)
    assert not isinstance(embedding(nlp), vectors.Remembered)
    untouched = load(MODEL)
    vectors.compute_vectors_once(untouched)
    assert not isinstance(embedding(untouched), vectors.Remembered)


def test_components_of_another_make_are_left_as_they_are(bare, texts):
    nlp = load(MODEL)
    for name in ("parser", "ner"):
        nlp.get_pipe(name).cfg["beam_width"] = 2
    nlp.remove_pipe("lemmatizer")
    nlp.add_pipe("entity_ruler", first=True)
    assert {"parser", "attribute_ruler", "ner"} < {*quickened(nlp).pipe_names}
    blank = English()
    blank.add_pipe("sentencizer")
    assert quickened(blank).pipe_names == ["sentencizer"]


def test_entities_set_before_are_nothing_that_it_would_overwrite():
    nlp = load(MODEL)
    ruler = nlp.add_pipe("entity_ruler", before="ner")
    ruler.add_patterns([{"label": "PIER", "pattern": "Harlow Bay"}])
    quickened(nlp)
    assert "ner" in nlp.pipe_names
    assert [ent.label_ for ent in nlp("They met in Harlow Bay.").ents] == ["PIER"]


def test_a_recogniser_with_other_features_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(entities, "FEATURES", 6)
    nlp = load(MODEL)
    entities.find_entities_at_once(nlp)
    assert "ner" in nlp.pipe_names


def test_spacy_is_one_whose_recogniser_was_read():
    """Its insides are relied on: look at them again before a newer one is taken."""
    assert spacy.__version__.startswith("3.8.")
