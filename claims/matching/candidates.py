"""What is ranked: a text that makes a claim, the claims it may be, and how rare words are."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .words import words

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A sentence, a tweet, a claim's wording or a title.

    `words` as `words.words` gives them; `vector` the unit vector of `words.plain(text)`, shape
    (384,), or None where there is none yet.
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
    def words(self) -> frozenset[str]:
        """The words of all its texts."""
        return frozenset(chain.from_iterable(text.words for text in self.texts))


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """How many texts a store has, and how many of them hold a word.

    A claim's texts may count as one or one by one. `holding` needs the words of the query only.
    The default is an empty store.
    """

    texts: int = 0
    holding: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def count(cls, candidates: Iterable[Candidate]) -> "Frequencies":
        sets = [candidate.words for candidate in candidates]
        return cls(len(sets), Counter(word for words in sets for word in words))
