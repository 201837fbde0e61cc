"""What words mean, from the sentence model: a cue never seen in training is near one that was."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder

WIDTH = 48


def word_vectors(words: Iterable[str]) -> NDArray[np.float32]:
    """(1 + words, WIDTH): each word's embedding in its principal axes, mean square 1/4.

    The first row, of unknown words, is zero.
    """
    found = Embedder(exact=True).embed(list(words))
    found -= found.mean(0)
    axes = np.linalg.svd(found, full_matrices=False)[2][:WIDTH]
    # The sign of an axis is arbitrary; the same everywhere makes training repeatable.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    vectors = found @ axes.T
    vectors *= 0.5 / vectors.std()
    return np.concatenate([np.zeros((1, WIDTH), np.float32), vectors]).astype(np.float32)
