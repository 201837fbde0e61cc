"""What is known of what a text claims: claims of ours, and verdicts of other desks, apart.

An answer is exact when it is the same sentence, and likely from the score on from which matches
are suggested. Importing this loads numpy, and asking loads the model of the text's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet

from articles.intake.language import recognised
from claims.desk.matching import evidence
from claims.desk.wordings import wording_key
from claims.matching import meaning
from claims.matching.candidates import Text
from claims.matching.index import COLUMN, Found, Owner, nearest
from claims.matching.joining import joins
from claims.models import Claim, ExternalVerdict, Wording

Row = TypeVar("Row", Claim, ExternalVerdict)

#: Answers of one kind to one text; nobody reads more.
MOST = 20
#: A score below it is that of any two claims.
NEAR = 0.01
LONGEST_SEARCH = 1_000
#: What the index looks at to find them.
CONSIDERED = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A text as the index is asked for it."""

    text: Text
    embedder: str

    @classmethod
    def of(cls, texts: Sequence[str], language: str) -> "list[Question]":
        """The questions of texts in one language, embedded together if it has a model."""
        # A text in en-gb is compared with claims in en.
        language = language.partition("-")[0]
        vectors = meaning.embedded(texts, language)
        embedder = meaning.embedder(language)
        return [
            cls(Text.read(text, language, vector), embedder)
            for text, vector in zip(texts, vectors, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Answer(Generic[Row]):
    """A claim or another desk's verdict, and the chance, 0 to 1, that it is what the text claims.

    In `agreeing` and `differing`, “here” is the text.
    """

    row: Row
    exact: bool
    score: float
    agreeing: list[str]
    differing: list[str]


@dataclass(frozen=True, slots=True)
class Answers(Generic[Row]):
    """Best first, each at most MOST. None is below the score from which matches are suggested."""

    exact: list[Answer[Row]]
    likely: list[Answer[Row]]


@dataclass(frozen=True, slots=True)
class Decided:
    """Primary keys of what people found to be the same as a text, and of what to be another."""

    same: frozenset[int] = frozenset()
    other: frozenset[int] = frozenset()


UNDECIDED = Decided()


def apart(answers: Sequence[Answer[Row]]) -> Answers[Row]:
    exact = [one for one in answers if one.exact]
    likely = [one for one in answers if not one.exact]
    return Answers(exact[:MOST], likely[:MOST])


def claims_like(words: str, *, limit: int) -> list[Answer[Claim]]:
    """The claims of the desk, in any state, that are near in meaning to what is searched for.

    A few words are no claim, so that scores far below a match are worth showing.
    """
    words = words[:LONGEST_SEARCH]
    [question] = Question.of([words], recognised(words, settings.SPACY_MODELS))
    return claims_near(question, Claim.objects.all(), limit=limit, least=NEAR)


def claims_near(
    question: Question,
    claims: QuerySet[Claim],
    *,
    owner: Owner = "claim",
    decided: Decided = UNDECIDED,
    limit: int = 2 * MOST,
    least: float = 0,
) -> list[Answer[Claim]]:
    """Those of `claims` that are nearest to a text: the same sentence first, then by score.

    Of the others those with a score of at least `least`. What was merged into a claim is found as
    that claim. With the owner “published” they are looked for among the public ones alone.
    """
    standing = claims.exclude(status=Claim.Status.MERGED)
    return near(question, owner, standing, decided, limit, least)


def externals_near(
    question: Question,
    *,
    decided: Decided = UNDECIDED,
    limit: int = 2 * MOST,
    least: float = 0,
) -> list[Answer[ExternalVerdict]]:
    """The verdicts of other desks that are nearest to a text, in the same order."""
    externals = ExternalVerdict.objects.defer("data")
    return near(question, "external", externals, decided, limit, least)


def near(
    question: Question,
    owner: Owner,
    rows: QuerySet[Row],
    decided: Decided,
    limit: int,
    least: float,
) -> list[Answer[Row]]:
    same = same_sentence(question.text, owner).union(decided.same) - decided.other
    found = nearest(
        question.text,
        owner,
        embedder=question.embedder,
        also=same,
        without=decided.other,
        limit=CONSIDERED,
    )
    wanted = [one for one in found if one.id in same or one.score >= least]
    known = rows.in_bulk([one.id for one in wanted])
    there = sorted((one for one in wanted if one.id in known), key=lambda one: one.id not in same)
    return [answer(one, known[one.id], question, one.id in same) for one in there[:limit]]


def same_sentence(text: Text, owner: Owner) -> set[int]:
    """Primary keys of those that say the very sentence."""
    key = wording_key(text.text, text.language)
    rows = Wording.objects.filter(key=key, language=text.language).of(owner)
    pairs = rows.exclude(kind="title").values_list(COLUMN[owner], "text")[:CONSIDERED]
    return {pk for pk, known in pairs if joins(known, text.text, language=text.language)}


def answer(one: Found, row: Row, question: Question, exact: bool) -> Answer[Row]:
    return Answer(row, exact, **evidence(one, question.text, from_query=True))
