"""The pipeline's vectors of tokens (tok2vec): the same numbers, made in a third of the time.

What a token gives by itself follows from a few attributes of its word, so it is remembered; only
what its neighbours add is computed in every text. That is done for a few texts at a time, which a
core's own memory holds, in arrays that are used again, and with no more passes over them than
needed. Every number is computed from the same ones as by thinc; where the order of an addition
differs, with the size of a product, so does its last digit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from .products import Ops

#: Words remembered before all are forgotten, 400 bytes each.
MOST = 10_000
#: Tokens that are computed at once.
AT_ONCE = 1_000
#: Added to a variance by thinc's layernorm.
LEAST = np.float32(1e-08)
LAYER = "residual(expand_window>>maxout>>layernorm>>dropout)"
#: Itself, the token before and the one behind.
WINDOW = 3

Floats = NDArray[np.float32]
Forward = Callable[..., Any]


class Remembered:
    """What tokens give by themselves: the `embed` part of a model, each word computed once."""

    def __init__(self, model: Model[Any, Any]) -> None:
        self.columns, self.rest = model.layers[0].attrs["columns"], model.layers[1:]
        self.vectors = np.empty((MOST, model.get_dim("nO")), np.float32)
        self.known: dict[tuple[int, ...], int] = {}

    def __call__(self, _model: Any, docs: Sequence[Doc], is_train: bool) -> Any:
        assert not is_train
        tables = [doc.to_array(self.columns) for doc in docs]
        table = np.concatenate(tables)
        words = list(map(tuple, table.tolist()))
        found = self.of(table, words) if self.learn(table, words) else self.computed(table)
        ends = accumulate(map(len, tables), initial=0)
        return [found[start:end] for start, end in pairwise(ends)], None

    def of(self, table: NDArray[np.uint64], words: Sequence[tuple[int, ...]]) -> Floats:
        return self.vectors[[self.known[word] for word in words]]

    def learn(self, table: NDArray[np.uint64], words: Sequence[tuple[int, ...]]) -> bool:
        """Whether all words are known now; too many different ones are not."""
        known = self.known
        fresh = {word: place for place, word in enumerate(words) if word not in known}
        if len(known) + len(fresh) > MOST:
            known.clear()
            fresh = {word: place for place, word in enumerate(words)}
        if len(fresh) > MOST:
            return False
        if fresh:
            rows = range(len(known), len(known) + len(fresh))
            self.vectors[rows.start : rows.stop] = self.computed(table[list(fresh.values())])
            known.update(zip(fresh, rows, strict=True))
        return True

    def computed(self, table: NDArray[np.uint64]) -> Floats:
        given: Any = [table]
        for layer in self.rest:
            given = layer.predict(given)
        [vectors] = given
        return np.asarray(vectors, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One of the layers that look at neighbours, for vectors of `width` numbers.

    `weights` (3 width, pieces width) and `bias` (pieces width,), of all first pieces, all second
    and so on, so that the largest of each is found in a few long runs; `scale` and `shift`
    (width,).
    """

    weights: Floats
    bias: Floats
    pieces: int
    scale: Floats
    shift: Floats

    @classmethod
    def of(cls, model: Model[Any, Any]) -> "Layer":
        maxout: Any
        norm: Any
        [maxout] = [node for node in model.walk() if node.name == "maxout"]
        [norm] = [node for node in model.walk() if node.name == "layernorm"]
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        return cls(
            np.ascontiguousarray(np.concatenate(weights.swapaxes(0, 1)).T),
            np.concatenate(bias.T),
            maxout.get_dim("nP"),
            norm.get_param("G"),
            norm.get_param("b"),
        )

    def added(self, vectors: Floats, beside: Floats, products: Floats) -> Floats:
        """What is added to `vectors` (n, width); the others are room, (n, 3 w), (n, pieces w)."""
        width = vectors.shape[1]
        beside[0, :width] = beside[-1, 2 * width :] = 0
        beside[1:, :width] = vectors[:-1]
        beside[:, width : 2 * width] = vectors
        beside[:-1, 2 * width :] = vectors[1:]
        np.dot(beside, self.weights, out=products)
        products += self.bias
        largest = products[:, :width]
        for piece in range(1, self.pieces):
            np.maximum(largest, products[:, piece * width : (piece + 1) * width], out=largest)
        return self.normed(largest, beside[:, :width])

    def normed(self, values: Floats, room: Floats) -> Floats:
        """thinc's layernorm, in place."""
        values -= values.mean(axis=1, keepdims=True)
        np.multiply(values, values, out=room)
        variance = room.sum(axis=1, keepdims=True) / np.float32(room.shape[1]) + LEAST
        values *= variance ** (-1.0 / 2.0)
        values *= self.scale
        values += self.shift
        return values


class Surroundings:
    """What neighbours add to the vectors: the `encode` part of a model."""

    def __init__(self, model: Model[Any, Any]) -> None:
        self.pad = model.attrs["pad"]
        self.layers = [Layer.of(layer) for layer in model.layers[0].layers]

    def __call__(self, _model: Any, texts: Sequence[Floats], is_train: bool) -> Any:
        assert not is_train
        found = [vectors for batch in batches(texts) for vectors in self.of(batch)]
        return found, None

    def of(self, texts: Sequence[Floats]) -> Iterator[Floats]:
        """The same with their surroundings; between texts are rows of zeros, as thinc has them."""
        pad, width = self.pad, texts[0].shape[1]
        ends = accumulate(pad + len(text) for text in texts)
        places = [slice(end - len(text), end) for end, text in zip(ends, texts, strict=True)]
        vectors = np.zeros((places[-1].stop + pad, width), np.float32)
        for place, text in zip(places, texts, strict=True):
            vectors[place] = text
        beside = np.empty((len(vectors), WINDOW * width), np.float32)
        products = np.empty((len(vectors), self.layers[0].pieces * width), np.float32)
        for layer in self.layers:
            vectors += layer.added(vectors, beside, products)
        # Copies, since the rest of such an array would stay as long as one text of it.
        return (vectors[place].copy() for place in places)


def batches(texts: Sequence[Floats]) -> Iterator[list[Floats]]:
    batch: list[Floats] = []
    for text in texts:
        if batch and sum(map(len, batch)) + len(text) > AT_ONCE:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def compute_vectors_once(nlp: Language) -> None:
    """Have vectors of tokens made here, in models of a make that is known."""
    for _name, component in nlp.pipeline:
        if isinstance(model := getattr(component, "model", None), Model):
            for node in list(model.walk()):
                if is_known(node):
                    embed, encode = node.get_ref("embed"), node.get_ref("encode")
                    embed._func, encode._func = Remembered(embed), Surroundings(encode)


def is_known(node: Model[Any, Any]) -> bool:
    """Whether it is spaCy's MultiHashEmbed with a MaxoutWindowEncoder, on a processor."""
    if not {"embed", "encode"} <= {*node.ref_names} or type(node.ops) is not Ops:
        return False
    embed, encode = node.get_ref("embed"), node.get_ref("encode")
    if not embed.layers or embed.layers[0].name != "extract_features":
        return False
    if not encode.name.startswith("with_array") or not encode.layers[0].layers:
        return False
    return all(
        layer.name == LAYER
        and all(
            part.attrs["window_size"] == 1 for part in layer.walk() if part.name == "expand_window"
        )
        for layer in encode.layers[0].layers
    )
