"""How much of a text's letters another has, so that compounds, misspellings and inflected names
meet halfway."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .candidates import Floats
from .words import plain

Fours = NDArray[np.uint64]

#: Characters that are looked at together, 40 bytes each meanwhile.
AT_ONCE = 1_000_000
#: Of the digest of four letters; most of a text's are told apart from those asked for by it.
BITS = 16
#: Spreads them over all digests: the golden ratio, as Knuth has it.
SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Letters:
    """Which four letters in a row of some queries each of some texts has."""

    def __init__(self, queries: Sequence[str], texts: Sequence[str]) -> None:
        asked = [np.unique(fours(folded(query))) for query in queries]
        every = np.unique(np.concatenate([*asked, np.empty(0, np.uint64)]))
        #: Of each query, the columns in `has`.
        self.asked = [np.searchsorted(every, one) for one in asked]
        self.has = np.zeros((len(texts), len(every)), bool)
        if not len(every):
            return
        likely = np.zeros(1 << BITS, bool)
        likely[digest(every)] = True
        start = 0
        while start < len(texts):
            ends = np.cumsum([len(text) for text in texts[start:]])
            end = start + max(1, int(np.searchsorted(ends, AT_ONCE)))
            self.look(every, likely, texts[start:end], self.has[start:end])
            start = end

    def look(
        self, every: Fours, likely: NDArray[np.bool_], texts: Sequence[str], has: NDArray[np.bool_]
    ) -> None:
        """Set in `has` which of `every` the texts have; others have no `likely` digest."""
        lowered = [text.casefold() for text in texts]
        owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in lowered])
        # A query has no line break, so no four across two texts are found.
        there = fours("\n".join([*lowered, "\n\n"]))
        at = np.flatnonzero(likely[digest(there)])
        found = np.searchsorted(every, there[at])
        found[found == len(every)] = 0
        same = every[found] == there[at]
        has[owners[at[same]], found[same]] = True

    def covered(self, query: int, texts: NDArray[np.intp]) -> Floats:
        """The share of a query's fours that each of the texts has, too; by their places."""
        asked = self.asked[query]
        if not len(asked):
            return np.zeros(len(texts))
        return self.has[np.ix_(texts, asked)].mean(axis=1)


def folded(query: str) -> str:
    """Its letters and figures, in small ones, with single spaces."""
    letters = "".join(c if c.isalnum() else " " for c in plain(query).casefold())
    return " ".join(letters.split())


def fours(text: str) -> Fours:
    """Every four characters in a row as one number."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    pairs = codes[:-1] * np.uint64(1 << 16) ^ codes[1:]
    return pairs[:-2] * np.uint64(1 << 32) ^ pairs[2:]


def digest(fours: Fours) -> Fours:
    return fours * SPREAD >> np.uint64(64 - BITS)
