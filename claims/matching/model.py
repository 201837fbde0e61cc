"""The weights that turn what speaks for a candidate into the chance that it is the same claim.

Trained by `manage.py train_matching`; the model card is docs/models/matching.md.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .candidates import Floats, Frequencies
from .features import MEANING

SHIPPED = Path(__file__).parent / "weights" / "matching.npz"
# So many claims of the training count with those of the store: a small desk's own frequencies say
# little, a large one's outweigh them.
LENT = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The weights, as they lie in the file; sums are log-odds.

    `both` is a constant and a weight per feature; `words` the same without the cosines, for what
    has no vector. `keys` are the CRC-32 of the commonest words, sorted, `shares` the share of the
    claims of the training that hold each.
    """

    both: Floats
    words: Floats
    keys: NDArray[np.uint32]
    shares: Floats

    def scores(self, features: Floats) -> Floats:
        """(n, features) to (n,): the chance, 0..1, that each candidate is the claim."""
        known = ~np.isnan(features[:, :MEANING]).any(axis=1)
        meant = self.both[0] + np.nan_to_num(features) @ self.both[1:]
        worded = self.words[0] + features[:, MEANING:] @ self.words[1:]
        return 1 / (1 + np.exp(-np.where(known, meant, worded)))

    def rarities(self, words: Iterable[str], frequencies: Frequencies) -> dict[str, float]:
        """How rare each word is, 0..1: its inverse document frequency as a share of the largest."""
        words = [*words]
        texts = frequencies.texts + LENT
        most = _inverse(0, texts)
        return {
            word: _inverse(frequencies.holding.get(word, 0) + LENT * share, texts) / most
            for word, share in zip(words, self._shares(words), strict=True)
        }

    def _shares(self, words: Sequence[str]) -> list[float]:
        keys = np.array([crc32(word.encode()) for word in words], np.uint32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.shares[at], 0.0).tolist()


def _inverse(held: float, texts: float) -> float:
    """The inverse document frequency of BM25."""
    return math.log1p((max(0.0, texts - held) + 0.5) / (held + 0.5))


@cache
def shipped() -> Model:
    return read(SHIPPED)


def read(path: Path) -> Model:
    with np.load(path, allow_pickle=False) as arrays:
        return Model(**{f.name: arrays[f.name] for f in fields(Model)})


def write(model: Model, path: Path) -> None:
    """The same model gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{f.name: getattr(model, f.name) for f in fields(Model)})
