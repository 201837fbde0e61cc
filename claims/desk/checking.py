"""Has this been checked? The claims in a text or an article, each with what answers it.

For everybody: of the desk's own only what is published is asked for, and of an article only what
the machine found, never what the desk made of it. Importing this loads numpy; the first check of a
text loads the extractor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.db.models import Q, QuerySet

from articles.intake.language import recognised
from articles.models import Article
from claims.desk.answers import (
    UNDECIDED,
    Answers,
    Decided,
    Question,
    apart,
    claims_near,
    externals_near,
)
from claims.desk.errors import Refused
from claims.desk.extraction import extractor
from claims.desk.thresholds import matching_settings
from claims.models import Appearance, Claim, ExternalMatch, ExternalVerdict, Match, Verdict
from claims.models.choices import MatchState
from claims.models.claims import with_answers

State = Article.State

#: Claims looked up in one text; of more, those most worth checking.
MOST = 100
SENTENCE = re.compile(r"\S.*?(?:[.!?؟।]+[\"'”’»)]*(?=\s|$)|[。！？]+[」』”]*|$)", re.MULTILINE)
#: Fewer letters and digits are no sentence.
SHORTEST = 6

UNREAD = "No pipeline reads this language: whole sentences were looked up, by their words."
BROKEN_OFF = "Only its first {:,} characters were."
CUT = f"Only {MOST} of its claims were looked up."


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as it stands in the text; `score` is None where a sentence is looked up as it is."""

    start: int
    end: int
    text: str
    standalone: str
    claimant: str | None = None
    score: float | None = None
    #: The words to look up, where those of the desk say more; they are not told.
    asked: str = ""
    #: The claim of ours that it is, as the desk knows.
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    statement: Statement
    matches: Answers[Claim]
    external: Answers[ExternalVerdict]


@dataclass(frozen=True, slots=True)
class Check:
    """`note` says what was done differently, and is empty when nothing was."""

    language: str
    note: str
    claims: list[CheckedClaim]


def text_check(text: str, language: str = "") -> Check:
    """The claims in a text that nobody stores; without `language` it is recognised."""
    language = read_as(language or recognised(text, settings.SPACY_MODELS))
    if not extractor().supports(language):
        return checked(sentences(text), language, UNREAD)
    found = extractor().extract(text, language=language)
    statements = [
        Statement(one.start, one.end, one.text, one.standalone, one.claimant, one.score)
        for one in found.claims
    ]
    return checked(statements or only_sentence(text), language)


def article_check(article: Article) -> Check:
    """The claims that were found in an article that we hold.

    Raises Refused: `not_extracted` when the worker has yet to read it, `extraction_failed`.
    """
    language = article.language or recognised(article.text, settings.SPACY_MODELS)
    if article.state == State.UNSUPPORTED:
        most = settings.CHECK_MAX_CHARACTERS
        note = UNREAD if len(article.text) <= most else f"{UNREAD} {BROKEN_OFF.format(most)}"
        return checked(sentences(article.text[:most]), language, note)
    if article.state in (State.PENDING, State.EXTRACTING) and article.extracted_at is None:
        raise Refused("not_extracted", "This article is here; its claims are being looked for.")
    if article.extracted_at is None:
        raise Refused("extraction_failed", "This article is here; its claims were not found.")
    places = article.appearances.in_sight().order_by("start")
    beside = places.select_related("claim__claimant", "attribution__claimant")
    placed = beside.prefetch_related(with_answers("claim__"))
    return checked([statement_of(place) for place in placed], language)


def statement_of(place: Appearance) -> Statement:
    """An appearance as the machine saw it: the desk's wording is public with its verdict only."""
    claim, attribution = place.claim, place.attribution
    return Statement(
        place.start,
        place.end,
        place.text,
        standalone=claim.text if claim.verdict else place.text,
        claimant=attribution.claimant.name if attribution and attribution.claimant else None,
        score=place.check_worthiness,
        asked=claim.text,
        claim_id=claim.pk,
    )


def read_as(language: str) -> str:
    """“en-gb” is read as “en” where it has no pipeline of its own."""
    return language if extractor().supports(language) else language.partition("-")[0]


def sentences(text: str) -> list[Statement]:
    """The sentences of a text in any language, split simply."""
    return [
        Statement(found.start(), found.end(), found[0], standalone=found[0])
        for found in SENTENCE.finditer(text)
        if sum(map(str.isalnum, found[0])) >= SHORTEST
    ]


def only_sentence(text: str) -> list[Statement]:
    """The sentence of a text of one: whoever sends it asks for it, worth checking or not."""
    found = sentences(text)
    return found if len(found) == 1 else []


def checked(statements: Sequence[Statement], language: str, note: str = "") -> Check:
    asked = most_worth(statements)
    if len(asked) < len(statements):
        note = f"{note} {CUT}".strip()
    return Check(language, note, list(answered(asked, language)))


def most_worth(statements: Sequence[Statement]) -> list[Statement]:
    best = sorted(statements, key=lambda one: -(one.score or 0))[:MOST]
    return sorted(best, key=lambda one: (one.start, one.end))


def answered(statements: Sequence[Statement], language: str) -> Iterator[CheckedClaim]:
    least = matching_settings().suggest_from
    questions = Question.of([one.asked or one.standalone for one in statements], language)
    for statement, question in zip(statements, questions, strict=True):
        claim_id = statement.claim_id
        ours = claims_near(
            question, published(), owner="published", decided=decided(claim_id), least=least
        )
        others = externals_near(question, decided=decided_elsewhere(claim_id), least=least)
        yield CheckedClaim(statement, apart(ours), apart(others))


def decided(claim_id: int | None) -> Decided:
    if claim_id is None:
        return UNDECIDED
    rejected = Match.objects.filter(
        Q(claim=claim_id) | Q(other=claim_id), state=MatchState.REJECTED
    )
    pairs = rejected.values_list("claim_id", "other_id")
    return Decided(frozenset({claim_id}), frozenset(chain.from_iterable(pairs)) - {claim_id})


def decided_elsewhere(claim_id: int | None) -> Decided:
    if claim_id is None:
        return UNDECIDED
    pairs = ExternalMatch.objects.filter(claim=claim_id).values_list("state", "external_id")
    ids = {state: frozenset(id for had, id in pairs if had == state) for state in MatchState}
    return Decided(ids[MatchState.CONFIRMED], ids[MatchState.REJECTED])


def published() -> QuerySet[Claim]:
    """The claims that the public may read."""
    rated = Claim.objects.filter(verdicts__state=Verdict.State.PUBLISHED)
    return rated.select_related("merged_into").prefetch_related(with_answers())
