"""What the network sees of a paragraph: whole numbers per token, read off the parse at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..quotations import Quotation

if TYPE_CHECKING:
    from spacy.tokens import Doc

Ints = NDArray[np.int32]
Hashes = NDArray[np.uint64]
# spaCy's attributes that are read; it is imported only once a text is at hand.
COLUMNS = [
    "LEMMA",
    "LOWER",
    "TAG",
    "DEP",
    "ENT_TYPE",
    "SHAPE",
    "ENT_IOB",
    "HEAD",
    "SENT_START",
    "IDX",
    "LENGTH",
]
IDS = ("lemma", "lower", "tag", "dep", "ent", "shape", "quote", "place")
QUOTE = IDS.index("quote")
# Through one of these a clause hangs from the word that governs it.
CLAUSES = ("ROOT", "ccomp", "xcomp", "parataxis", "advcl", "relcl", "acl", "csubj", "pcomp", "dep")
# No sentence is deeper than two to this power.
DOUBLINGS = 7


@dataclass(frozen=True, slots=True)
class Keys:
    """Sorted 64-bit hashes of the strings that the network knows by number, one array a column."""

    lemma: Hashes
    lower: Hashes
    tag: Hashes
    dep: Hashes
    ent: Hashes
    shape: Hashes


@dataclass(frozen=True, slots=True)
class Features:
    """One paragraph of n tokens.

    `tensor`: (n, 96) vectors of the pipeline's tok2vec. `ids`: (n, 8) numbers for the embeddings,
    in the order of `IDS`; 0 is unknown. `links`: (n, 3) places of each token's head, of its
    clause's governor, and of that one's own. `sentences`: (n,) which sentence each is in.
    """

    tensor: NDArray[np.float32]
    ids: Ints
    links: Ints
    sentences: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def quoted(self) -> NDArray[np.bool_]:
        return self.ids[:, QUOTE] > 0


def read(doc: "Doc", keys: Keys, quotations: Sequence[Quotation], start: int) -> Features:
    """The features of a paragraph that begins at offset `start` of the text."""
    table: Hashes = doc.to_array(list(COLUMNS)).view(np.uint64)
    lemma, lower, tag, dep, ent, shape = (table[:, column] for column in range(6))
    iob, sentence = table[:, 6], table[:, 8].astype(np.int64) == 1
    begin = table[:, 9].astype(np.int64)
    end = begin + table[:, 10].astype(np.int64)
    ids = np.stack(
        [
            number(lemma, keys.lemma),
            number(lower, keys.lower),
            number(tag, keys.tag),
            number(dep, keys.dep),
            number(ent, keys.ent) * 2 + (iob == 3),
            number(shape, keys.shape),
            quote_states(begin, end, quotations, start),
            places(sentence),
        ],
        axis=1,
    ).astype(np.int32)
    tensor = np.asarray(doc.tensor, dtype=np.float32)
    number_of_sentence = np.cumsum(sentence, dtype=np.int32)
    return Features(tensor, ids, links(table[:, 7], dep), number_of_sentence)


def number(hashes: Hashes, known: Hashes) -> Ints:
    """1 + the place of each hash among the known ones, 0 where it is not."""
    if not len(known):
        return np.zeros(len(hashes), dtype=np.int32)
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return np.where(known[place] == hashes, place + 1, 0).astype(np.int32)


def links(heads: Hashes, dep: Hashes) -> Ints:
    """(n, 3): head, governor of the clause, governor of the governor."""
    here = np.arange(len(heads))
    head = here + heads.astype(np.int64)
    tops = np.isin(dep, _clauses())
    up = np.where(tops, here, head)
    for _ in range(DOUBLINGS):
        up = up[up]
    governor = head[up]
    return np.stack([head, governor, governor[governor]], axis=1).astype(np.int32)


def quote_states(
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    quotations: Sequence[Quotation],
    start: int,
) -> Ints:
    """0 outside, 1 the opening mark, 2 inside, 3 the closing mark, 4 where a quotation runs on."""
    state = np.zeros(len(begin), dtype=np.int32)
    for quotation in quotations:
        low, high = quotation.start - start, quotation.end - start
        inside = (end > low) & (begin < high)
        state[inside] = 4 if quotation.continues else 2
        state[inside & (begin <= low)] = 1
        if not quotation.continues:
            state[inside & (end >= high)] = 3
    return state


def places(sentence: NDArray[np.bool_]) -> Ints:
    """Where in its sentence each token stands, and whether in the paragraph's first sentence."""
    here = np.arange(len(sentence))
    starts = np.maximum.accumulate(np.where(sentence, here, 0))
    within = np.minimum((here - starts + 1) // 2, 7)
    return (within + 8 * (starts > 0)).astype(np.int32)


@cache
def _clauses() -> Hashes:
    from spacy.strings import hash_string  # type: ignore[attr-defined]

    return np.array([hash_string(name) for name in CLAUSES], dtype=np.uint64)
