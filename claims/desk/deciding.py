"""A decision on a match, written and told on the claims that it is about."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from articles import events
from claims.models import ExternalMatch, Match

State = Match.State
#: What happens to a match that comes into a state, as its Event calls it.
HAPPENED = {State.CONFIRMED: "confirmed", State.REJECTED: "rejected", State.SUGGESTED: "reopened"}


def decide(match: Match | ExternalMatch, state: str, *, by: Any) -> None:
    """Put `match` into `state` without asking anything, and tell it on its claims.

    Call it where the rows are locked and the rules are checked.
    """
    decided = state != State.SUGGESTED
    type(match)._default_manager.filter(pk=match.pk).update(
        state=state,
        decided_by=by if decided else None,
        decided_at=timezone.now() if decided else None,
        version=F("version") + 1,
        updated_at=timezone.now(),
    )
    match.refresh_from_db()
    happened = HAPPENED[State(state)]
    told: dict[str, Any] = {"actor": by, "after": {"match": str(match.uid)}}
    if isinstance(match, ExternalMatch):
        kind = f"external_match.{happened}"
        events.record(kind, match.claim, note=str(match.external), **told)
        return
    for claim, other in ((match.claim, match.other), (match.other, match.claim)):
        events.record(f"match.{happened}", claim, note=other.text, **told)
