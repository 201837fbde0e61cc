"""Trains the ranking; needs scikit-learn (the `train` group), never at run time.

Nothing here is random: with the same libraries the same files give the same weights.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from .candidates import Candidate, Floats, Text
from .features import FEATURES, MEANING, features
from .memory import Memory
from .model import Model
from .words import SIGNATURE, TAG, URL

FOLDS = 5
L2 = 0.01
COMMONEST = 4000
#: Of the sentences that a desk reads, the share that makes a claim it knows: an assumption.
REPEATED = 0.1
BINS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.01)
LEAST = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The CRC-32 of common words, sorted, and the share of claims that hold each."""

    keys: NDArray[np.uint32]
    shares: Floats

    def model(self) -> Model:
        """A model that knows how rare words are and weighs nothing yet."""
        weights = len(FEATURES) + 1
        return Model(np.zeros(weights), np.zeros(weights - MEANING), self.keys, self.shares)


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A query, the ids of the claims that it makes, and the text that tells it from others."""

    query: Text
    relevant: frozenset[str]
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A query's candidates: features (n, features), which of them it makes (n,).

    `relevant` counts those that were not found, too.
    """

    key: str
    features: Floats
    yes: Bools
    relevant: int


def key(text: str) -> str:
    """What two copies of a tweet have in common."""
    return re.sub(r"\W+", "", bare(text).casefold())[:80]


def bare(text: str) -> str:
    """A tweet as if it were a sentence: no link, tag, handle, author or date."""
    text = SIGNATURE.sub("", text)
    return TAG.sub("", URL.sub("", text))


def background(claims: Sequence[Candidate]) -> Background:
    """The commonest words of the claims, and how common they are."""
    counts = Counter(word for claim in claims for word in sorted(claim.words))
    shares: dict[int, float] = {}
    for word, held in counts.most_common(COMMONEST):
        shares.setdefault(crc32(word.encode()), held / max(1, len(claims)))
    keys = np.array(sorted(shares), np.uint32)
    return Background(keys, np.array([shares[int(k)] for k in keys], np.float32))


def examples(memory: Memory, askings: Iterable[Asking], background: Background) -> list[Example]:
    """What the ranking sees of each query; queries for which nothing is found are left out."""
    model = background.model()
    found = (_example(memory, asking, model) for asking in askings)
    return [example for example in found if len(example.yes)]


def _example(memory: Memory, asking: Asking, model: Model) -> Example:
    found = _without_doubles(memory.candidates(asking.query), asking.relevant)
    rarities = model.rarities(set(asking.query.words), memory.frequencies)
    yes = np.array([candidate.id in asking.relevant for candidate in found], bool)
    return Example(asking.key, features(asking.query, found, rarities), yes, len(asking.relevant))


def _without_doubles(found: Sequence[Candidate], relevant: frozenset[str]) -> list[Candidate]:
    """Without claims worded like a relevant one but labelled as another: they are the same."""
    wordings = {candidate.texts[0].words for candidate in found if candidate.id in relevant}
    return [c for c in found if c.id in relevant or c.texts[0].words not in wordings]


def train(seen: Sequence[Example], background: Background) -> Model:
    return Model(calibrated(seen, 0), calibrated(seen, MEANING), background.keys, background.shares)


def calibrated(seen: Sequence[Example], first: int) -> Floats:
    """A constant and a weight per feature from the `first` on, whose sum is log-odds.

    They are right for the best candidate of a sentence, which is the one that is shown.
    """
    weights = listwise([(e.features[:, first:], e.yes) for e in seen if e.yes.any()])
    sums, yes, counts = best_of_both(seen, [e.features[:, first:] @ weights for e in seen])
    fitted = LogisticRegression(C=1e6).fit(sums[:, None], yes, counts)
    return np.array([fitted.intercept_[0], *(fitted.coef_[0, 0] * weights)])


