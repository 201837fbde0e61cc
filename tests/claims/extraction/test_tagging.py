"""From label scores to attributions, and what the network is shown of a paragraph."""

from itertools import pairwise, product

import numpy as np
import pytest

from claims.extraction.frames import Tagged
from claims.extraction.pipelines import identity, load
from claims.extraction.quotations import Quotation
from claims.extraction.tagging.decoding import (
    FORBIDDEN,
    LABELS,
    RELATIONS,
    Links,
    Transitions,
    attributions,
    legal,
    ranges,
    relations,
    viterbi,
)
from claims.extraction.tagging.features import IDS, Features, read
from claims.extraction.tagging.network import Network

OUT, BS, IS, BC, IC, BT, IT = range(len(LABELS))


@pytest.fixture(scope="module")
def nlp():
    return load("en_core_web_sm")


@pytest.fixture(scope="module")
def network():
    return Network.shipped()


def transitions(seed):
    chance = np.random.default_rng(seed)
    parts = (chance.normal(size=size) for size in ((7, 7), 7, 7))
    return legal(Transitions(*(part.astype(np.float32) for part in parts)))


def value(scores, labels, rules):
    total = rules.first[labels[0]] + rules.last[labels[-1]]
    total += sum(scores[place, label] for place, label in enumerate(labels))
    return total + sum(rules.between[a, b] for a, b in pairwise(labels))


@pytest.mark.parametrize("seed", range(5))
def test_viterbi_finds_the_best_of_all_sequences(seed):
    rules = transitions(seed)
    scores = np.random.default_rng(seed + 100).normal(size=(2, 4, 7)).astype(np.float32)
    lengths = np.array([4, 3], dtype=np.int32)
    for row, labels in enumerate(viterbi(scores, lengths, rules)):
        sequences = product(range(7), repeat=int(lengths[row]))
        best = max(sequences, key=lambda labels: value(scores[row], labels, rules))
        assert tuple(labels) == best


def test_viterbi_goes_inside_only_what_has_begun():
    scores = np.zeros((1, 3, 7), dtype=np.float32)
    scores[0, :, IT] = 5
    nothing = legal(Transitions(*(np.zeros(s, np.float32) for s in ((7, 7), 7, 7))))
    (labels,) = viterbi(scores, np.array([3], dtype=np.int32), nothing)
    assert list(labels) == [BT, IT, IT]
    assert nothing.between[OUT, IT] == FORBIDDEN


def test_ranges_of_one_kind():
    labels = np.array([BT, IT, BT, OUT, BC, IC, BT, IT])
    assert ranges(labels, BT) == [(0, 2), (2, 3), (6, 8)]
    assert ranges(labels, BC) == [(4, 6)]
    assert ranges(labels, BS) == []


def paragraph(count, sentences=None, quoted=()):
    ids = np.zeros((count, len(IDS)), dtype=np.int32)
    ids[list(quoted), IDS.index("quote")] = 2
    links = np.tile(np.arange(count, dtype=np.int32)[:, None], (1, 3))
    tensor = np.zeros((count, 96), np.float32)
    return Features(tensor, ids, links, np.array(sentences or [0] * count, dtype=np.int32))


def wish(count, contents=(), sources=(), none=-9.0):
    """Link vectors of one number a token pair: token -> the token it asks for."""
    query, speaker = (np.zeros((count, count), np.float32) for _ in range(2))
    for asker, asked in contents:
        query[asker, asked] = 9
    for asker, asked in sources:
        speaker[asker, asked] = 9
    key = np.eye(count, dtype=np.float32)
    return Links(query, key, speaker, key, np.full(count, none, np.float32))


WEIGHTS = np.zeros(RELATIONS, np.float32)


def test_a_source_serves_two_cues_and_a_cue_may_have_none():
    #         Ann  said  taxes rose  and  added  jobs fell
    labels = np.array([BS, BC, BT, IT, OUT, BC, BT, IT])
    links = wish(8, contents=[(2, 1), (3, 1), (6, 5), (7, 5)], sources=[(1, 0), (5, 0)])
    found = attributions(paragraph(8), labels, links, WEIGHTS, WEIGHTS)
    assert found == [Tagged((1, 2), (0, 1), ((2, 4),)), Tagged((5, 6), (0, 1), ((6, 8),))]
    alone = wish(8, contents=[(2, 1), (3, 1), (6, 5), (7, 5)], none=9)
    found = attributions(paragraph(8), labels, alone, WEIGHTS, WEIGHTS)
    assert [tagged.source for tagged in found] == [None, None]


def test_content_in_another_sentence_stays_only_if_all_is_quoted():
    labels = np.array([BT, IT, BC, BT, IT])
    links = wish(5, contents=[(0, 2), (1, 2), (3, 2), (4, 2)])
    sentences = [0, 0, 0, 1, 1]
    stray = attributions(paragraph(5, sentences), labels, links, WEIGHTS, WEIGHTS)
    assert stray[0].contents == ((0, 2),)
    quoted = paragraph(5, sentences, quoted=[0, 1, 3, 4])
    assert attributions(quoted, labels, links, WEIGHTS, WEIGHTS)[0].contents == ((0, 2), (3, 5))


def test_relations_are_numbers_the_network_knows(nlp, network):
    doc = nlp("Ann Lee, who said that taxes rose, told the council of her own plans. She left.")
    features = read(doc, network.keys, [], 0)
    everywhere = np.arange(len(doc), dtype=np.int32)
    kinds = relations(features, everywhere, everywhere)
    assert kinds.min() >= 0
    assert kinds.max() < RELATIONS


def test_what_is_read_of_a_paragraph(nlp, network):
    text = "Ann Lee said \u201ctaxes rose\u201d again. She left."
    start = 50
    quotation = Quotation(start + 13, start + 25, 0)
    features = read(nlp(text), network.keys, [quotation], start)
    words = [token.text for token in nlp(text)]
    state = dict(zip(words, features.ids[:, IDS.index("quote")], strict=True))
    assert [state[w] for w in ("said", "\u201c", "taxes", "\u201d", "again")] == [0, 1, 2, 3, 0]
    assert features.sentences[words.index("She")] == features.sentences[0] + 1
    taxes, rose = words.index("taxes"), words.index("rose")
    # `taxes` hangs on `rose`, whose clause `said` governs.
    assert features.links[taxes, 0] == rose
    assert features.links[taxes, 1] == words.index("said")
    sizes = [len(table) for table in network.embeddings]
    assert (features.ids.max(0) < sizes).all()


def test_alone_or_in_a_batch_a_paragraph_is_tagged_alike(nlp, network):
    texts = [
        "Ann Lee said taxes rose.",
        "\u201cTaxes rose by three percent in the last year alone,\u201d Ann Lee told the council.",
        "The council left.",
    ]
    docs = [(nlp(text), 0, []) for text in texts]
    assert network.tag(docs) == [network.tag([doc])[0] for doc in docs]
    assert network.tag([]) == []


def test_another_pipelines_vectors_are_not_read(nlp, network):
    assert network.reads(nlp)
    assert identity(nlp) == "en core_web_sm 3.8.0"
    meta = dict(nlp.meta)
    try:
        nlp.meta["version"] = "9.9.9"
        assert not network.reads(nlp)
    finally:
        nlp.meta["version"] = meta["version"]
