"""What speaks for a candidate being the claim that a query makes, as numbers that a model weighs.

None depends on the other candidates, and nothing is a tweet's or an outlet's own: what counts is
meaning, rare words, how much of either text the other has, and words in the same order.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidate, Floats, Text
from .letters import Letters

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

Places = NDArray[np.intp]
T = TypeVar("T")


def features(query: Text, candidates: Sequence[Candidate], rarities: Mapping[str, float]) -> Floats:
    """Shape (candidates, features); cosines are NaN where one side has no vector.

    `rarities` has each word of the query, 0..1.
    """
    everyone = np.arange(len(candidates))
    return Compared([query], candidates).features(0, everyone, rarities)


class Compared:
    """Queries beside all candidates of any of them, each of which is read once."""

    def __init__(self, queries: Sequence[Text], candidates: Sequence[Candidate]) -> None:
        self.queries = queries
        self.candidates = candidates
        self.texts = [text for candidate in candidates for text in candidate.texts]
        #: By candidate, how many texts it has and which is the first.
        self.lengths = np.array([len(candidate.texts) for candidate in candidates], np.intp)
        self.firsts = np.cumsum(self.lengths) - self.lengths
        self.words = Held(queries, self.texts)
        self.letters = Letters(
            [query.text for query in queries],
            [" ".join([text.text for text in candidate.texts]) for candidate in candidates],
        )

    def features(self, query: int, of: Places, rarities: Mapping[str, float]) -> Floats:
        """Those of one query, by its place, and of the candidates at the places `of`."""
        if not len(of):
            return np.empty((0, len(FEATURES)))
        lengths = self.lengths[of]
        ends = np.cumsum(lengths)
        firsts = ends - lengths
        rows = np.arange(ends[-1]) + np.repeat(self.firsts[of] - firsts, lengths)
        return np.column_stack(
            [
                *self._cosines(self.queries[query], rows, firsts),
                *self.words.shared(self.queries[query], rows, firsts, rarities),
                self.letters.covered(query, of),
            ]
        )

    def _cosines(self, query: Text, rows: Places, firsts: Places) -> tuple[Floats, ...]:
        """The largest and the mean cosine to a candidate's texts, and that to its wording."""
        found = np.full(len(rows), math.nan)
        meant = self._meant[rows]
        if query.vector is not None and meant.any():
            found[meant] = np.vecdot(self._vectors[rows[meant]], query.vector)
        if len(firsts) == len(rows):
            return found, found, found
        parts = np.split(found, firsts[1:])
        told = [part[~np.isnan(part)].tolist() or [math.nan] for part in parts]
        rows = np.array([(max(part), sum(part) / len(part), part[0]) for part in told])
        return tuple(rows.T)

    @cached_property
    def _meant(self) -> NDArray[np.bool_]:
        """Which texts have a vector."""
        return np.array([text.vector is not None for text in self.texts], bool)

    @cached_property
    def _vectors(self) -> Floats:
        """Those of all texts, (texts, 384); nought where there is none."""
        vectors = [text.vector for text in self.texts if text.vector is not None]
        stacked = np.zeros((len(self.texts), *np.shape(vectors[0])), np.float32)
        stacked[self._meant] = vectors
        return stacked


class Held:
    """Which words of some queries, and which two in a row, each of some texts holds."""

    def __init__(self, queries: Sequence[Text], texts: Sequence[Text]) -> None:
        self.words = numbered(chain.from_iterable(query.words for query in queries))
        self.pairs = numbered(chain.from_iterable(pairwise(query.words) for query in queries))
        self.lengths = np.array([len(text.words) for text in texts], np.intp)
        # After each text comes none, so that no two words of different texts are in a row.
        none = len(self.words)
        place = self.words.get
        read = [place(word, none) for text in texts for word in (*text.words, "")]
        found = np.array(read, np.intp)
        owners = np.repeat(np.arange(len(texts)), self.lengths + 1)
        #: How often each text holds each word, and whether each pair.
        self.counts = np.zeros((len(texts), none), np.int32)
        known = found < none
        np.add.at(self.counts, (owners[known], found[known]), 1)
        self.paired = np.zeros((len(texts), len(self.pairs)), bool)
        if not self.pairs:
            return
        places = np.array([(self.words[a], self.words[b]) for a, b in self.pairs], np.intp)
        asked = places[:, 0] * (none + 1) + places[:, 1]
        order = asked.argsort()
        there = found[:-1] * (none + 1) + found[1:]
        at = np.minimum(np.searchsorted(asked, there, sorter=order), len(order) - 1)
        pairs = order[at]
        known = asked[pairs] == there
        self.paired[owners[:-1][known], pairs[known]] = True

    def shared(
        self, query: Text, rows: Places, firsts: Places, rarities: Mapping[str, float]
    ) -> tuple[Floats, ...]:
        """The features of the words alone but for the last, in the order of FEATURES.

        Of candidates, whose texts are at `rows`; those of each begin at `firsts` among them.
        """
        words = [*dict.fromkeys(query.words)]
        rare = np.array([rarities[word] for word in words])
        columns = np.array([self.words[word] for word in words], np.intp)
        counts = self.counts[np.ix_(rows, columns)]
        held = np.logical_or.reduceat(counts > 0, firsts).T * rare[:, None]
        precise = counts.sum(axis=1) / np.maximum(1, self.lengths[rows])
        pairs = [*dict.fromkeys(pairwise(query.words))]
        weights = np.array([min(rarities[a], rarities[b]) for a, b in pairs])
        columns = np.array([self.pairs[pair] for pair in pairs], np.intp)
        paired = self.paired[np.ix_(rows, columns)]
        worth = added(np.logical_or.reduceat(paired, firsts).T * weights[:, None])
        return (
            added(held) / (sum(rare.tolist()) or 1.0),
            held.max(axis=0, initial=0.0),
            np.maximum.reduceat(precise, firsts),
            np.array([math.log1p(one) for one in worth.tolist()]),
        )


def added(rows: Floats) -> Floats:
    """The sum of the rows, one after another: each column's is the same in any company."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total += row
    return total


def numbered(things: Iterable[T]) -> dict[T, int]:
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}
