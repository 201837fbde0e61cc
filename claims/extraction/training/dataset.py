"""Annotated articles as what the network learns from: features, labels and links a paragraph."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..attributions import quotations_of
from ..extractor import parse_articles
from ..frames import Parsed, Stretch
from ..tagging.decoding import CONTENT, CUE, SOURCE
from ..tagging.features import Features, Keys, read
from .gold import Article, Gold

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from ..quotations import Quotation

BATCH = 32
# Rarer lemmas and shapes share the number of the unknown.
FEWEST = {"lemma": 3, "lower": 1, "tag": 1, "dep": 1, "ent": 1, "shape": 20}
ATTRIBUTES = {"ent": "ent_type"}

Labels = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, slots=True)
class Example:
    """A paragraph of n tokens.

    `labels`: (n,) as in `LABELS`. `cues`, `sources`: first tokens of each. `owner`: (n,) for a
    content's token the place of its cue in `cues`, or NONE. `speaker`: for each cue the place of
    its source in `sources`, or NONE.
    """

    features: Features
    labels: Labels
    cues: list[int]
    sources: list[int]
    owner: Labels
    speaker: list[int]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A parsed paragraph with what was annotated in it; it outlives the pipeline's memory."""

    doc: "Doc"
    start: int
    quotations: "Sequence[Quotation]"
    gold: Sequence[Gold]


def paragraphs(nlp: "Language", articles: Sequence[Article]) -> Iterator[Paragraph]:
    """The prose of the articles, parsed exactly as the extractor parses it."""
    for first in range(0, len(articles), BATCH):
        batch = articles[first : first + BATCH]
        texts = [(article.text, "") for article in batch]
        for article, (pieces, quotations) in zip(batch, parse_articles(nlp, texts), strict=True):
            for piece in pieces:
                gold = [g for g in article.attributions if _touches(piece, g)]
                here = quotations_of(piece, quotations)
                yield Paragraph(piece.doc, piece.start, here, gold)


def _touches(piece: Parsed, gold: Gold) -> bool:
    parts = (*gold.source, *gold.cue, *gold.content)
    return any(start < piece.end and end > piece.start for start, end in parts)


def known_keys(nlp: "Language", docs: "Iterable[Doc]") -> Keys:
    """What is frequent enough in the training texts to have a number.

    Words that only the pipeline knows have one too: what they mean is known without training.
    """
    counts: dict[str, Counter[int]] = {name: Counter() for name in FEWEST}
    for doc in docs:
        for token in doc:
            for name, counter in counts.items():
                counter[getattr(token, ATTRIBUTES.get(name, name))] += 1
    counts["ent"].pop(0, None)
    strings = nlp.vocab.strings
    counts["lower"].update(strings[s] for s in sorted(strings) if s.isalpha() and s.islower())
    return Keys(
        **{
            name: np.array(
                sorted(key for key, count in counts[name].items() if count >= fewest),
                dtype=np.uint64,
            )
            for name, fewest in FEWEST.items()
        }
    )


def example(paragraph: Paragraph, keys: Keys) -> Example:
    doc, start = paragraph.doc, paragraph.start
    features = read(doc, keys, paragraph.quotations, start)
    begins = np.array([start + token.idx for token in doc])
    ends = begins + np.array([len(token) for token in doc])
    labels = np.zeros(len(doc), dtype=np.int64)
    marks = [
        [_tokens(part, begins, ends) for part in (gold.content, gold.source, gold.cue)]
        for gold in paragraph.gold
    ]
    for gold in marks:
        for tokens, begin in zip(gold, (CONTENT, SOURCE, CUE), strict=True):
            _label(labels, tokens, begin)
    sources = [int(place) for place in np.flatnonzero(labels == SOURCE)]
    owner = np.full(len(doc), NONE, dtype=np.int64)
    cues: list[int] = []
    speaker: list[int] = []
    for content, source, cue in marks:
        if len(cue):
            owner[content] = len(cues)
            cues.append(int(cue[0]))
            speaker.append(_place(labels, sources, source))
    return Example(features, labels, cues, sources, owner, speaker)


def _tokens(stretches: Sequence[Stretch], begins: Labels, ends: Labels) -> Labels:
    inside = np.zeros(len(begins), dtype=bool)
    for start, end in stretches:
        inside |= (ends > start) & (begins < end)
    return np.flatnonzero(inside)


def _label(labels: Labels, tokens: Labels, begin: int) -> None:
    """Label the tokens; a cue inside a content keeps its place, nothing else overwrites."""
    runs = np.diff(tokens, prepend=-2) != 1
    free = (labels[tokens] == 0) | (begin == CUE)
    labels[tokens[free]] = np.where(runs[free], begin, begin + 1)


def _place(labels: Labels, sources: Sequence[int], source: Labels) -> int:
    """The place of the labelled source that these tokens belong to, or NONE."""
    if not len(source):
        return NONE
    token = int(source[0])
    while labels[token] == SOURCE + 1:
        token -= 1
    return sources.index(token) if labels[token] == SOURCE else NONE
