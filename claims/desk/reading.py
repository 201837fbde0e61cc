"""Who has read what. It is a user's own, of no account to others, and leaves no Event.

A claim is unread since it was found, made again or matched, until its page is opened or it is
marked. Only what a user has read is kept, and of that only what is newer than the day up to which
they have read everything: a new user has no row at all, and has read what was there before them.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from claims.models import Claim, Reading, ReadMark


def unread_by(user: Any) -> Q:
    """Claims that `user` has not read since they last had news."""
    marks = ReadMark.objects.filter(user=user)
    unread = ArraySubquery(marks.filter(at=None).values("claim"))
    [(joined, up_to, marked)] = User.objects.filter(pk=user.pk).values_list(
        "date_joined", "reading__up_to", unread
    )
    read = Exists(marks.filter(claim=OuterRef("pk"), at__gte=OuterRef("news_at")))
    return (Q(news_at__gt=up_to or joined) & ~read) | Q(pk__in=marked)


def claims_read(claims: Iterable[Claim], *, by: Any) -> None:
    """`by` has read these claims, as they are now."""
    marks_write(claims, by=by, at=timezone.now())


def claims_unread(claims: Iterable[Claim], *, by: Any) -> None:
    """To `by` these claims are unread until they open or mark them, whatever was read before."""
    marks_write(claims, by=by, at=None)


def marks_write(claims: Iterable[Claim], *, by: Any, at: Any) -> None:
    ReadMark.objects.bulk_create(
        [ReadMark(user=by, claim=claim, at=at) for claim in claims],
        update_conflicts=True,
        unique_fields=["user", "claim"],
        update_fields=["at"],
    )


def everything_read(*, by: Any) -> None:
    """`by` has read all claims of now; what was kept for it is not needed any more."""
    with transaction.atomic():
        Reading.objects.update_or_create(user=by, defaults={"up_to": timezone.now()})
        ReadMark.objects.filter(user=by).delete()


def claims_have_news(claims: Collection[int]) -> None:
    """From the end of the transaction on, the claims with these ids are unread again.

    Those that somebody has in hand one by one: the machine, which matches many at once, holds no
    claim while it waits for another.
    """
    now = timezone.now()
    waiting = Claim.objects.filter(pk__in=claims, news_at__lt=now)

    def tell() -> None:
        with transaction.atomic():
            free = waiting.select_for_update(no_key=True, skip_locked=True).order_by().values("pk")
            told = Claim.objects.filter(pk__in=free).update(news_at=now)
        if told < len(claims):
            for claim in sorted(waiting.values_list("pk", flat=True)):
                waiting.filter(pk=claim).update(news_at=now)

    if claims:
        transaction.on_commit(tell, robust=True)
