"""Who was spoken of where, and who is in the foreground at a place."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from .cues import SPEECH

if TYPE_CHECKING:
    from spacy.tokens import Token

# Somebody named further back than this is no longer who `he` is.
MEMORY = 4
MOST_MENTIONS = 60
SPOKE = 3.0
Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class Mention(Generic[Named]):
    """Somebody named at a place of the text; `weight` is how much in the foreground."""

    who: Named
    start: int
    paragraph: int
    weight: float


@dataclass(slots=True)
class Timeline(Generic[Named]):
    """The mentions of an article in the order of the text."""

    mentions: list[Mention[Named]] = field(default_factory=list)

    def add(self, mention: Mention[Named]) -> None:
        insort(self.mentions, mention, key=_place)

    def before(self, start: int, paragraph: int) -> Iterator[Mention[Named]]:
        """The last mentions before a place, latest first."""
        upto = bisect_left(self.mentions, start, key=_place)
        for index in range(upto - 1, max(-1, upto - MOST_MENTIONS), -1):
            mention = self.mentions[index]
            if paragraph - mention.paragraph > MEMORY:
                return
            yield mention

    def foremost(
        self,
        start: int,
        paragraph: int,
        fits: Callable[[Named], float | None],
        key: Callable[[Named], str],
    ) -> tuple[Named, float] | None:
        """Who is most in the foreground, and by what score.

        `fits` gives what speaks for somebody besides the place, None where nobody is meant.
        """
        scores: dict[str, tuple[float, Named]] = {}
        for age, mention in enumerate(self.before(start, paragraph)):
            bonus = fits(mention.who)
            if bonus is None:
                continue
            score = mention.weight + bonus - (paragraph - mention.paragraph) - 0.1 * min(age, 10)
            name = key(mention.who)
            if name not in scores or scores[name][0] < score:
                scores[name] = score, mention.who
        if not scores:
            return None
        best, who = max(scores.values(), key=lambda pair: pair[0])
        return who, best


def _place(mention: Mention[Named]) -> int:
    return mention.start


def foreground(token: "Token", quoted: bool) -> float:
    """How much a mention is in the foreground: a speaker more than a subject, others little."""
    if quoted:
        return 0.0
    if token.dep_ not in ("nsubj", "nsubjpass"):
        return 0.5
    return 2.6 if token.head.lemma_ in SPEECH else 2.0
