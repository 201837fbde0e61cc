"""Appearances in their text: the whole article marked, or one passage with what surrounds it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Least, Substr

from claims.models import Appearance

#: Code points shown before and after a passage, at most.
AROUND = 300
#: Each time that more is asked for, it is so many times as much.
MORE = 10
SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s+|\n+")


@dataclass(frozen=True)
class Segment:
    """A piece of an article, and the appearances that cover all of it, shortest first."""

    text: str
    places: tuple[Appearance, ...] = ()
    #: The appearances that start here, which links may lead to.
    starts: tuple[Appearance, ...] = ()

    @property
    def place(self) -> Appearance | None:
        return self.places[0] if self.places else None


def segments(text: str, places: Sequence[Appearance]) -> Iterator[Segment]:
    """`text` cut wherever an appearance starts or ends, in order, nothing left out.

    Offsets are code points; an appearance past the end of the text is cut off there.
    """
    starts = sorted((p for p in places if p.start < len(text)), key=lambda p: (p.start, p.pk))
    edges = {0, len(text)} | {p.start for p in starts} | {min(p.end, len(text)) for p in starts}
    cuts = sorted(edges)
    covering: list[Appearance] = []
    waiting = iter(starts)
    coming = next(waiting, None)
    for here, there in pairwise(cuts):
        covering = [p for p in covering if p.end > here]
        begins = []
        while coming is not None and coming.start <= here:
            begins.append(coming)
            coming = next(waiting, None)
        covering += begins
        shortest = sorted(covering, key=lambda p: p.end - p.start)
        yield Segment(text[here:there], tuple(shortest), tuple(begins))


def with_surroundings(places: QuerySet[Appearance], around: int = AROUND) -> QuerySet[Appearance]:
    """With `before` and `after`, cut by the database: an article may have a million characters."""
    text = Coalesce("revision__text", "article__text")
    return places.annotate(
        before=Substr(
            text,
            Greatest(F("start") - (around - 1), Value(1)),
            Least(F("start"), Value(around)),
        ),
        after=Substr(text, F("end") + 1, Value(around)),
    )


def shown(place: Any, around: int = AROUND) -> Any:
    """`place`, read `with_surroundings`, with whole sentences around it.

    `shown_from` is where the text that is shown starts in the article, and `more` says how many
    code points around it to ask for next; 0 when all of the article is shown.
    """
    full = len(place.before) == around or len(place.after) == around
    place.before = opening(place.before, around)
    place.after = closing(place.after, around)
    place.shown_from = place.start - len(place.before)
    place.more = around * MORE if full else 0
    return place


def opening(before: str, around: int) -> str:
    """The end of `before`, from the first sentence that starts in it."""
    first = SENTENCE_END.search(before) if len(before) == around else None
    return (before[first.end() :] if first else before).lstrip()


def closing(after: str, around: int) -> str:
    """The start of `after`, to the last sentence that ends in it."""
    ends = [m.end() for m in SENTENCE_END.finditer(after)] if len(after) == around else []
    return (after[: ends[-1]] if ends else after).rstrip()
