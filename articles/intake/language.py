"""Which language a text is in, by py3langid's model (97 languages, no download)."""

import math
from collections.abc import Collection

#: Enough to be sure, and no more work for a book than for a report.
SAMPLE_CHARACTERS = 5_000
#: A language is not another one's sentence when it is this much likelier, in natural logarithms.
SURE = 10.0


def detected(text: str) -> str:
    """The ISO 639-1 code of `text`, as "en"."""
    # Here, not at the top: the model takes memory that only a worker should hold.
    from py3langid import classify

    return str(classify(text[:SAMPLE_CHARACTERS])[0])


def recognised(text: str, known: Collection[str]) -> str:
    """As `detected`, but one of the `known` languages when hardly another is likelier.

    For a sentence or less, which may read like several: “Vaccines cause autism”.
    """
    from py3langid import rank

    likelihoods = dict(rank(text[:SAMPLE_CHARACTERS]))
    best = max(likelihoods, key=lambda code: likelihoods[code])
    usual = max(known, key=lambda code: likelihoods.get(code, -math.inf), default=best)
    near = likelihoods[best] - likelihoods.get(usual, -math.inf) < SURE
    return str(usual if near else best)
