"""Which of some claims a text makes: best first, with the chance that it is the same claim."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np

from .candidates import Candidate, Frequencies, Text
from .features import Compared
from .model import Model, shipped
from .words import spoken

__all__ = ["Candidate", "Frequencies", "Ranked", "Text", "rank", "rank_each"]

# Characters of the queries that are compared at once: of each of their words and letters there is a
# column for all candidates, and another desk's claim may be as long as a book.
MOST_AT_ONCE = 20_000
# More than these an editor does not read.
MOST_SHARED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A candidate and the chance, 0..1, that it is the claim the query makes."""

    candidate: Candidate
    score: float
    rarities: Mapping[str, float]

    @property
    def id(self) -> Hashable:
        return self.candidate.id

    @property
    def shared(self) -> tuple[str, ...]:
        """The words of both that say most, rarest first, as the claim has them."""
        forms: dict[str, str] = {}
        for text in self.candidate.texts:
            for word, surface in forms_of(text.text, text.language):
                if word in self.rarities:
                    forms.setdefault(word, surface)
        rarest = sorted(forms, key=lambda word: -self.rarities[word])
        return tuple(forms[word] for word in rarest[:MOST_SHARED])


@lru_cache(maxsize=1024)
def forms_of(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """What is found again and again is not read each time."""
    return tuple(spoken(text, language))


def rank(
    query: Text,
    candidates: Sequence[Candidate],
    frequencies: Frequencies | None = None,
    model: Model | None = None,
) -> list[Ranked]:
    """The candidates, best first; equal scores keep their order.

    What has no vector is judged by its words alone. Without `frequencies` words are as rare as in
    the claims of the training, without `model` the shipped weights serve.
    """
    return rank_each([query], [candidates], frequencies, model)[0]


def rank_each(
    queries: Sequence[Text],
    candidates: Sequence[Sequence[Candidate]],
    frequencies: Frequencies | None = None,
    model: Model | None = None,
    *,
    limit: int | None = None,
) -> list[list[Ranked]]:
    """Several queries with the candidates of each, ranked as `rank` does; the best `limit`.

    What is a candidate of several queries is read once, but for those of very long queries.
    """
    model, frequencies = model or shipped(), frequencies or Frequencies()
    return [
        ranked
        for at in batches(queries)
        for ranked in ranked_together(queries[at], candidates[at], frequencies, model, limit)
    ]


def batches(queries: Sequence[Text]) -> Iterator[slice]:
    """The queries in their order, as many at once as have MOST_AT_ONCE characters, or one."""
    start = characters = 0
    for place, query in enumerate(queries):
        characters += len(query.text)
        if characters > MOST_AT_ONCE and place > start:
            yield slice(start, place)
            start, characters = place, len(query.text)
    yield slice(start, len(queries))


def ranked_together(
    queries: Sequence[Text],
    candidates: Sequence[Sequence[Candidate]],
    frequencies: Frequencies,
    model: Model,
    limit: int | None,
) -> list[list[Ranked]]:
    everyone = [*dict.fromkeys(chain.from_iterable(candidates))]
    place = {candidate: at for at, candidate in enumerate(everyone)}
    words = dict.fromkeys(chain.from_iterable(query.words for query in queries))
    every = model.rarities(words, frequencies)
    compared = Compared(queries, everyone)
    ranked = []
    for at, (query, its) in enumerate(zip(queries, candidates, strict=True)):
        rarities = {word: every[word] for word in query.words}
        of = np.array([place[candidate] for candidate in its], np.intp)
        scores = model.scores(compared.features(at, of, rarities))
        best = np.argsort(-scores, kind="stable")[:limit]
        ranked.append([Ranked(its[i], float(scores[i]), rarities) for i in best])
    return ranked
