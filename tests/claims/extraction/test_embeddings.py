"""Sentence embeddings, by the model that scoring and matching share."""

import numpy as np

from claims.extraction import embeddings


def test_a_text_embedded_a_moment_ago_is_not_embedded_again(monkeypatch):
    embedder = embeddings.Embedder()
    texts = [f"Ferries ran late {number} times." for number in range(6)]
    first = embedder.embed_once([*texts, texts[0]])
    assert first.shape == (7, 384)
    assert np.array_equal(first[0], first[6])
    assert np.allclose(first[:6], embedder.embed(texts), atol=1e-5)
    asked = []
    embed = embedder.embed
    monkeypatch.setattr(embedder, "embed", lambda t, size=1: asked.append(t) or embed(t, size))
    again = embedder.embed_once([texts[3], "A new one.", texts[0]])
    assert np.array_equal(again[[0, 2]], first[[3, 0]])
    assert asked == [["A new one."]]
    assert embedder.embed_once([]).shape == (0, 384)
    monkeypatch.setattr(embeddings, "RECENT", 2)
    embedder.embed_once(texts)
    embedder.embed_once([texts[0]])
    assert asked[-1] == [texts[0]]
