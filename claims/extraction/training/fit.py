"""Training of the attribution network: everything that is drawn by chance comes from the seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..tagging.decoding import relations
from ..tagging.features import IDS, Ints
from .dataset import NONE, Example
from .network import TENSOR_WIDTH, Tagger, crf_loss

LEMMA = IDS.index("lemma")


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how fast to learn. A batch is `batch_tokens` tokens, filling included."""

    seed: int = 1
    epochs: int = 9
    rate: float = 3e-3
    warm_up: float = 0.15
    decay: float = 0.02
    batch_tokens: int = 2_400
    # Paragraphs of nearly one length are batched together; this many tokens of play mix them.
    play: float = 6.0
    # So often a lemma is hidden, so that the network learns to do without.
    hidden_lemmas: float = 0.05
    labels_weight: float = 0.1
    owner_weight: float = 0.2
    speaker_weight: float = 0.1
    largest_step: float = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, filled up to the longest."""

    tensor: Tensor
    ids: Tensor
    links: Tensor
    lengths: Tensor
    labels: Tensor
    examples: Sequence[Example]


def fit(
    net: Tagger, examples: Sequence[Example], settings: Settings, tell: Callable[[str], object]
) -> None:
    """Train the network in place; `tell` gets a line an epoch."""
    chance = random.Random(settings.seed)
    parameters = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=settings.decay)
    # Shuffling may cut an epoch into a few batches more than the first.
    steps = int(len(list(_batches(examples, settings, chance))) * settings.epochs * 1.01) + 10
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.rate, total_steps=steps, pct_start=settings.warm_up
    )
    for epoch in range(settings.epochs):
        net.train()
        losses = []
        for batch in _batches(examples, settings, chance):
            loss = _loss(net, batch, settings)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, settings.largest_step)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        tell(f"epoch {epoch + 1} of {settings.epochs}: loss {sum(losses) / len(losses):.4f}")


def _batches(
    examples: Sequence[Example], settings: Settings, chance: random.Random
) -> Iterator[Batch]:
    """All examples once, in batches of about one length, the batches in any order."""
    keyed = [(len(e.labels) + chance.random() * settings.play, e) for e in examples]
    keyed.sort(key=lambda pair: pair[0])
    batches: list[list[Example]] = [[]]
    for _, one in keyed:
        longest = max([len(one.labels), *(len(e.labels) for e in batches[-1])])
        if batches[-1] and (len(batches[-1]) + 1) * longest > settings.batch_tokens:
            batches.append([])
        batches[-1].append(one)
    chance.shuffle(batches)
    return map(_batch, batches)


def _batch(examples: Sequence[Example]) -> Batch:
    lengths = [len(e.labels) for e in examples]
    shape = len(examples), max(lengths)
    tensor = np.zeros((*shape, TENSOR_WIDTH), dtype=np.float32)
    ids = np.zeros((*shape, len(IDS)), dtype=np.int64)
    links = np.zeros((*shape, 3), dtype=np.int64)
    labels = np.zeros(shape, dtype=np.int64)
    for row, (one, length) in enumerate(zip(examples, lengths, strict=True)):
        tensor[row, :length] = one.features.tensor
        ids[row, :length] = one.features.ids
        links[row, :length] = one.features.links
        labels[row, :length] = one.labels
    tensors = [torch.from_numpy(part) for part in (tensor, ids, links, np.array(lengths), labels)]
    return Batch(tensors[0], tensors[1], tensors[2], tensors[3], tensors[4], examples)


def _loss(net: Tagger, batch: Batch, settings: Settings) -> Tensor:
    hidden = torch.rand(batch.ids.shape[:2]) < settings.hidden_lemmas
    ids = batch.ids.clone()
    ids[..., LEMMA][hidden] = 0
    scores, vectors = net(net.embed(batch.tensor, ids), batch.links, batch.lengths)
    alive = torch.arange(scores.shape[1])[None] < batch.lengths[:, None]
    plain = functional.cross_entropy(scores[alive], batch.labels[alive])
    owner, speaker = _link_losses(net, batch, vectors)
    return (
        crf_loss(net, scores, batch.labels, batch.lengths)
        + settings.labels_weight * plain
        + settings.owner_weight * owner
        + settings.speaker_weight * speaker
    )


def _link_losses(net: Tagger, batch: Batch, vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropies of which cue a content's token has, and of which source a cue has."""
    owner: list[Tensor] = []
    speaker: list[Tensor] = []
    for one, row in zip(batch.examples, vectors, strict=True):
        parts = row[:, : 4 * net.width].split(net.width, dim=1)
        cues = np.array(one.cues, dtype=np.int32)
        sources = np.array(one.sources, dtype=np.int32)
        contents = np.flatnonzero(one.labels >= 5).astype(np.int32)
        if len(contents):
            scores = _scores(net.content_relations, one, contents, cues, parts[0], parts[1])
            scores = torch.cat([scores, row[contents, -2:-1]], 1)
            owner.append(_cross_entropy(scores, one.owner[contents]))
        if len(cues):
            scores = _scores(net.source_relations, one, cues, sources, parts[2], parts[3])
            scores = torch.cat([scores, row[cues, -1:]], 1)
            speaker.append(_cross_entropy(scores, np.array(one.speaker)))
    return _mean(owner), _mean(speaker)


def _scores(
    weights: nn.Embedding, one: Example, askers: Ints, asked: Ints, query: Tensor, key: Tensor
) -> Tensor:
    kinds = torch.from_numpy(relations(one.features, askers, asked)).long()
    return query[askers] @ key[asked].T + weights(kinds)[..., 0]


def _cross_entropy(scores: Tensor, wanted: np.ndarray) -> Tensor:
    """Of every row; NONE is the last column."""
    columns = np.where(wanted == NONE, scores.shape[1] - 1, wanted)
    return functional.cross_entropy(scores, torch.from_numpy(columns), reduction="none")


def _mean(losses: list[Tensor]) -> Tensor:
    return torch.cat(losses).mean() if losses else torch.zeros(())
