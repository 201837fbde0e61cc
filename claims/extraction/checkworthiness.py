"""How much an assertion is worth checking: a learned score that an editor can take apart.

Two models add up in log-odds. A cheap one weighs named signals and the wording (`signals`); for
what it does not rule out, small nets over the sentence embedding say how much it reads like claims
that were checked. The sum is calibrated on news. Trained by `manage.py train_checkworthiness`;
the model card is docs/models/checkworthiness.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import embeddings
from .documents import Reason
from .signals import SIGNALS, Assertion, gram_keys, held, names_something

SHIPPED = Path(__file__).parent / "weights" / "checkworthiness.npz"
# Log-odds of the cheap model below which nothing is embedded. Of news, by the labelled statements,
# it rules out 56 in 100, 11 in 100 of those whose score would be .3 or more, none from .5 on.
CUT = -0.5
WORDED = ("worded like claims worth checking", "worded unlike claims worth checking")
READS = ("reads like claims that were checked", "reads unlike claims that were checked")

Floats = NDArray[np.floating]
Scored = tuple[float, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What the cheap model sees: which signals hold, and what the wording adds."""

    held: list[bool]
    wording: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The weights, as they lie in the file; all sums are log-odds.

    The cheap model: `base`, `signals` in the order of SIGNALS, `weights` of the grams `keys`
    (sorted). The nets: `hidden` (nets, 384, units), `hidden_base` (nets, units), `out` (nets,
    units), `out_base` their mean output to subtract. `blend` is constant, cheap, nets. `news` is
    constant, slope: the calibration. `threshold` is on the blend.
    """

    base: Floats
    signals: Floats
    keys: NDArray[np.uint32]
    weights: Floats
    hidden: Floats
    hidden_base: Floats
    out: Floats
    out_base: Floats
    blend: Floats
    news: Floats
    threshold: Floats

    def parts(self, assertion: Assertion) -> Parts:
        """What the cheap model sees."""
        keys = np.array(gram_keys(assertion.tokens), np.uint32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.weights[at][self.keys[at] == keys]
        wording = float(known.sum(dtype=float)) / math.sqrt(max(1, len(keys)))
        return Parts(held(assertion), wording)

    def cheap(self, parts: Parts) -> float:
        return float(self.base + self.signals[np.array(parts.held)].sum()) + parts.wording

    def reads(self, vectors: Floats) -> Floats:
        """(n, 384) embeddings to (n,): positive for what reads like claims that were checked."""
        total = np.zeros(len(vectors)) - float(self.out_base)
        for hidden, base, out in zip(self.hidden, self.hidden_base, self.out, strict=True):
            total += np.maximum(vectors @ hidden + base, 0) @ out / len(self.out)
        return total

    @property
    def scored_base(self) -> float:
        """Where every score starts: a score's log-odds are this and the sum of its reasons."""
        constant, slope = map(float, self.news)
        return constant + slope * float(self.blend[0] + self.blend[1] * self.base)

    @property
    def label_score(self) -> float:
        """The score from which a sentence is labelled Yes."""
        constant, slope = map(float, self.news)
        return probability(constant + slope * float(self.threshold))

    def scored(self, parts: Parts, reads: float) -> Scored:
        """The score, 0..1, and the contributions that made it, largest first."""
        slope = float(self.news[1])
        cheap, nets = slope * float(self.blend[1]), slope * float(self.blend[2])
        found = [
            (name, cheap * float(weight))
            for (name, _signal), weight, holds in zip(
                SIGNALS, self.signals, parts.held, strict=True
            )
            if holds
        ]
        found.append((WORDED[parts.wording < 0], cheap * parts.wording))
        found.append((READS[reads < 0], nets * reads))
        total = self.scored_base + sum(weight for _name, weight in found)
        found.sort(key=lambda reason: (-abs(reason[1]), reason[0]))
        return round(probability(total), 4), tuple((name, round(w, 4)) for name, w in found)


def score(assertions: Sequence[Assertion], *, cut: bool = True) -> list[Scored | None]:
    """The score of each and its reasons; None for what the cheap model rules out.

    Also for what the outlet says without naming anything to look up. Only the rest is embedded,
    for that costs more than the parse. Without `cut` everything is.
    """
    model = shipped()
    parts = [model.parts(assertion) for assertion in assertions]
    kept = [
        i
        for i, (assertion, part) in enumerate(zip(assertions, parts, strict=True))
        if not cut or _passes(model, assertion, part)
    ]
    texts = [assertions[i].text for i in kept]
    embedder = embeddings.shared()
    vectors = embedder.embed_once(texts) if cut else embedder.embed(texts)
    scores: list[Scored | None] = [None] * len(parts)
    for i, reads in zip(kept, model.reads(vectors), strict=True):
        scores[i] = model.scored(parts[i], float(reads))
    return scores


def _passes(model: Model, assertion: Assertion, parts: Parts) -> bool:
    if assertion.outlet and not names_something(parts.held):
        return False
    return model.cheap(parts) >= CUT


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


@cache
def shipped() -> Model:
    return read(SHIPPED)


def read(path: Path) -> Model:
    with np.load(path, allow_pickle=False) as arrays:
        return Model(**{f.name: _widened(arrays[f.name]) for f in fields(Model)})


def write(model: Model, path: Path) -> None:
    """Half precision but for the keys and the single numbers; the same model, the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {f.name: np.asarray(getattr(model, f.name)) for f in fields(Model)}
    np.savez_compressed(path, **{k: _narrowed(v) for k, v in arrays.items()})  # type: ignore[arg-type]


def _narrowed(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype == np.uint32:
        return array
    return array.astype(np.float16 if array.size > 100 else np.float32)


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.dtype == np.uint32 else array.astype(np.float32)
