"""Sentence embeddings, by the model that scoring and matching share."""

import numpy as np

from claims.extraction import embeddings
from tests.bench.sentences import sentences


def test_a_text_embedded_a_moment_ago_is_not_embedded_again(monkeypatch):
    embedder = embeddings.Embedder()
    texts = [f"Ferries ran late {number} times." for number in range(6)]
    first = embedder.embed_once([*texts, texts[0]])
    assert first.shape == (7, 384)
    assert np.array_equal(first[0], first[6])
    assert np.array_equal(first[:6], embedder.embed(texts))
    asked = []
    embed = embedder.embed
    monkeypatch.setattr(embedder, "embed", lambda t: asked.append(t) or embed(t))
    again = embedder.embed_once([texts[3], "A new one.", texts[0]])
    assert np.array_equal(again[[0, 2]], first[[3, 0]])
    assert asked == [["A new one."]]
    assert embedder.embed_once([]).shape == (0, 384)
    monkeypatch.setattr(embeddings, "RECENT", 2)
    embedder.embed_once(texts)
    embedder.embed_once([texts[0]])
    assert asked[-1] == [texts[0]]


def test_a_vector_is_the_same_whatever_it_is_embedded_with():
    embedder = embeddings.shared()
    texts = ["It rose.", "Ferries ran late 12 times in 2015, the harbour board said.", "Fees"]
    together = embedder.embed(texts)
    assert np.array_equal(together, np.concatenate([embedder.embed([text]) for text in texts]))
    assert np.allclose(np.linalg.norm(together, axis=1), 1)


def test_computed_in_int8_the_vectors_are_near_the_exact_ones():
    texts = [text for text, _place in sentences(60, seed=3)]
    exact = embeddings.Embedder(exact=True).embed(texts)
    cosines = (embeddings.shared().embed(texts) * exact).sum(axis=1)
    assert cosines.mean() > 0.99
    assert cosines.min() > 0.98
    assert not np.allclose(cosines, 1, atol=1e-4), "it is computed exactly, in twice the time"
