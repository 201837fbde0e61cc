"""The services that change a claim. `version` is the one the caller read; None skips the check."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles.events import name_of
from articles.intake.text import check_characters
from claims.desk.changing import change, locked
from claims.desk.correcting import verdict_reopen
from claims.desk.errors import Refused
from claims.desk.notifications import Kind, notify
from claims.desk.rules import CLAIM_RULES, Rule
from claims.desk.searching import words_learn
from claims.desk.wordings import claim_wordings_write
from claims.models import Claim, Claimant, Topic, Verdict

Status = Claim.Status
#: Past it, it is a passage and no claim; no extracted one comes near.
CLAIM_MAX_CHARACTERS = 2_000
#: Reopening one that has no verdict which stands meanwhile.
TAKEN_UP = Rule(CLAIM_RULES["reopen"].permission, (Status.DISMISSED,))
MOST_TOPICS = 20


def claim_triage(claim: Claim, *, by: Any, version: int | None = None) -> Claim:
    """This is worth checking."""
    change(
        claim,
        CLAIM_RULES["triage"],
        "claim.triaged",
        by=by,
        version=version,
        status=Status.TRIAGED,
    )
    return claim


def claim_take(claim: Claim, *, by: Any, version: int | None = None) -> Verdict:
    """Start working on a claim: it is assigned to `by`, and its draft verdict is opened."""
    with transaction.atomic():
        assignee = locked(claim, CLAIM_RULES["take"], by=by, version=version).assignee
        if assignee not in (None, by) and not by.has_perm("claims.assign_claim"):
            raise Refused("assigned_to_other", f"{name_of(assignee)} has this claim.")
        change(
            claim,
            CLAIM_RULES["take"],
            "claim.taken",
            by=by,
            version=version,
            status=Status.IN_PROGRESS,
            assignee=by,
            assigned_at=timezone.now(),
        )
        verdict, _created = Verdict.objects.open().get_or_create(
            claim=claim, defaults={"author": by}
        )
    return verdict


def claim_assign(claim: Claim, *, to: Any, by: Any, version: int | None = None) -> Claim:
    """Give a claim to someone, or with `to` None to nobody."""
    if to is not None and not to.has_perm("claims.draft_verdict"):
        raise ValidationError(
            {"to": ValidationError(f"{to} cannot write verdicts.", code="not_a_researcher")}
        )
    status = Status.TRIAGED if claim.status == Status.NEW and to else claim.status
    new = claim.assignee != to
    with transaction.atomic():
        change(
            claim,
            CLAIM_RULES["assign"],
            "claim.assigned",
            by=by,
            version=claim.version if version is None else version,
            status=status,
            assignee=to,
            assigned_at=(timezone.now() if new else claim.assigned_at) if to else None,
        )
        if new:
            notify(Kind.ASSIGNED, to=to, about=claim, by=by)
    return claim


def claim_word(
    claim: Claim,
    *,
    text: str,
    claimant: Claimant | None,
    by: Any,
    version: int | None = None,
) -> Claim:
    """Word a claim and set who makes it; extraction leaves both alone from then on."""
    text = one_line("text", text, ask="A claim needs words.", most=CLAIM_MAX_CHARACTERS)
    with transaction.atomic():
        change(
            claim,
            CLAIM_RULES["word"],
            "claim.worded",
            by=by,
            version=version,
            text=text,
            claimant=claimant,
            edited=True,
        )
        claim_wordings_write(claim)
        Claim.objects.filter(pk=claim.pk).update(matched_at=None)
        transaction.on_commit(lambda: words_learn([claim.pk]), robust=True)
    return claim


def claim_date(claim: Claim, *, made_on: date | None, by: Any, version: int | None = None) -> Claim:
    """Set the day that a claim was first made on; None when it is not known."""
    if made_on is not None and made_on > timezone.localdate():
        message = "Nobody has claimed it yet: choose today or an earlier day."
        raise ValidationError({"made_on": ValidationError(message, code="made_on_ahead")})
    change(claim, CLAIM_RULES["date"], "claim.dated", by=by, version=version, made_on=made_on)
    return claim


def claim_dismiss(claim: Claim, *, reason: str, by: Any, version: int | None = None) -> Claim:
    """Not worth checking, for a reason that stays with it. A draft verdict is kept."""
    change(
        claim,
        CLAIM_RULES["dismiss"],
        "claim.dismissed",
        by=by,
        version=version,
        note=required_reason(reason),
        status=Status.DISMISSED,
        dismissal=required_reason(reason),
    )
    return claim


def claim_reopen(claim: Claim, *, reason: str, by: Any, version: int | None = None) -> Claim:
    """Take a dismissed claim up again, where it was left; look at a published one again.

    The verdict of a published one stands meanwhile, and its successor is a draft from then on.
    """
    reason = required_reason(reason)
    verdict = claim.verdicts.filter(state=Verdict.State.PUBLISHED).first()
    if verdict is not None:
        with transaction.atomic():
            verdict_reopen(verdict, note=reason, by=by)
            return locked(claim, CLAIM_RULES["reopen"], by=by, version=version)
    drafted = claim.verdicts.open().exists()
    change(
        claim,
        TAKEN_UP,
        "claim.reopened",
        by=by,
        version=version,
        note=reason,
        status=Status.IN_PROGRESS if drafted else Status.TRIAGED,
        assigned_at=timezone.now() if claim.assignee_id else None,
        dismissal="",
    )
    return claim


def claim_flag(claim: Claim, *, by: Any, version: int | None = None) -> Claim:
    """An editor wants it looked at first."""
    change(claim, CLAIM_RULES["flag"], "claim.flagged", by=by, version=version, flagged=True)
    return claim


def claim_unflag(claim: Claim, *, by: Any, version: int | None = None) -> Claim:
    """It has the priority of its own numbers again."""
    change(claim, CLAIM_RULES["unflag"], "claim.unflagged", by=by, version=version, flagged=False)
    return claim


def claim_tag(
    claim: Claim,
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    by: Any,
    version: int | None = None,
) -> Claim:
    """Add and remove topics; they are the same in capitals.

    Raises ValidationError: `topic_required`, `topic_too_long`, `too_many_topics`.
    """
    added, removed = [topic_of(name) for name in add], {topic_of(name) for name in remove}
    with transaction.atomic():
        now = locked(claim, CLAIM_RULES["tag"], by=by, version=version).topics
        topics = [name for name in dict.fromkeys([*now, *added]) if name not in removed]
        if len(topics) > MOST_TOPICS:
            text = f"{MOST_TOPICS} topics at most."
            raise ValidationError({"topics": ValidationError(text, code="too_many_topics")})
        if topics != now:
            change(claim, CLAIM_RULES["tag"], "claim.tagged", by=by, version=version, topics=topics)
    Topic.objects.bulk_create([Topic(name=name) for name in sorted(added)], ignore_conflicts=True)
    return claim


def topic_of(name: str) -> str:
    return one_line("topic", name, ask="Name the topic.", most=60).lower()


def required_reason(reason: str) -> str:
    return one_line("reason", reason, ask="Say why, in a few words.", most=500)


def one_line(field: str, value: str, *, ask: str, most: int) -> str:
    """`value` with white space folded.

    Raises ValidationError for `field`: `…_required`, `…_too_long` or `control_characters`.
    """
    value = " ".join(value.split())
    try:
        if not value:
            raise ValidationError(ask, code=f"{field}_required")
        if len(value) > most:
            raise ValidationError(f"{most:,} characters at most.", code=f"{field}_too_long")
        check_characters(value)
    except ValidationError as error:
        raise ValidationError({field: error}) from error
    return value
