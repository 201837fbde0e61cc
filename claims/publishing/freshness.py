"""When what is published changed last, and which verdicts changed since a moment."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest

from articles.events import Event
from claims.models import Appearance, Verdict

#: What else a ClaimReview names; whoever changes one of these rows records an Event of it.
NAMED = ("claims.claimant", "claims.rating", "claims.ratingscale", "articles.outlet")


def changed_at(request: HttpRequest, *args: Any) -> datetime | None:
    """When a verdict was last published, corrected, retracted or ran out, or its claim written.

    A claim is written when it is made again; what else is shown has Events.
    """
    told = Verdict.objects.once_published().aggregate(own=Max("updated_at"))
    made = Verdict.objects.filter(state=Verdict.State.PUBLISHED).aggregate(
        claims=Max("claim__updated_at")
    )
    named = Event.objects.filter(subject_type__in=NAMED).aggregate(last=Max("at"))
    moments = [*told.values(), *made.values(), *named.values()]
    return max((moment for moment in moments if moment), default=None)


def feed_etag(request: HttpRequest, *args: Any) -> str:
    """Changes with all that the feeds show, without building them."""
    told = Verdict.objects.once_published().aggregate(ever=Count("pk"), ended=Max("ended_at"))
    seen = Verdict.objects.filter(state=Verdict.State.PUBLISHED).aggregate(
        verdicts=Count("pk", distinct=True),
        changed=Max("updated_at"),
        claims=Max("claim__updated_at"),
        appearances=Count("claim__appearances"),
        newest=Max("claim__appearances__created_at"),
    )
    named = Event.objects.filter(subject_type__in=NAMED).aggregate(last=Max("id"))
    shown = (settings.PUBLIC_URL, *settings.PUBLISHER.values(), *settings.LICENCE.values())
    about = (*told.values(), *seen.values(), *named.values(), *shown)
    return f'"{sha256(repr(about).encode()).hexdigest()[:32]}"'


def changed_since(verdicts: QuerySet[Verdict], moment: datetime) -> QuerySet[Verdict]:
    """Those of `verdicts` whose ClaimReview may read differently since `moment`."""
    places = Appearance.objects.filter(
        Q(created_at__gte=moment) | Q(article__outlet__in=told("articles.outlet", moment))
    )
    return verdicts.filter(
        Q(updated_at__gte=moment)
        | Q(claim__updated_at__gte=moment)
        | Q(claim__in=told("claims.claim", moment))
        | Q(claim__in=places.values("claim"))
        | Q(claim__claimant__in=told("claims.claimant", moment))
        | Q(rating__in=told("claims.rating", moment))
        | Q(rating__scale__in=told("claims.ratingscale", moment))
    )


def told(kind: str, moment: datetime) -> Iterable[int]:
    """The ids of the rows of one kind that Events since `moment` are about."""
    about = Event.objects.filter(subject_type=kind, at__gte=moment)
    return about.order_by().values_list("subject_id", flat=True)
