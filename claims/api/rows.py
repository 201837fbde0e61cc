"""What the answers with claims and verdicts read in advance, and when any of it was written.

A username is the one thing shown that has no time of writing; the ETag tells of a new one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from articles.models import Article, Event
from claims.models import Appearance, Claim, ExternalVerdict, RatingScale, Verdict

#: A row that is not there was never written.
Written = Iterator[datetime | None]


def places_in_full() -> Prefetch:
    """The appearances of claims, with what cites their articles."""
    beside = Appearance.objects.select_related("article__outlet", "revision")
    places = beside.defer("article__text", "revision__text")
    return Prefetch("appearances", queryset=places.order_by("id"))


def places_expanded(claims: QuerySet[Any]) -> QuerySet[Any]:
    return claims.prefetch_related(places_in_full())


def claimants_in_full(claims: QuerySet[Any]) -> QuerySet[Any]:
    return claims.select_related("claimant__merged_into").prefetch_related("claimant__aliases")


def claims_in_full(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """With all that one claim's answer shows."""
    opened = Verdict.objects.open().select_related("rating")
    return claims.prefetch_related(
        places_in_full(), Prefetch("verdicts", queryset=opened, to_attr="opened")
    )


def answers_in_full(claims: QuerySet[Any]) -> QuerySet[Any]:
    """Of claims read `with_answers`, those verdicts in full."""
    answers = verdicts_in_full("answers__") + verdicts_in_full("merged_into__answers__")
    return claims.prefetch_related(*answers)


def places_answers_in_full(places: QuerySet[Any]) -> QuerySet[Any]:
    """The same of appearances, whose claims were read so; none of them is merged."""
    return places.prefetch_related(*verdicts_in_full("claim__answers__"))


def successors_in_full(verdicts: QuerySet[Any]) -> QuerySet[Any]:
    """Of verdicts read `with_successors`, those in full."""
    return verdicts.prefetch_related(*verdicts_in_full("successors__"))


def verdicts_in_full(prefix: str) -> list[str | Prefetch]:
    """With all that a verdict's answer shows, of rows that lead to verdicts by `prefix`."""
    articles = Article.objects.select_related("outlet").defer("text")
    published = Verdict.objects.once_published().select_related("claim", "rating")
    return [
        f"{prefix}evidence",
        f"{prefix}rating__scale__ratings",
        f"{prefix}corrects",
        f"{prefix}claim__claimant",
        Prefetch(f"{prefix}claim__appearances__article", queryset=articles),
        Prefetch(f"{prefix}corrections", queryset=published.order_by("-id"), to_attr="successors"),
    ]


def verdict_written_at(verdict: Verdict) -> Written:
    """When each part of the answer with `verdict` was last written.

    A claim is written whenever it gains or loses a verdict or an appearance.
    """
    yield verdict.updated_at
    yield verdict.rating.scale.changed_at if verdict.rating else None
    if verdict.successor:
        yield verdict.successor.updated_at
    yield from claim_parts_written_at(verdict.claim)


def claim_written_at(claim: Claim) -> Written:
    """The same of the answer with `claim`."""
    yield from claims_written_at(claim)
    yield from claim_parts_written_at(claim)
    last = history_of(claim).order_by("-id").values_list("at", flat=True)[:1]
    scales = RatingScale.objects.order_by().values_list("changed_at", flat=True)
    elsewhere = ExternalVerdict.objects.beside(claim.surviving).order_by()
    yield from last.union(scales, elsewhere.values_list("updated_at", flat=True))


def claims_written_at(*claims: Claim) -> Written:
    """The same of what names `claims` and their verdicts."""
    for claim in claims:
        yield claim.updated_at
        yield claim.surviving.updated_at
        yield claim.claimant.changed_at if claim.claimant else None
        for verdict in claim.told:
            yield verdict.updated_at


def history_of(claim: Claim) -> QuerySet[Event]:
    """What happened to a claim and its verdicts."""
    about_verdicts = Q(
        subject_type=Verdict._meta.label_lower, subject_id__in=claim.verdicts.values("pk")
    )
    return Event.objects.about(claim) | Event.objects.filter(about_verdicts)


def claim_parts_written_at(claim: Claim) -> Written:
    yield claim.updated_at
    yield claim.claimant.changed_at if claim.claimant else None
    for place in claim.appearances.all():
        yield place.created_at
        yield place.article.outlet.changed_at
