"""Two claims become one. `by` None is the machine; `version` None skips the check of it."""

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from claims.desk.changing import change, check_permission
from claims.desk.deciding import decide
from claims.desk.errors import Refused
from claims.desk.reading import claims_have_news
from claims.desk.rules import CLAIM_RULES, VERDICT_RULES
from claims.desk.scoring import claims_score
from claims.desk.wordings import wordings_published
from claims.models import Appearance, Claim, ExternalMatch, Match, Verdict, Wording
from claims.models.matching import turned

Status = Claim.Status
MatchState = Match.State

#: How far a claim has come: of two that are the same, the further one stays.
PROGRESS = (
    Status.NEW,
    Status.DISMISSED,
    Status.TRIAGED,
    Status.IN_PROGRESS,
    Status.IN_REVIEW,
    Status.PUBLISHED,
)
#: Nobody has begun a verdict.
UNWRITTEN = (Status.NEW, Status.TRIAGED)
#: What a person decided of a match, and what the machine saw in it.
DECISION = ("state", "decided_by", "decided_at")
FINDING = ("score", "agreeing", "differing")


def claim_merge(claim: Claim, *, into: Claim, by: Any, version: int | None = None) -> Claim:
    """`claim` is the same as `into`: its appearances move there, its address leads there.

    Its words, matches, topics and, where `into` has no verdict yet, its draft go along; `into`
    was first made on the earlier of the two days. A match of the two becomes confirmed. Raises
    Refused (`both_published`, `verdict_published`, `verdict_in_review`, `draft_in_the_way`),
    telling what to do first, and ValidationError for `into`.
    """
    with transaction.atomic():
        check_permission(CLAIM_RULES["merge"], by)
        rows = claims_locked(claim, into)
        gone, stays = rows[claim.pk], rows[into.pk]
        check_mergeable(gone, stays)
        change(
            claim,
            CLAIM_RULES["merge"],
            "claim.merged",
            by=by,
            version=version,
            status=Status.MERGED,
            merged_into=stays,
        )
        draft_follow(gone, stays, by)
        change(
            into,
            CLAIM_RULES["receive"],
            "claim.received",
            by=by,
            version=None,
            note=gone.text,
            **inherited(gone, stays),
        )
        appearances_follow(gone, stays)
        wordings_follow(gone, stays)
        pair_confirm(gone, stays, by)
        matches_follow(gone, stays)
    into.refresh_from_db()
    return claim


def progress(claim: Claim) -> tuple[int, int]:
    """The greater, the more it is the one that stays: further in the workflow, then older."""
    return PROGRESS.index(Status(claim.status)), -claim.pk


def claims_locked(*claims: Claim) -> dict[int, Claim]:
    """These claims and all they are matched with, by id, as they are now, locked.

    In one order, so that merges and splits that touch each other wait instead of making a circle.
    Open verdicts come first: who submits one has locked it before its claim.
    """
    ids = {claim.pk for claim in claims}
    list(Verdict.objects.open().select_for_update().filter(claim__in=ids).order_by("pk"))
    matches = Match.objects.filter(Q(claim__in=ids) | Q(other__in=ids))
    everyone = ids.union(*matches.values_list("claim_id", "other_id"))
    rows = Claim.objects.select_for_update(no_key=True).filter(pk__in=everyone).order_by("pk")
    return {row.pk: row for row in rows}


def check_mergeable(gone: Claim, stays: Claim) -> None:
    """Raise what stands against merging `gone` into `stays`, with the way out."""
    if stays.pk == gone.pk or stays.status == Status.MERGED:
        raise ValidationError(
            {"into": ValidationError("Choose another, unmerged claim.", code="bad_merge_target")}
        )
    if gone.status == stays.status == Status.PUBLISHED:
        raise Refused(
            "both_published",
            "Both claims have a published verdict. Retract the one that should not stand, "
            "then merge its claim into the other.",
        )
    if gone.status == Status.PUBLISHED:
        raise Refused(
            "verdict_published",
            f"“{gone}” has a published verdict: merge “{stays}” into it instead.",
        )
    if gone.status == Status.IN_REVIEW:
        raise Refused(
            "verdict_in_review",
            f"The verdict on “{gone}” is in review. Return it to its author or publish it first.",
        )


def inherited(gone: Claim, stays: Claim) -> dict[str, Any]:
    """What `stays` takes over from `gone`."""
    made: list[date] = [row.made_on for row in (gone, stays) if row.made_on]
    fields: dict[str, Any] = {
        "made_on": min(made, default=None),
        "topics": list(dict.fromkeys([*stays.topics, *gone.topics])),
    }
    if stays.status in UNWRITTEN and gone.status in (*UNWRITTEN, Status.IN_PROGRESS):
        fields["status"] = max(gone.status, stays.status, key=PROGRESS.index)
        heir = stays if stays.assignee else gone
        fields |= {"assignee": heir.assignee, "assigned_at": heir.assigned_at}
    return fields


