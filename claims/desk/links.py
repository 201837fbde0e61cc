"""What became of the sources of verdicts: the worker asks each URL, and writes down the answer."""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from claims.desk.reaching import reach
from claims.models import Evidence, Verdict

#: How long an answer counts, of a verdict that is being written and of one before the public.
WRITTEN, PUBLISHED = timedelta(hours=1), timedelta(days=7)


def due() -> QuerySet[Evidence]:
    """The sources whose URL is to be asked, those that wait longest first."""
    now = timezone.now()
    unasked = Q(link_checked_at=None)
    written = Q(verdict__state__in=Verdict.OPEN)
    published = Q(verdict__state=Verdict.State.PUBLISHED)
    old = (written & Q(link_checked_at__lt=now - WRITTEN)) | (
        published & Q(link_checked_at__lt=now - PUBLISHED)
    )
    wanted = ((written | published) & unasked) | old
    return Evidence.objects.filter(wanted).order_by(F("link_checked_at").asc(nulls_first=True))


def evidence_check(*, seconds: float) -> int:
    """Ask the URLs that are due, for about so many seconds; how many were asked."""
    ends, asked = time.monotonic() + seconds, 0
    while time.monotonic() < ends and (source := taken()):
        found = reach(source.url)
        Evidence.objects.filter(pk=source.pk, url=source.url).update(
            link_state=found.state, link_note=found.note
        )
        asked += 1
    return asked


def taken() -> Evidence | None:
    """The next source, marked as asked now: no other worker asks it, nor does one that dies."""
    with transaction.atomic():
        locking = due().select_for_update(skip_locked=True, of=("self",))
        source = locking.only("url").first()
        if source:
            Evidence.objects.filter(pk=source.pk).update(link_checked_at=timezone.now())
    return source