def best_of_both(seen: Sequence[Example], scores: Sequence[Floats]) -> tuple[Floats, Bools, Floats]:
    """The best score for each query, whether it is the claim's, and for how much it counts.

    Every query is there twice, as it is and as if the desk did not know its claim, which is what
    most of the sentences are that a desk reads.
    """
    best = [
        (float(s[kept].max()), bool(e.yes[kept][s[kept].argmax()]), counts)
        for e, s in zip(seen, scores, strict=True)
        for kept, counts in ((np.ones(len(s), bool), REPEATED), (~e.yes, 1 - REPEATED))
        if kept.any()
    ]
    found, yes, counts = zip(*best, strict=True)
    return np.array(found), np.array(yes), np.array(counts)


def listwise(lists: Sequence[tuple[Floats, Bools]]) -> Floats:
    """Weights under which the relevant ones have the largest share of each list's softmax."""
    everything = np.concatenate([x for x, _yes in lists])
    middle, spread = everything.mean(axis=0), everything.std(axis=0) + 1e-9
    stacked = (everything - middle) / spread
    yes = np.concatenate([yes for _x, yes in lists])
    starts = np.cumsum([0, *(len(x) for x, _yes in lists)])[:-1]
    sizes = np.array([len(x) for x, _yes in lists])

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = stacked @ weights
        sums -= np.repeat(np.maximum.reduceat(sums, starts), sizes)
        mass = np.exp(sums)
        right = np.where(yes, mass, 0.0)
        total, hit = np.add.reduceat(mass, starts), np.add.reduceat(right, starts)
        slope = mass / np.repeat(total, sizes) - right / np.repeat(hit, sizes)
        value = np.log(total / hit).mean() + L2 * weights @ weights
        return float(value), slope @ stacked / len(starts) + 2 * L2 * weights

    found = minimize(loss, np.zeros(stacked.shape[1]), jac=True, method="L-BFGS-B")
    return found.x / spread


def fold(example: Example) -> int:
    """Copies of a tweet in several files fall into one fold."""
    return crc32(example.key.encode()) % FOLDS


def cross_validated(
    asked: Sequence[Example], seen: Sequence[Example], background: Background
) -> list[Floats]:
    """The scores of each, 0..1, from a model that saw no copy of it among `seen`."""
    models = [
        train([e for e in seen if fold(e) != held_out], background) for held_out in range(FOLDS)
    ]
    return [models[fold(example)].scores(example.features) for example in asked]


def average_precision(example: Example, scores: Floats, depth: int = 5) -> float:
    """The mean over the relevant of the precision where each comes; CheckThat! task 2."""
    hits = example.yes[np.argsort(-scores, kind="stable")][:depth]
    precisions = hits.cumsum() / np.arange(1, len(hits) + 1)
    return float(precisions[hits].sum() / max(1, min(example.relevant, depth)))


def recall(example: Example, scores: Floats, depth: int = 20) -> float:
    hits = example.yes[np.argsort(-scores, kind="stable")][:depth]
    return float(hits.sum() / max(1, example.relevant))


def reliability(asked: Sequence[Example], scores: Sequence[Floats]) -> Iterator[str]:
    """Lines for a person: how many of the best candidates with about such a score are the claim."""
    found, yes, counts = best_of_both(asked, scores)
    yield "best score  share of sentences  mean score  the claim"
    error, whole = 0.0, counts.sum()
    for low, high in pairwise(BINS):
        at = (found >= low) & (found < high)
        if at.any():
            part = counts[at].sum() / whole
            mean, share = (np.average(of[at], weights=counts[at]) for of in (found, yes))
            error += abs(mean - share) * part
            yield f"{low:.2f}-{min(1, high):.2f} {part:22.3f} {mean:11.2f} {share:10.2f}"
    yield f"expected calibration error {error:.3f}"
    for least in LEAST:
        yield recognised(found, yes, counts, least)


def recognised(found: Floats, yes: Bools, counts: Floats, least: float) -> str:
    """What a desk sees that has the best candidate suggested from a score on."""
    shown = found >= least
    right = counts[shown & yes].sum()
    return (
        f"suggested from {least}: {right / counts[shown].sum():.2f} of what is shown is right, "
        f"{right / counts[yes].sum():.2f} of what is right is shown"
    )