def draft_follow(gone: Claim, stays: Claim, by: Any) -> None:
    """Carry the draft on `gone` over, where `stays` has none; one that nobody wrote in may stay."""
    draft = gone.verdicts.open().first()
    if gone.status != Status.IN_PROGRESS or draft is None:
        return
    if stays.status in UNWRITTEN and draft.corrects_id is None:
        change(draft, VERDICT_RULES["move"], "verdict.moved", by=by, version=None, claim=stays)
    elif draft.corrects_id or written_in(draft):
        raise Refused("draft_in_the_way", draft_in_the_way(draft, gone, stays))


def written_in(draft: Verdict) -> bool:
    given = draft.rating_id or draft.title or draft.explanation
    return bool(given) or draft.evidence.exists()


def draft_in_the_way(draft: Verdict, gone: Claim, stays: Claim) -> str:
    if draft.corrects_id:
        why = "it is a correction of one that was published on that claim"
    elif stays.status == Status.DISMISSED:
        why = f"“{stays}” is dismissed"
    else:
        why = f"“{stays}” has one of its own"
    return (
        f"The draft of a verdict on “{gone}” cannot go along: {why}. If nobody needs it, "
        f"dismiss “{gone}” first, which keeps it there; then merge."
    )


def appearances_follow(gone: Claim, stays: Claim) -> None:
    """Every place of `gone` is one of `stays`; so is what was merged into `gone` before."""
    places = Appearance.objects.filter(claim=gone)
    places.filter(found_as=None).update(found_as=gone)
    places.update(claim=stays)
    Appearance.objects.filter(claim=stays, found_as=stays).update(found_as=None)
    Claim.objects.filter(merged_into=gone).update(merged_into=stays)
    claims_score([gone.pk, stays.pk])
    claims_have_news([stays.pk])


def wordings_follow(gone: Claim, stays: Claim) -> None:
    """`stays` is recognised by the words of `gone` too."""
    known = Wording.objects.filter(claim=stays).values("key")
    words = Wording.objects.filter(claim=gone)
    words.exclude(key__in=known).update(claim=stays, kind=Wording.Kind.EARLIER)
    words.all().delete()
    wordings_published(stays)


def pair_confirm(gone: Claim, stays: Claim, by: Any) -> None:
    """Whatever was thought of the pair before, it is one claim now."""
    match = Match.objects.of(gone).of(stays).exclude(state=MatchState.CONFIRMED).first()
    if match:
        decide(match, MatchState.CONFIRMED, by=by)


def matches_follow(gone: Claim, stays: Claim) -> None:
    """What is suggested for `gone` is so for `stays`; what was decided there holds here too."""
    undone = Match.objects.of(gone).exclude(state=MatchState.CONFIRMED)
    for match in undone.select_related("claim", "other"):
        third = match.beside(gone)
        if third.status != Status.MERGED:
            claim, other = sorted((stays, third), key=lambda row: row.pk)
            if (match.claim == third) != (claim == third):
                match.agreeing, match.differing = turned(match.agreeing), turned(match.differing)
            match_follow(match, claim=claim, other=other)
    for found in gone.external_matches.all():
        match_follow(found, claim=stays, external=found.external)


def match_follow(match: Match | ExternalMatch, **pair: Any) -> None:
    """`match` is about `pair`: the stronger of it and what is known of that pair stands there.

    A suggestion moves. A decision is repeated instead, for the day when a split brings its claim
    back; one that was made for `pair` itself is not touched.
    """
    suggested = match.state == MatchState.SUGGESTED
    standing = type(match)._default_manager.filter(**pair).first()
    if standing is None:
        moved = match if suggested else copied(match)
        changed(moved, pair)
        return
    if standing.state == MatchState.SUGGESTED:
        if not suggested:
            changed(standing, {name: getattr(match, name) for name in DECISION})
        elif match.score > standing.score:
            changed(standing, {name: getattr(match, name) for name in FINDING})
    if suggested:
        match.delete()


def copied(match: Match | ExternalMatch) -> Match | ExternalMatch:
    fields = {name: getattr(match, name) for name in (*DECISION, *FINDING)}
    return type(match)(uid=uuid.uuid4(), **fields)


def changed(match: Match | ExternalMatch, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(match, name, value)
    match.version += 1
    match.save()
