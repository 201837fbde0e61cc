"""An index of claims in memory: exact cosines and BM25 find the candidates, then they are ranked.

The desk's own index lies in the database and finds them by HNSW and by the query's rarest words;
the ranking is the same.
"""

from collections.abc import Sequence

import numpy as np

from .candidates import Candidate, Floats, Frequencies, Text
from .ranking import Ranked, rank

BY_MEANING, BY_WORDS = 80, 50
K1, B = 0.9, 0.4


class Memory:
    """Claims to be found again; nothing can be added."""

    def __init__(self, claims: Sequence[Candidate]) -> None:
        self.claims = claims
        self.frequencies = Frequencies.count(claims)
        self._vectors, self._owners = _stacked(claims)
        self._postings = _postings(claims, self.frequencies)

    def rank(self, query: Text) -> list[Ranked]:
        """The claims that the query may make, best first; at most BY_MEANING + BY_WORDS."""
        return rank(query, self.candidates(query), self.frequencies)

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
            scores[at] += worth * self.frequencies.weight(word)
        return _highest(scores, BY_WORDS, above=0.0)


def _stacked(
    claims: Sequence[Candidate],
) -> tuple[Floats, "np.ndarray[tuple[int], np.dtype[np.intp]]"]:
    """The vectors of all texts, (n, 384), and which claim each belongs to, (n,)."""
    pairs = [
        (text.vector, i)
        for i, claim in enumerate(claims)
        for text in claim.texts
        if text.vector is not None
    ]
    if not pairs:
        return np.empty((0, 0)), np.empty(0, np.intp)
    return np.stack([vector for vector, _i in pairs]), np.array([i for _vector, i in pairs])


def _postings(claims, frequencies):
    """Per word the claims that hold it, and what BM25 gives each for it."""
    held: dict[str, list[tuple[int, float]]] = {}
    for i, claim in enumerate(claims):
        slack = K1 * (1 - B + B * claim.counts.total() / frequencies.mean_words)
        for word, count in claim.counts.items():
            held.setdefault(word, []).append((i, count / (count + slack)))
    return {
        word: (np.array([i for i, _worth in found]), np.array([worth for _i, worth in found]))
        for word, found in held.items()
    }


def _highest(scores: Floats, count: int, above: float) -> list[int]:
    best = np.argsort(-scores, kind="stable")[:count]
    return [int(i) for i in best if scores[i] > above]
