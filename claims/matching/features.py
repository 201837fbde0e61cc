"""What speaks for a candidate being the claim that a query makes, as numbers that a model weighs.

None depends on the other candidates, and nothing is a tweet's or an outlet's own: what counts is
meaning, rare words, how much of either text the other has, and words in the same order.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

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


def features(query: Text, candidates: Sequence[Candidate], rarities: Mapping[str, float]) -> Floats:
    """Shape (candidates, features); cosines are NaN where one side has no vector.

    `rarities` has each word of the query, 0..1.
    """
    asked = Asked(query, rarities)
    rows = [(*cosines(query, candidate), *asked.shared(candidate)) for candidate in candidates]
    texts = [" ".join([text.text for text in candidate.texts]) for candidate in candidates]
    found = np.array(rows, float).reshape(len(candidates), len(FEATURES) - 1)
    return np.column_stack([found, covered(query.text, texts)])


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

    def shared(self, candidate: Candidate) -> tuple[float, ...]:
        """The features of the words alone but for the last, in the order of FEATURES."""
        rarities = self.rarities
        held = [rarities[word] for word in self.words & candidate.words]
        pairs = self.pairs.intersection(chain(*(pairwise(text.words) for text in candidate.texts)))
        return (
            sum(held) / self.total,
            max(held, default=0.0),
            max((self._precision(text) for text in candidate.texts), default=0.0),
            math.log1p(sum(min(rarities[a], rarities[b]) for a, b in pairs)),
        )

    def _precision(self, text: Text) -> float:
        """The share of a text's words that the query has."""
        return sum(map(self.words.__contains__, text.words)) / max(1, len(text.words))


def covered(query: str, texts: Sequence[str]) -> Floats:
    """The share of the query's four letters in a row that each text has, too, shape (texts,).

    So compounds, misspellings and inflected names meet halfway.
    """
    letters = "".join(c if c.isalnum() else " " for c in plain(query).casefold())
    asked = np.unique(_fours(" ".join(letters.split())))
    if not len(asked):
        return np.zeros(len(texts))
    lowered = [text.casefold() for text in texts]
    owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in lowered])
    # The query has no line break, so no four across two texts are found.
    there = _fours("\n".join([*lowered, "\n\n"]))
    at = np.searchsorted(asked, there)
    at[at == len(asked)] = 0
    hits = np.flatnonzero(asked[at] == there)
    has = np.zeros((len(texts), len(asked)), bool)
    has[owners[hits], at[hits]] = True
    return has.mean(axis=1)


def _fours(text: str) -> NDArray[np.uint64]:
    """Every four characters in a row as one number."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    pairs = codes[:-1] * np.uint64(1 << 16) ^ codes[1:]
    return pairs[:-2] * np.uint64(1 << 32) ^ pairs[2:]
