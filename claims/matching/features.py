"""What speaks for a candidate being the claim that a query makes, as numbers that a model weighs.

None depends on the other candidates, and nothing is a tweet's or an outlet's own: what counts is
meaning, rare words, how much of either text the other has, and words in the same order.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from .candidates import Candidate, Floats, Text
from .words import plain

#: The columns of `features`. The first three need vectors.
FEATURES = (
    "nearest cosine",
    "mean cosine",
    "cosine of the wording",
    "covered",
    "rarest shared word",
    "precise",
    "shared pairs of words",
    "covered by four letters",
)
MEANING = 3
GRAM = 4
# Of a longer query the rest takes time and changes nothing.
MOST_GRAMS = 250


def features(query: Text, candidates: Sequence[Candidate], rarities: Mapping[str, float]) -> Floats:
    """Shape (candidates, features); cosines are NaN where one side has no vector.

    `rarities` has each word of the query, 0..1.
    """
    asked = Asked(query, rarities)
    rows = [(*cosines(query, candidate), *asked.shared(candidate)) for candidate in candidates]
    return np.array(rows, float).reshape(len(candidates), len(FEATURES))


def cosines(query: Text, candidate: Candidate) -> tuple[float, float, float]:
    """The largest and the mean cosine to the candidate's texts, and that to its wording."""
    vectors = [text.vector for text in candidate.texts if text.vector is not None]
    if query.vector is None or not vectors:
        return math.nan, math.nan, math.nan
    found = [float(vector @ query.vector) for vector in vectors]
    return max(found), sum(found) / len(found), found[0]


class Asked:
    """What of a query is looked for in every candidate."""

    def __init__(self, query: Text, rarities: Mapping[str, float]) -> None:
        self.words = frozenset(query.words)
        self.rarities = rarities
        self.total = sum(rarities[word] for word in self.words) or 1.0
        self.pairs = frozenset(pairwise(query.words))
        self.grams = _grams(query.text)

    def shared(self, candidate: Candidate) -> tuple[float, ...]:
        """The features of the words alone, in the order of FEATURES."""
        rarities = self.rarities
        held = [rarities[word] for word in self.words & candidate.words]
        pairs = {pair for text in candidate.texts for pair in pairwise(text.words)} & self.pairs
        return (
            sum(held) / self.total,
            max(held, default=0.0),
            max((self._precision(text) for text in candidate.texts), default=0.0),
            math.log1p(sum(min(rarities[a], rarities[b]) for a, b in pairs)),
            self._covered(" ".join(text.text for text in candidate.texts).casefold()),
        )

    def _precision(self, text: Text) -> float:
        """The share of a text's words that the query has."""
        return sum(map(self.words.__contains__, text.words)) / max(1, len(text.words))

    def _covered(self, text: str) -> float:
        return sum(map(text.__contains__, self.grams)) / max(1, len(self.grams))


def _grams(text: str) -> tuple[str, ...]:
    """Every four letters in a row: compounds, misspellings and inflected names meet halfway."""
    letters = "".join(c if c.isalnum() else " " for c in plain(text).casefold())
    spaced = " ".join(letters.split())
    grams = dict.fromkeys(spaced[i : i + GRAM] for i in range(len(spaced) - GRAM + 1))
    return tuple(grams)[:MOST_GRAMS]
