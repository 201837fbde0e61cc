"""Trains the check-worthiness model; needs scikit-learn (the `train` group), never at run time.

Everything is seeded and single-threaded: with the same libraries the same file gives the same
weights. Nothing here looks at a test split.
"""

import csv
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.neural_network import MLPClassifier

from ..checkworthiness import Floats, Model
from ..embeddings import Embedder
from ..signals import Assertion, gram_keys, held

FOLDS = 5
FEWEST_SENTENCES_PER_GRAM = 5
CHEAP_C = 0.1
# Named signals weigh in lightly, so that rare grams do not take over what they say.
SIGNAL_SCALE = 0.3
NETS, UNITS, EPOCHS, NET_ALPHA = 4, 64, 12, 0.1
# Unit vectors are small numbers for a net that starts with weights around 0.1.
NET_SCALE = 8.0
BOOTSTRAPS = 100
STEPS = np.arange(-3, 3, 0.05)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One labelled sentence; neighbours in `id` come from one debate."""

    id: int
    text: str
    yes: bool


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What the model sees of n sentences: signals (n, signals), keys per sentence, (n, 384)."""

    signals: Floats
    keys: list[list[int]]
    vectors: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """`folds` are the cross-validated log-odds of the training rows, in their order."""

    model: Model
    folds: Floats


def read_table(path: Path) -> tuple[list[Row], int]:
    """The rows of a CheckThat! table (id, text, Yes/No; no quoting), and how many were malformed.

    Raises ValueError if there is not a row of either label.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        cells = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    rows = [Row(int(c[0]), c[1], c[2] == "Yes") for c in cells if _is_row(c)]
    if len({row.yes for row in rows}) < 2:
        raise ValueError(f"{path}: needs rows labelled Yes and rows labelled No")
    return rows, len(cells) - len(rows)


def _is_row(cells: Sequence[str]) -> bool:
    return len(cells) == 3 and cells[0].isdigit() and cells[2] in ("Yes", "No")


def seen(assertions: Iterable[Assertion], embedder: Embedder) -> Examples:
    """What the model will see of each assertion."""
    signals, keys, texts = [], [], []
    for assertion in assertions:
        signals.append(held(assertion))
        keys.append(gram_keys(assertion.tokens))
        texts.append(assertion.text)
    return Examples(np.array(signals, float), keys, embedder.embed(texts))


def train(rows: Sequence[Row], examples: Examples) -> Trained:
    """The model without its news calibration; the blend comes from cross-validation.

    Folds are stretches of ids, so that a debate is hardly ever on both sides.
    """
    yes = np.array([row.yes for row in rows])
    model = fit(examples, yes)
    cheap, nets = np.zeros(len(rows)), np.zeros(len(rows))
    for held_out in _folds(rows):
        rest = np.setdiff1d(np.arange(len(rows)), held_out)
        part = fit(_only(examples, rest), yes[rest])
        cheap[held_out], nets[held_out] = two_sums(part, _only(examples, held_out))
    both = np.column_stack([cheap, nets])
    blender = LogisticRegression(C=1e3).fit(both, yes)
    blend = np.array([blender.intercept_[0], *blender.coef_[0]])
    return Trained(replace(model, blend=blend), blender.decision_function(both))


def _folds(rows: Sequence[Row]) -> Iterator[NDArray[np.intp]]:
    order = np.argsort([row.id for row in rows], kind="stable")
    yield from np.array_split(order, FOLDS)


def _only(examples: Examples, at: NDArray[np.intp]) -> Examples:
    keys = [examples.keys[i] for i in at]
    return Examples(examples.signals[at], keys, examples.vectors[at])


def fit(examples: Examples, yes: Bools) -> Model:
    """Both models on these examples, blended evenly."""
    counts = Counter(key for keys in examples.keys for key in keys)
    known = np.array(
        sorted(k for k, n in counts.items() if n >= FEWEST_SENTENCES_PER_GRAM), np.uint32
    )
    inputs = hstack([csr_matrix(examples.signals * SIGNAL_SCALE), _wording(examples, known)])
    cheap = LogisticRegression(C=CHEAP_C, max_iter=300).fit(inputs.tocsr(), yes)
    weights = cheap.coef_[0]
    signals = examples.signals.shape[1]
    nets = [_net(examples.vectors, yes, seed) for seed in range(NETS)]
    model = Model(
        base=cheap.intercept_[0],
        signals=weights[:signals] * SIGNAL_SCALE,
        keys=known,
        weights=weights[signals:],
        hidden=np.stack([net.coefs_[0] * NET_SCALE for net in nets]),
        hidden_base=np.stack([net.intercepts_[0] for net in nets]),
        out=np.stack([net.coefs_[1][:, 0] for net in nets]),
        out_base=np.array(0.0),
        blend=np.array([0, 0.5, 0.5]),
        news=np.array([0.0, 1.0]),
        threshold=np.array(0.0),
    )
    return replace(model, out_base=model.reads(examples.vectors).mean())


def _wording(examples: Examples, known: NDArray[np.uint32]) -> csr_matrix:
    """(n, known): 1 over the root of the sentence's number of grams, where it has the gram."""
    places = {int(key): i for i, key in enumerate(known)}
    columns, values, ends = [], [], [0]
    for keys in examples.keys:
        at = [places[key] for key in keys if key in places]
        columns.extend(at)
        values.extend([max(1, len(keys)) ** -0.5] * len(at))
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(examples.keys), len(known)))


def _net(vectors: Floats, yes: Bools, seed: int) -> MLPClassifier:
    net = MLPClassifier(
        (UNITS,), alpha=NET_ALPHA, batch_size=min(256, len(yes)), max_iter=EPOCHS, random_state=seed
    )
    with warnings.catch_warnings():
        # It is stopped early on purpose.
        warnings.simplefilter("ignore")
        return net.fit(vectors * NET_SCALE, yes)


def two_sums(model: Model, examples: Examples) -> tuple[Floats, Floats]:
    """The cheap sum and the nets' of each example, log-odds, shapes (n,)."""
    wording = _wording(examples, model.keys) @ model.weights
    cheap = model.base + examples.signals @ model.signals + wording
    return cheap, model.reads(examples.vectors)


def blended(model: Model, examples: Examples) -> Floats:
    cheap, nets = two_sums(model, examples)
    return model.blend[0] + model.blend[1] * cheap + model.blend[2] * nets


def average_precision(yes: Bools, log_odds: Floats) -> float:
    return float(average_precision_score(yes, log_odds))


def f1_curve(yes: Bools, log_odds: Floats) -> Floats:
    """The mean F1 at each of STEPS over resamples: one small table's own best is luck."""
    rng = np.random.default_rng(0)
    total = np.zeros(len(STEPS))
    for _resample in range(BOOTSTRAPS):
        at = rng.integers(len(yes), size=len(yes))
        total += [f1(yes[at], log_odds[at] >= step) for step in STEPS]
    return total / BOOTSTRAPS


def best_threshold(*curves: Floats) -> float:
    """Where the mean of the curves is highest, as log-odds."""
    return float(STEPS[sum(curves, np.zeros(len(STEPS))).argmax()])


def f1(yes: Bools, said: Bools) -> float:
    return float(2 * (yes & said).sum() / max(1, yes.sum() + said.sum()))
