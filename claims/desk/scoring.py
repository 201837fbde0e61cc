"""What a claim has from its places: how worth checking it is, how often it was made, and where."""

from collections.abc import Collection, Iterable

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db import transaction
from django.db.models import Count, DateTimeField, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, Left

from articles.models import Article
from claims.desk.searching import words_learn
from claims.models import Appearance, Claim

#: Of the headlines of a claim that was made a thousand times, a search reads this many characters.
TITLES_CHARACTERS = 5_000
#: An article says when it was published, and no article is newer than the day it came.
SAID_AT = Least("article__published_at", "article__received_at", output_field=DateTimeField())


def claims_score(claims: Collection[int]) -> None:
    """Give the claims with these ids the score of their best place, unless touched by now.

    Call it whenever places change: what the queue shows of them is gathered anew, too.
    """
    if not claims:
        return
    best = Appearance.objects.filter(claim=OuterRef("pk")).order_by("-check_worthiness", "id")
    placed = Appearance.objects.filter(claim__in=claims).values("claim")
    with transaction.atomic():
        # In one order: two workers with the same claims wait for each other, and never deadlock.
        rows = Claim.objects.select_for_update(no_key=True).filter(pk__in=claims).order_by("pk")
        list(rows.values_list("pk"))
        Claim.objects.filter(pk__in=placed, status=Claim.Status.NEW, edited=False).update(
            check_worthiness=Subquery(best.values("check_worthiness")[:1]),
            reasons=Subquery(best.values("reasons")[:1]),
        )
        claims_place(claims)


def claims_place(claims: Collection[int]) -> None:
    """Gather what the claims with these ids have from their places: number, times, outlets, titles.

    One without places keeps the time it has.
    """
    Claim.objects.filter(pk__in=claims).update(
        place_count=Coalesce(gathered(Count("pk")), 0),
        last_made_at=Coalesce(gathered(Max(SAID_AT)), "last_made_at"),
        outlets=Coalesce(gathered(ArrayAgg("article__outlet", distinct=True)), Value([])),
        titles=Left(
            Coalesce(gathered(StringAgg("article__title", " ", distinct=True)), Value("")),
            TITLES_CHARACTERS,
        ),
    )
    ids = list(claims)
    transaction.on_commit(lambda: words_learn(ids), robust=True)


def gathered(aggregate: Count | Max | ArrayAgg | StringAgg) -> Subquery:
    """An aggregate over the appearances of the claim that is updated."""
    places: QuerySet[Appearance] = Appearance.objects.order_by().filter(claim=OuterRef("pk"))
    return Subquery(places.values("claim").annotate(all=aggregate).values("all"))


def claims_made(article: Article, claims: Iterable[Claim]) -> None:
    """Set on new claims, not saved, what they have from being made in `article`."""
    for claim in claims:
        claim.place_count = 1
        claim.last_made_at = min(article.published_at or article.received_at, article.received_at)
        claim.outlets = [article.outlet_id]
        claim.titles = article.title
