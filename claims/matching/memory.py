"""An index of claims in memory: exact cosines and BM25 find the candidates, then they are ranked.

The desk's own index lies in the database and finds them by HNSW and by the query's rarest words;
the ranking is the same.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidate, Floats, Frequencies, Text
from .model import Model
from .ranking import Ranked, rank

BY_MEANING, BY_WORDS = 80, 50
# BM25: how soon a word's repeats stop counting, and how much longer claims are held back.
K1, B = 0.9, 0.4

Places = NDArray[np.intp]


class Memory:
    """Claims to be found again; none can be added."""

    def __init__(self, claims: Sequence[Candidate]) -> None:
        self.claims = claims
        self.frequencies = Frequencies.count(claims)
        self._vectors, self._owners = _stacked(claims)
        self._postings = _postings(claims)

    def rank(self, query: Text, model: Model | None = None) -> list[Ranked]:
        """What the query may claim, best first; at most BY_MEANING + BY_WORDS."""
        return rank(query, self.candidates(query), self.frequencies, model)

    def candidates(self, query: Text) -> list[Candidate]:
        """The nearest by meaning and by words, in the order of the claims."""
        found = {*self._by_meaning(query), *self._by_words(query)}
        return [self.claims[i] for i in sorted(found)]

    def _by_meaning(self, query: Text) -> list[int]:
        if query.vector is None or not len(self._owners):
            return []
        nearest = np.full(len(self.claims), -np.inf)
        np.maximum.at(nearest, self._owners, self._vectors @ query.vector)
        return _highest(nearest, BY_MEANING, above=-np.inf)

    def _by_words(self, query: Text) -> list[int]:
        scores = np.zeros(len(self.claims))
        for word in set(query.words) & self._postings.keys():
            at, worth = self._postings[word]
            rest = len(self.claims) - len(at)
            scores[at] += worth * np.log1p((rest + 0.5) / (len(at) + 0.5))
        return _highest(scores, BY_WORDS, above=0.0)


def _stacked(claims: Sequence[Candidate]) -> tuple[Floats, Places]:
    """The vectors of all texts, (n, 384), and which claim each belongs to, (n,)."""
    texts = [(text.vector, i) for i, claim in enumerate(claims) for text in claim.texts]
    vectors = [(vector, i) for vector, i in texts if vector is not None]
    if not vectors:
        return np.empty((0, 0)), np.empty(0, np.intp)
    return np.stack([v for v, _i in vectors]), np.array([i for _v, i in vectors], np.intp)


def _postings(claims: Sequence[Candidate]) -> dict[str, tuple[Places, Floats]]:
    """Per word the claims that hold it, and what a word of weight 1 is worth in each."""
    counts = [Counter(word for text in claim.texts for word in text.words) for claim in claims]
    mean = sum(count.total() for count in counts) / max(1, len(counts)) or 1.0
    held: dict[str, list[tuple[int, float]]] = {}
    for i, count in enumerate(counts):
        slack = K1 * (1 - B + B * count.total() / mean)
        for word, times in count.items():
            held.setdefault(word, []).append((i, times / (times + slack)))
    return {
        word: (np.array([i for i, _w in found], np.intp), np.array([w for _i, w in found]))
        for word, found in held.items()
    }


def _highest(scores: Floats, most: int, above: float) -> list[int]:
    best = np.argsort(-scores, kind="stable")[:most]
    return [int(i) for i in best if scores[i] > above]
