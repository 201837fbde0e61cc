"""Calibrates the check-worthiness on labelled news; needs scikit-learn, never at run time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from ..checkworthiness import Floats
from .checkworthiness import Bools

FOLDS = 10
BINS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled statement: `text[start:end]` of an article, in code points.

    `weight` is how many statements of the stock it stands for.
    """

    article: str
    start: int
    end: int
    weight: float
    worth_checking: bool


def read_labels(path: Path) -> list[Labelled]:
    """The lines of tests/quality/checkworthy-news.jsonl, or of a file like it."""
    return [Labelled(**json.loads(line)) for line in path.read_text().splitlines() if line]


def read_texts(labels: Sequence[Labelled], folder: Path) -> list[str]:
    """The words of each label from `folder`/article.txt. Raises OSError if one is not there."""
    names = {label.article for label in labels}
    # Offsets count code points of the file as it is, so line ends are not translated.
    texts = {name: (folder / f"{name}.txt").read_bytes().decode() for name in names}
    return [texts[label.article][label.start : label.end] for label in labels]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """n labelled statements as arrays of shape (n,); `log_odds` are the blended sums."""

    log_odds: Floats
    yes: Bools
    weights: Floats
    articles: list[str]


def sample(labels: Sequence[Labelled], log_odds: Floats) -> Sample:
    return Sample(
        log_odds,
        np.array([label.worth_checking for label in labels]),
        np.array([label.weight for label in labels]),
        [label.article for label in labels],
    )


def calibrated(found: Sample) -> Floats:
    """(constant, slope): a logistic regression of the labels on the blended sum."""
    inputs = found.log_odds[:, None]
    fitted = LogisticRegression(C=10).fit(inputs, found.yes, sample_weight=_weights(found))
    return np.array([fitted.intercept_[0], *fitted.coef_[0]])


def _weights(found: Sample) -> Floats:
    """With mean 1, so that the regularisation does not depend on the size of the stock."""
    return found.weights / found.weights.mean()


def cross_validated(found: Sample) -> Floats:
    """The scores, 0..1, each from a calibration that did not see its article."""
    scores = np.zeros(len(found.yes))
    for held_out in _folds(found.articles):
        rest = ~held_out
        part = Sample(found.log_odds[rest], found.yes[rest], found.weights[rest], [])
        constant, slope = calibrated(part)
        total = constant + slope * found.log_odds[held_out]
        scores[held_out] = 1 / (1 + np.exp(-total))
    return scores


def _folds(articles: Sequence[str]) -> Iterator[Bools]:
    numbers = {name: i % FOLDS for i, name in enumerate(sorted(set(articles)))}
    at = np.array([numbers[name] for name in articles])
    yield from (at == fold for fold in range(FOLDS))


def report(found: Sample, scores: Floats) -> Iterator[str]:
    """Lines for a person: how well the scores hold, and what each threshold finds."""
    yield "score      labels  mean score  worth checking"
    error = 0.0
    for low, high in pairwise(BINS):
        at = (scores >= low) & (scores < high)
        if at.any():
            mean, share = (
                np.average(v[at], weights=found.weights[at]) for v in (scores, found.yes)
            )
            error += abs(mean - share) * found.weights[at].sum() / found.weights.sum()
            yield f"{low:.1f}-{high:.1f} {at.sum():10} {mean:11.2f} {share:15.2f}"
    yield f"expected calibration error {error:.3f}"
    for threshold in (0.2, 0.25, 0.3, 0.4, 0.5):
        said = scores >= threshold
        hit = found.weights[said & found.yes].sum()
        precision = hit / max(1e-9, found.weights[said].sum())
        recall = hit / found.weights[found.yes].sum()
        yield f"from {threshold:.2f}: precision {precision:.2f}, recall {recall:.2f}"
