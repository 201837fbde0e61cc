"""Which of some claims a text makes: best first, with the chance that it is the same claim."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from .candidates import Candidate, Frequencies, Text
from .words import spoken

__all__ = ["Candidate", "Frequencies", "Ranked", "Text", "rank"]

# How soon a word's repeats stop counting, and how much longer claims are held back.
K1, B = 0.9, 0.4
# More than these an editor does not read.
SHARED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A candidate and the chance, 0..1, that it is the claim the query makes."""

    candidate: Candidate
    score: float
    words: tuple[str, ...]

    @property
    def id(self) -> Hashable:
        return self.candidate.id

    @property
    def shared(self) -> tuple[str, ...]:
        """The words in both that say most, rarest first, as the claim has them."""
        forms: dict[str, str] = {}
        for text in self.candidate.texts:
            for word, surface in spoken(text.text, text.language):
                forms.setdefault(word, surface)
        return tuple(forms[word] for word in self.words if word in forms)


def rank(
    query: Text, candidates: Sequence[Candidate], frequencies: Frequencies | None = None
) -> list[Ranked]:
    """The candidates, best first; equal scores keep their order.

    Without vectors the words alone decide, without frequencies every word weighs the same.
    """
    if not candidates:
        return []
    weights = _weights(query, frequencies or Frequencies())
    mean = (frequencies or Frequencies()).mean_words
    likeness = np.array([_likeness(query, candidate) for candidate in candidates])
    bm25 = np.array([_bm25(weights, candidate, mean) for candidate in candidates])
    scores = 1 / (1 + np.exp(-(8 * likeness + 6 * bm25 - 7)))
    order = np.argsort(-scores, kind="stable")
    return [Ranked(candidates[i], float(scores[i]), _shared(weights, candidates[i])) for i in order]


def _weights(query: Text, frequencies: Frequencies) -> dict[str, float]:
    """What each word of the query weighs; together 1."""
    weights = {word: frequencies.weight(word) for word in query.words}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def _likeness(query: Text, candidate: Candidate) -> float:
    """The largest cosine to one of its texts; 0 without vectors."""
    vectors = [text.vector for text in candidate.texts if text.vector is not None]
    if query.vector is None or not vectors:
        return 0.0
    return float((np.stack(vectors) @ query.vector).max())


def _bm25(weights: dict[str, float], candidate: Candidate, mean_words: float) -> float:
    counts = candidate.counts
    slack = K1 * (1 - B + B * counts.total() / mean_words)
    return sum(
        weight * (K1 + 1) * counts[word] / (counts[word] + slack)
        for word, weight in weights.items()
        if word in counts
    )


def _shared(weights: dict[str, float], candidate: Candidate) -> tuple[str, ...]:
    held = [word for word in weights if word in candidate.counts]
    return tuple(sorted(held, key=lambda word: -weights[word])[:SHARED])
