"""The trained network at run time: onnxruntime on one thread, small tables beside it.

`manage.py train_attribution` writes the two files; docs/models/attribution.md says from what.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..frames import Tagged
from ..pipelines import identity
from .decoding import Floats, Links, Transitions, attributions, legal, viterbi
from .features import IDS, Features, Keys, read

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from ..quotations import Quotation

WEIGHTS = Path(__file__).parents[1] / "weights"
# Rows of a batch are filled up to the longest: of the tokens of six times as many, half would be
# filling, and it would take half as long again.
BATCH_TOKENS = 1_000


class Network:
    """Which words are source, cue and content, for paragraphs that one pipeline has parsed.

    `tables` are the arrays and `graph` the ONNX model that training wrote.
    """

    def __init__(self, tables: dict[str, NDArray[Any]], graph: bytes) -> None:
        self.pipeline = str(tables["pipeline"])
        self.keys = Keys(**{name: tables[f"keys_{name}"] for name in Keys.__dataclass_fields__})
        self.embeddings = [_table(tables, name) for name in IDS]
        self.transitions = legal(
            Transitions(*(tables[name] for name in ("between", "first", "last")))
        )
        self.content_relations = tables["content_relations"]
        self.source_relations = tables["source_relations"]
        self.width = int(tables["link_width"])
        self._graph = graph

    @classmethod
    def shipped(cls) -> "Network":
        """The network that comes with the project."""
        with (WEIGHTS / "attribution.npz").open("rb") as stream:
            tables = dict(np.load(stream, allow_pickle=False))
        return cls(tables, (WEIGHTS / "attribution.onnx").read_bytes())

    def reads(self, nlp: "Language") -> bool:
        """Whether it was trained on what this pipeline gives; vectors of another mean nothing."""
        return self.pipeline == identity(nlp)

    @cached_property
    def session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Workers run side by side; one that took all cores would only make the others wait.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(
            self._graph, options, providers=["CPUExecutionProvider"]
        )

    def tag(self, docs: "Sequence[tuple[Doc, int, Sequence[Quotation]]]") -> list[list[Tagged]]:
        """The attributions of each paragraph: (its parse, its offset, its quotations)."""
        found: list[list[Tagged]] = [[] for _ in docs]
        features = {
            place: read(doc, self.keys, quotations, start)
            for place, (doc, start, quotations) in enumerate(docs)
            if len(doc)
        }
        for batch in _batches(features):
            rows = [features[place] for place in batch]
            for place, tagged in zip(batch, self._batch(rows), strict=True):
                found[place] = tagged
        return found

    def _batch(self, rows: "Sequence[Features]") -> Iterator[list[Tagged]]:
        lengths = np.array([len(row) for row in rows], dtype=np.int32)
        scores, links = self.scores(rows, lengths)
        for place, labels in enumerate(viterbi(scores, lengths, self.transitions)):
            here = self._links(links[place, : lengths[place]])
            yield attributions(
                rows[place], labels, here, self.content_relations, self.source_relations
            )

    def scores(self, rows: "Sequence[Features]", lengths: NDArray[np.int32]) -> tuple[Floats, Any]:
        """Label scores (rows, longest, 7) and link vectors (rows, longest, 4 d + 1)."""
        longest = int(lengths.max())
        embedded = np.zeros((len(rows), longest, self._depth(rows[0])), dtype=np.float32)
        links = np.zeros((len(rows), longest, 3), dtype=np.int64)
        for place, row in enumerate(rows):
            embedded[place, : len(row)] = self.embed(row)
            links[place, : len(row)] = row.links
        fed = {"tokens": embedded, "links": links, "lengths": lengths}
        scores, vectors = self.session.run(None, fed)
        return scores, vectors

    def embed(self, row: Features) -> Floats:
        """(n, depth): the pipeline's vector and the embedding of every number, side by side."""
        parts = [table[row.ids[:, column]] for column, table in enumerate(self.embeddings)]
        return np.concatenate([row.tensor, *parts], axis=1, dtype=np.float32)

    def _depth(self, row: Features) -> int:
        return row.tensor.shape[1] + sum(table.shape[1] for table in self.embeddings)

    def _links(self, vectors: Floats) -> Links:
        first, second, third, fourth = (
            vectors[:, k * self.width :][:, : self.width] for k in range(4)
        )
        return Links(first, second, third, fourth, vectors[:, -1])


def _table(tables: dict[str, NDArray[Any]], name: str) -> Floats:
    """An embedding table; large ones are stored as bytes with one scale a column."""
    table = tables[f"embed_{name}"].astype(np.float32)
    scale = tables.get(f"scale_{name}")
    return table if scale is None else table * scale


def _batches(features: Mapping[int, Features]) -> Iterator[list[int]]:
    """Places of paragraphs of about one length, so that little of a batch is filling."""
    batch: list[int] = []
    for length, place in sorted((len(row), place) for place, row in features.items()):
        if batch and (len(batch) + 1) * length > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
