"""What is ranked: a text that makes a claim, the claims it may be, and how rare their words are."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .words import words

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A sentence, a tweet, a claim's wording or a title.

    `words` as `words.words` gives them; `vector` a unit vector of shape (384,), or None where
    there is none yet; texts are compared by meaning only where both have one.
    """

    text: str
    words: tuple[str, ...]
    vector: Floats | None = None
    language: str = "en"

    @classmethod
    def read(cls, text: str, language: str = "en", vector: Floats | None = None) -> "Text":
        return cls(text, words(text, language), vector, language)


@dataclass(frozen=True, eq=False)
class Candidate:
    """A claim that may be the one: its wording first, then titles and other wordings."""

    id: Hashable
    texts: tuple[Text, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word occurs in all its texts together."""
        return Counter(word for text in self.texts for word in text.words)


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """How rare words are among the claims of a store; a claim is all its texts together.

    `holding` needs the words of the queries only. The default is a store of which nothing is
    known: every word weighs the same.
    """

    claims: int = 0
    holding: Mapping[str, int] = field(default_factory=dict)
    mean_words: float = 25.0

    @classmethod
    def count(cls, candidates: Iterable[Candidate]) -> "Frequencies":
        holding: Counter[str] = Counter()
        claims = total = 0
        for candidate in candidates:
            claims += 1
            total += candidate.counts.total()
            holding.update(candidate.counts.keys())
        return cls(claims, holding, total / claims) if total else cls()

    def weight(self, word: str) -> float:
        """The inverse document frequency of BM25, above 0."""
        held = min(self.holding.get(word, 0), self.claims)
        return math.log(1 + (self.claims - held + 0.5) / (held + 0.5))
