"""The network that tags attributions, in torch.

Embeddings and the pipeline's vector of every token go through three dilated convolutions, which
also see the vectors of the token's head and of the words that govern its clause, and an LSTM
over the paragraph in both directions. Out come scores for the seven labels, a linear-chain CRF
over them, and vectors by which contents find their cue and cues their source.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..tagging.decoding import LABELS, RELATIONS, Transitions, legal
from ..tagging.features import IDS

DILATIONS = (1, 2, 4)
TENSOR_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Widths:
    """How many numbers each part has; the embeddings' in the order of `IDS`."""

    lemma: int = 40
    lower: int = 48
    tag: int = 12
    dep: int = 16
    ent: int = 10
    shape: int = 8
    quote: int = 12
    place: int = 6
    hidden: int = 112
    lstm: int = 80
    label: int = 64
    link: int = 48


class Tagger(nn.Module):
    """`sizes`: how many numbers each of `IDS` has. `words`: fixed (sizes["lower"], 48) vectors."""

    words: Tensor
    scale: Tensor

    def __init__(
        self, sizes: dict[str, int], words: Tensor, widths: Widths, dropout: float = 0.3
    ) -> None:
        super().__init__()
        width = asdict(widths)
        self.embeddings = nn.ModuleDict(
            {name: nn.Embedding(sizes[name], width[name]) for name in IDS if name != "lower"}
        )
        self.register_buffer("words", words)
        hidden = widths.hidden
        depth = TENSOR_WIDTH + sum(width[name] for name in IDS)
        self.enter = nn.Sequential(nn.Linear(depth, hidden), nn.LayerNorm(hidden), nn.ReLU())
        self.convolutions = nn.ModuleList(
            nn.Sequential(nn.Linear(6 * hidden, hidden), nn.LayerNorm(hidden), nn.ReLU())
            for _ in DILATIONS
        )
        self.lstm = nn.LSTM(hidden, widths.lstm, batch_first=True, bidirectional=True)
        reach = hidden + 2 * widths.lstm
        self.labels = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(reach, widths.label),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(widths.label, len(LABELS)),
        )
        self.links = nn.Linear(reach, 4 * widths.link)
        self.alone = nn.Linear(reach, 2)
        self.content_relations = nn.Embedding(RELATIONS, 1)
        self.source_relations = nn.Embedding(RELATIONS, 1)
        self.dropout = nn.Dropout(dropout)
        self.between = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.first = nn.Parameter(torch.zeros(len(LABELS)))
        self.last = nn.Parameter(torch.zeros(len(LABELS)))
        self.width = widths.link
        # Queries are scaled once here, so that a product with a key is a score as it is.
        scale = torch.ones(4 * widths.link)
        scale[: widths.link] = scale[2 * widths.link : 3 * widths.link] = widths.link**-0.5
        self.register_buffer("scale", scale)

    def embed(self, tensor: Tensor, ids: Tensor) -> Tensor:
        """(rows, longest, depth) from the vectors and numbers of `tagging.features`."""
        parts = [
            functional.embedding(ids[..., column], self.words)
            if name == "lower"
            else self.embeddings[name](ids[..., column])
            for column, name in enumerate(IDS)
        ]
        return torch.cat([tensor, *parts], -1)

    def forward(self, tokens: Tensor, links: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Label scores (rows, longest, 7) and link vectors (rows, longest, 4 d + 2)."""
        longest = tokens.shape[1]
        alive = (torch.arange(longest)[None] < lengths[:, None]).float()[..., None]
        x = self.enter(self.dropout(tokens)) * alive
        for dilation, convolution in zip(DILATIONS, self.convolutions, strict=True):
            x = x + self.dropout(convolution(_around(x, links, dilation)))
            x = x * alive
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths, batch_first=True, enforce_sorted=torch.onnx.is_in_onnx_export()
        )
        along, _ = nn.utils.rnn.pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, total_length=longest
        )
        x = torch.cat([x, along], -1)
        y = self.dropout(x)
        return self.labels(x), torch.cat([self.links(y) * self.scale, self.alone(y)], -1)

    def transitions(self) -> Transitions:
        """The learned transitions, illegal ones forbidden."""
        parts = (part.detach().numpy() for part in (self.between, self.first, self.last))
        return legal(Transitions(*parts))


def _around(x: Tensor, links: Tensor, dilation: int) -> Tensor:
    """Every token beside its neighbours to both sides, its head and its clause's governors."""
    before = functional.pad(x, (0, 0, dilation, 0))[:, : x.shape[1]]
    after = functional.pad(x, (0, 0, 0, dilation))[:, dilation:]
    linked = [
        torch.gather(x, 1, links[..., k : k + 1].expand(-1, -1, x.shape[2])) for k in range(3)
    ]
    return torch.cat([before, x, after, *linked], -1)


def crf_loss(net: Tagger, scores: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
    """Negative log-likelihood of the labels per token; scores (rows, longest, 7)."""
    rules = legal(Transitions(*(np.zeros(s, np.float32) for s in ((7, 7), 7, 7))))
    between = net.between + torch.from_numpy(rules.between)
    row = torch.arange(len(scores))
    alpha = scores[:, 0] + net.first + torch.from_numpy(rules.first)
    path = alpha[row, labels[:, 0]]
    for step in range(1, scores.shape[1]):
        alive = (lengths > step).float()
        routes = torch.logsumexp(alpha[:, :, None] + between, 1) + scores[:, step]
        alpha = torch.where(alive[:, None] > 0, routes, alpha)
        before, here = labels[:, step - 1], labels[:, step]
        path = path + alive * (between[before, here] + scores[row, step, here])
    path = path + net.last[labels[row, lengths - 1]]
    return (torch.logsumexp(alpha + net.last, -1) - path).sum() / lengths.sum()
