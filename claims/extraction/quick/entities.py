"""The pipeline's named entities, found for all tokens at once.

spaCy's recogniser goes from token to token and asks of each of 74 moves whether it is allowed. Yet
its scores outside of an entity follow from the token alone, since the other two of their three
features are missing there (`_state.pxd`, `ner.pyx` and `parser_model.pyx` in spaCy 3.8). So they
are computed for all tokens in one product, and only entities of several words are followed word by
word: the same model, the same scores, the same entities.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span
from spacy.util import minibatch

RECOGNISER = "ner"
#: Of a state: its token, the first word of the entity that is open, and that entity's last so far.
FEATURES = 3

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scoring:
    """The scores of moves in a state.

    `parts`: (tokens + 1, features, hidden units, pieces), what each token gives as each feature; a
    feature that is missing gives the first row. `base` (hidden units, pieces), `weights` (moves,
    hidden units), `bias` (moves,).
    """

    parts: Floats
    base: Floats
    weights: Floats
    bias: Floats

    def outside(self) -> Floats:
        """(tokens, moves): where no entity is open."""
        missing = self.parts[0]
        hidden = (self.parts[1:, 0] + missing[1] + missing[2] + self.base).max(axis=-1)
        return np.asarray(np.dot(hidden, self.weights.T) + self.bias)

    def inside(self, token: int, first: int, moves: list[int]) -> Floats:
        """Those of `moves` at a token of the entity that has begun with `first`."""
        parts = self.parts
        hidden = (parts[token + 1, 0] + parts[first + 1, 1] + parts[token, 2] + self.base).max(-1)
        return np.asarray(np.dot(self.weights[moves], hidden) + self.bias[moves])


@Language.factory("plumbline_entities")
class Entities:
    """A component for the place of `ner`, whose model it runs."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        recogniser: Any = nlp.get_pipe(RECOGNISER)
        self.model = recogniser.model
        names = (recogniser.moves.get_class_name(n) for n in range(recogniser.moves.n_moves))
        moves = [name.partition("-") for name in names]
        self.labels = [label for _kind, _, label in moves]
        self.place = {(kind, label): place for place, (kind, _, label) in enumerate(moves)}
        self.begin = np.array([kind == "B" and label != "" for kind, _, label in moves])
        self.unit = np.array([kind == "U" and label != "" for kind, _, label in moves])
        self.out = self.place["O", ""]
        #: Moves that are for inside of an entity.
        self.never = ~(self.begin | self.unit)
        self.never[self.out] = False

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        for batch in minibatch(docs, batch_size):
            documents = list(batch)
            self.find([doc for doc in documents if len(doc)])
            yield from documents

    def find(self, docs: Sequence[Doc]) -> None:
        """Set the entities of documents, none of them empty and none with entities so far."""
        if not docs:
            return
        scoring = self.scoring(docs)
        spaces, last = facts(docs)
        scores = scoring.outside()
        scores[:, self.never] = -np.inf
        scores[np.ix_(spaces, self.unit)] = -np.inf
        scores[np.ix_(spaces | last, self.begin)] = -np.inf
        best = scores.argmax(axis=1)
        offset = 0
        for doc in docs:
            here = slice(offset, offset + len(doc))
            spans = self.spans(scoring, best[here], last[here], offset)
            doc.set_ents([Span(doc, *span) for span in spans], default="outside")
            offset += len(doc)

    def scoring(self, docs: Sequence[Doc]) -> Scoring:
        lower, upper = self.model.get_ref("lower"), self.model.get_ref("upper")
        parts = lower.predict(self.model.get_ref("tok2vec").predict(docs))
        params = lower.get_param("b"), upper.get_param("W"), upper.get_param("b")
        return Scoring(parts, *params)

    def spans(
        self, scoring: Scoring, best: NDArray[np.int64], last: Flags, offset: int
    ) -> Iterator[tuple[int, int, str]]:
        """(start, end, label) of a document's entities; its tokens' scores begin at `offset`."""
        end = 0
        for start in np.flatnonzero(best != self.out).tolist():
            if start < end:
                continue
            label, end = self.labels[best[start]], start + 1
            if self.begin[best[start]]:
                moves = [self.place["I", label], self.place["L", label]]
                goes_on = True
                while goes_on:
                    goes_on = not last[end]
                    if goes_on:
                        more, ends = scoring.inside(offset + end, offset + start, moves)
                        goes_on = bool(more > ends)
                    end += 1
            yield start, end, label


def facts(docs: Sequence[Doc]) -> tuple[Flags, Flags]:
    """Of each token whether it is white space, and whether it is the last of a sentence."""
    spaces, last = [], []
    for doc in docs:
        table = doc.to_array(["IS_SPACE", "SENT_START"])
        spaces.append(table[:, 0] == 1)
        last.append(np.append(table[1:, 1] == 1, True))
    return np.concatenate(spaces), np.concatenate(last)


def find_entities_at_once(nlp: Language) -> None:
    """Put Entities in the place of a recogniser that it knows to do the same as."""
    if RECOGNISER not in nlp.pipe_names:
        return
    recogniser: Any = nlp.get_pipe(RECOGNISER)
    if type(recogniser) is not EntityRecognizer or recogniser.cfg["beam_width"] != 1:
        return
    model = recogniser.model
    if not model.attrs["has_upper"] or model.attrs["unseen_classes"]:
        return
    if model.get_ref("lower").get_dim("nF") != FEATURES:
        return
    earlier = nlp.pipe_names[: nlp.pipe_names.index(RECOGNISER)]
    if any("doc.ents" in nlp.get_pipe_meta(name).assigns for name in earlier):
        return
    nlp.add_pipe("plumbline_entities", name="entities", before=RECOGNISER)
    nlp.remove_pipe(RECOGNISER)
