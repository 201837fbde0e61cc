"""From the network's numbers to cues with their sources and contents."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..frames import Range, Tagged
from .features import Features, Ints

# The labels, in the network's order.
LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
SOURCE, CUE, CONTENT = 1, 3, 5
FORBIDDEN = -1e4
# Distances are told apart up to 2 ** FARTHEST tokens.
FARTHEST = 5
RELATIONS = 2 * (FARTHEST + 1) * 16 * 2

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Transitions:
    """Learned scores of the label sequence: from one to the next (7, 7), first and last (7,)."""

    between: Floats
    first: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Links:
    """What decides which words belong together, for the n tokens of a paragraph.

    A content asks (`content_query`, (n, d)) for its cue (`content_key`), a cue (`source_query`)
    for its source (`source_key`) or for none (`no_source`, (n,)).
    """

    content_query: Floats
    content_key: Floats
    source_query: Floats
    source_key: Floats
    no_source: Floats


def legal(transitions: Transitions) -> Transitions:
    """The transitions without those that no label sequence may take: inside follows begin."""
    between, first = transitions.between.copy(), transitions.first.copy()
    for inside in (SOURCE + 1, CUE + 1, CONTENT + 1):
        others = [label for label in range(len(LABELS)) if label not in (inside, inside - 1)]
        between[others, inside] = FORBIDDEN
        first[inside] = FORBIDDEN
    return Transitions(between, first, transitions.last)


def viterbi(scores: Floats, lengths: Ints, transitions: Transitions) -> list[NDArray[np.int64]]:
    """The best labels of each row of a batch; scores (rows, longest, 7), lengths (rows,)."""
    rows, longest, _ = scores.shape
    best = scores[:, 0] + transitions.first
    back = np.zeros((longest, rows, len(LABELS)), dtype=np.int64)
    for step in range(1, longest):
        routes = best[:, :, None] + transitions.between
        back[step] = routes.argmax(1)
        alive = (lengths > step)[:, None]
        best = np.where(alive, routes.max(1) + scores[:, step], best)
    label = (best + transitions.last).argmax(1)
    labels = np.zeros((rows, longest), dtype=np.int64)
    row = np.arange(rows)
    for step in range(longest - 1, -1, -1):
        labels[:, step] = label
        if step:
            label = np.where(lengths > step, back[step, row, label], label)
    return [labels[row, :length] for row, length in enumerate(lengths)]


def ranges(labels: NDArray[np.int64], begin: int) -> list[Range]:
    """The ranges of one kind, which begins with the label `begin` and goes on with the next."""
    starts = np.flatnonzero(labels == begin)
    outside = np.flatnonzero(np.append(labels != begin + 1, True))
    ends = outside[np.searchsorted(outside, starts + 1)]
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def relations(features: Features, askers: Ints, asked: Ints) -> Ints:
    """(askers, asked) numbers that tell how far apart two tokens are and how they hang together."""
    distance = asked[None, :] - askers[:, None]
    size = np.minimum(np.log2(np.abs(distance) + 1.0), FARTHEST + 0.9).astype(np.int32)
    size += (distance > 0) * (FARTHEST + 1)
    heads = features.links[:, 0]
    mine = features.links[askers]
    bits = (mine[:, 1, None] == asked) + 2 * (mine[:, 2, None] == asked)
    bits += 4 * (features.sentences[askers][:, None] == features.sentences[asked])
    bits += 8 * ((mine[:, 0, None] == asked) | (heads[asked] == askers[:, None]))
    leaves_quote = features.quoted[askers][:, None] & ~features.quoted[asked]
    return ((size * 16 + bits) * 2 + leaves_quote).astype(np.int32)


def attributions(
    features: Features,
    labels: NDArray[np.int64],
    links: Links,
    content_relations: Floats,
    source_relations: Floats,
) -> list[Tagged]:
    """The cues of a paragraph in order; the one before a quotation in the next has no content."""
    cues, sources = ranges(labels, CUE), ranges(labels, SOURCE)
    contents = ranges(labels, CONTENT)
    if not cues:
        return []
    heads = np.array([start for start, _ in cues], dtype=np.int32)
    owners = _owners(features, contents, heads, links, content_relations)
    speakers = _speakers(features, heads, sources, links, source_relations)
    found = []
    for place, cue in enumerate(cues):
        own = [c for c, owner in zip(contents, owners, strict=True) if owner == place]
        found.append(Tagged(cue, speakers[place], _settled(features, cue, own)))
    return found


def _owners(
    features: Features,
    contents: Sequence[Range],
    cues: Ints,
    links: Links,
    weights: Floats,
) -> list[int]:
    """For each content the cue that its tokens together ask for most."""
    if not contents:
        return []
    tokens = np.concatenate([np.arange(*content, dtype=np.int32) for content in contents])
    scores = links.content_query[tokens] @ links.content_key[cues].T
    scores += weights[relations(features, tokens, cues)]
    scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)
    bounds = np.cumsum([0] + [end - start for start, end in contents])[:-1]
    return [int(owner) for owner in np.add.reduceat(scores, bounds, axis=0).argmax(1)]


def _speakers(
    features: Features,
    cues: Ints,
    sources: Sequence[Range],
    links: Links,
    weights: Floats,
) -> list[Range | None]:
    """For each cue the source it asks for, or None."""
    if not sources:
        return [None] * len(cues)
    heads = np.array([start for start, _ in sources], dtype=np.int32)
    scores = links.source_query[cues] @ links.source_key[heads].T
    scores += weights[relations(features, cues, heads)]
    best, score = scores.argmax(1), scores.max(1)
    return [
        sources[int(place)] if value >= links.no_source[cue] else None
        for place, value, cue in zip(best, score, cues, strict=True)
    ]


def _settled(features: Features, cue: Range, contents: Sequence[Range]) -> tuple[Range, ...]:
    """The contents without strays: outside the cue's sentence only quotation joins quotation."""
    if len(contents) < 2:
        return tuple(contents)
    sentence = features.sentences[cue[0]]
    near = [c for c in contents if sentence in (features.sentences[[c[0], c[1] - 1]])]
    near = near or [contents[0]]
    if any(_is_quoted(features, content) for content in near):
        near = [c for c in contents if c in near or _is_quoted(features, c)]
    return tuple(near)


def _is_quoted(features: Features, content: Range) -> bool:
    return bool(features.quoted[slice(*content)].mean() > 0.5)
