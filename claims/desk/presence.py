"""Who is on a claim's page now."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from claims.models import Claim, Presence

#: A page tells every 15 seconds that it is open; one that misses twice is taken for closed.
PRESENT = timedelta(seconds=40)


def presence_tell(claim: Claim, *, by: Any) -> None:
    """`by` has the claim's page open."""
    now = timezone.now()
    Presence.objects.filter(claim=claim, seen_at__lt=now - PRESENT).delete()
    Presence.objects.update_or_create(claim=claim, user=by, defaults={"seen_at": now})


def presence_end(claim: Claim, *, by: Any) -> None:
    """`by` has left the claim's page."""
    Presence.objects.filter(claim=claim, user=by).delete()


def others_present(claim: Claim, user: Any) -> list[User]:
    """Who else has the claim's page open, by username."""
    since = timezone.now() - PRESENT
    here = Presence.objects.filter(claim=claim, seen_at__gte=since).exclude(user=user)
    return [one.user for one in here.select_related("user").order_by("user__username")]
