"""What a person decides on a match. `version` is what the caller read; None skips the check."""

from typing import Any

from django.db import transaction

from claims.desk.changing import check_permission, locked
from claims.desk.deciding import decide
from claims.desk.errors import Refused
from claims.desk.merging import claim_merge, claims_locked, progress
from claims.desk.rules import EXTERNAL_MATCH_RULES, MATCH_RULES, Rule
from claims.models import Claim, ExternalMatch, Match

State = Match.State


def match_confirm(match: Match, *, by: Any, version: int | None = None) -> Claim:
    """Both claims are the same: one is merged into the other, which is returned.

    The one further in the workflow stays, of two as far the older. Raises what `claim_merge` does.
    """
    with transaction.atomic():
        check_permission(MATCH_RULES["confirm"], by)
        claims = claims_locked(match.claim, match.other)
        here(match, MATCH_RULES["confirm"], by, match.version if version is None else version)
        gone, stays = sorted((claims[match.claim_id], claims[match.other_id]), key=progress)
        claim_merge(gone, into=stays, by=by)
    match.refresh_from_db()
    return stays


def match_reject(match: Match, *, by: Any, version: int | None = None) -> Match:
    """They are different claims: the pair is never suggested again."""
    with transaction.atomic():
        here(match, MATCH_RULES["reject"], by, version)
        decide(match, State.REJECTED, by=by)
    return match


def match_reopen(match: Match, *, by: Any, version: int | None = None) -> Match:
    """The rejection was a mistake: it is a suggestion again."""
    with transaction.atomic():
        check_permission(MATCH_RULES["reopen"], by)
        claims = claims_locked(match.claim, match.other)
        here(match, MATCH_RULES["reopen"], by, version)
        if any(claims[pk].merged_into_id for pk in (match.claim_id, match.other_id)):
            raise Refused("claim_merged", "One of the two claims was merged into another since.")
        decide(match, State.SUGGESTED, by=by)
    return match


def external_match_confirm(
    match: ExternalMatch, *, by: Any, version: int | None = None
) -> ExternalMatch:
    """The other desk's verdict is on this claim: it is shown beside it, never as our own."""
    return external_decide(match, "confirm", State.CONFIRMED, by, version)


def external_match_reject(
    match: ExternalMatch, *, by: Any, version: int | None = None
) -> ExternalMatch:
    """The other desk's verdict is on another claim, and is never suggested here again."""
    return external_decide(match, "reject", State.REJECTED, by, version)


def external_match_reopen(
    match: ExternalMatch, *, by: Any, version: int | None = None
) -> ExternalMatch:
    """The decision was a mistake: it is a suggestion again."""
    return external_decide(match, "reopen", State.SUGGESTED, by, version)


def external_decide(
    match: ExternalMatch, action: str, state: str, by: Any, version: int | None
) -> ExternalMatch:
    with transaction.atomic():
        here(match, EXTERNAL_MATCH_RULES[action], by, version)
        decide(match, state, by=by)
    return match


def here(match: Match | ExternalMatch, rule: Rule, by: Any, version: int | None) -> None:
    """Lock `match` as `locked` does. Raises Refused (`match_gone`) when a merge has taken it."""
    try:
        locked(match, rule, by=by, version=version)
    except (Match.DoesNotExist, ExternalMatch.DoesNotExist) as gone:
        raise Refused(
            "match_gone", "One of its claims was merged meanwhile, and this suggestion with it."
        ) from gone
