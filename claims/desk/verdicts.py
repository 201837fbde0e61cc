"""The services that change a verdict. `version` is what the caller read; None skips the check."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from articles.intake.text import check_characters
from claims.desk.authors import authors, wrote
from claims.desk.changing import change, locked
from claims.desk.errors import Refused
from claims.desk.notifications import Kind, notify_all
from claims.desk.rules import VERDICT_RULES, Rule
from claims.desk.sources import archived_copy, source_key
from claims.desk.wordings import claim_wordings_write
from claims.models import Claim, ClaimStatus, Evidence, Rating, Verdict
from claims.publishing import linting

State = Verdict.State
Status = Claim.Status

#: A claim that was dismissed or merged stays so, whatever becomes of a verdict left on it.
FOLLOWS = Rule(
    "claims.view_claim",
    tuple(status for status in Status if status not in (Status.DISMISSED, Status.MERGED)),
)


@dataclass(frozen=True)
class Source:
    """Evidence as it is given."""

    url: str
    stance: str
    quotation: str = ""
    title: str = ""
    archived_url: str = ""


def verdict_edit(
    verdict: Verdict,
    *,
    rating: Rating | None,
    explanation: str,
    title: str = "",
    correction_note: str = "",
    expires_on: date | None = None,
    review_on: date | None = None,
    by: Any,
    version: int | None = None,
) -> Verdict:
    """Save a draft; it may be as unfinished as it likes.

    From `expires_on` on it is out of date; on `review_on` the desk looks at it again.
    """
    fields = {
        "title": " ".join(title.split()),
        "explanation": explanation.replace("\r\n", "\n").strip(),
        "correction_note": correction_note.replace("\r\n", "\n").strip(),
    }
    check_fields(fields)
    change(
        verdict,
        VERDICT_RULES["edit"],
        "verdict.edited",
        by=by,
        version=version,
        rating=rating,
        expires_on=expires_on,
        review_on=review_on,
        **fields,
    )
    return verdict


def evidence_add(
    verdict: Verdict, source: Source, *, by: Any, version: int | None = None
) -> Evidence:
    """Add a source to a draft; the same URL again refreshes the one that is there.

    Given without an archived copy, it has the one that the desk knows of.
    """
    evidence = Evidence(
        verdict=verdict,
        url=source.url.strip(),
        normalised_url=source_key(source.url),
        title=" ".join(source.title.split()),
        quotation=source.quotation.strip(),
        stance=source.stance,
        archived_url=source.archived_url.strip() or archived_copy(source.url),
    )
    texts = ("url", "title", "quotation", "archived_url")
    check_fields({name: getattr(evidence, name) for name in texts})
    evidence.full_clean(validate_unique=False, validate_constraints=False)
    kept = ("normalised_url", "title", "quotation", "stance", "archived_url")
    given = {name: getattr(evidence, name) for name in kept}
    with transaction.atomic():
        touch(verdict, "verdict.evidence_added", by=by, version=version, note=evidence.url)
        saved, _created = Evidence.objects.update_or_create(
            verdict=verdict, url=evidence.url, defaults=given
        )
    return saved


def evidence_remove(evidence: Evidence, *, by: Any, version: int | None = None) -> None:
    """Take a source out of a draft."""
    with transaction.atomic():
        touch(
            evidence.verdict,
            "verdict.evidence_removed",
            by=by,
            version=version,
            note=evidence.url,
        )
        evidence.delete()


def verdict_submit(verdict: Verdict, *, by: Any, version: int | None = None) -> Verdict:
    """Hand a finished draft to a second person. Raises ValidationError for what is missing."""
    with transaction.atomic():
        check_complete(locked(verdict, VERDICT_RULES["submit"], by=by, version=version))
        change(
            verdict,
            VERDICT_RULES["submit"],
            "verdict.submitted",
            by=by,
            version=version,
            state=State.IN_REVIEW,
            submitted_at=timezone.now(),
        )
        claim_follows(verdict, Status.IN_REVIEW, by)
    return verdict


def verdict_return(verdict: Verdict, *, note: str, by: Any, version: int | None = None) -> Verdict:
    """Give a verdict back to its author, saying what it still needs."""
    note = required_note(note, "Say what it still needs.")
    with transaction.atomic():
        change(
            verdict,
            VERDICT_RULES["return"],
            "verdict.returned",
            by=by,
            version=version,
            note=note,
            state=State.DRAFT,
            approved_by=None,
            approved_at=None,
        )
        claim_follows(verdict, Status.IN_PROGRESS, by)
        notify_all(Kind.RETURNED, to=authors(verdict), about=verdict, by=by, note=note)
    return verdict


def verdict_approve(verdict: Verdict, *, by: Any, version: int | None = None) -> Verdict:
    """A second person agrees, once. Raises PermissionDenied for who wrote it."""
    with transaction.atomic():
        approver = locked(verdict, VERDICT_RULES["approve"], by=by, version=version).approved_by
        if approver is not None:
            raise Refused(
                "already_approved", f"{events.name_of(approver)} has approved this verdict already."
            )
        if settings.FOUR_EYES and wrote(verdict, by):
            raise PermissionDenied("You wrote this verdict; somebody else approves it.")
        change(
            verdict,
            VERDICT_RULES["approve"],
            "verdict.approved",
            by=by,
            version=version,
            approved_by=by,
            approved_at=timezone.now(),
        )
        notify_all(Kind.APPROVED, to=authors(verdict), about=verdict, by=by)
    return verdict


def verdict_publish(verdict: Verdict, *, by: Any, version: int | None = None) -> Verdict:
    """Put an approved verdict before the public; one that it corrects steps back."""
    now = timezone.now()
    with transaction.atomic():
        current = locked(verdict, VERDICT_RULES["publish"], by=by, version=version)
        if current.approved_by is None:
            raise Refused("not_approved", "Nobody has approved this verdict yet.")
        if past(current.expires_on):
            raise Refused("run_out", "The day it expires on is here. Return it for another one.")
        check_publishable(current)
        replaced = current.corrects
        if replaced is not None and replaced.state != State.PUBLISHED:
            replaced = None  # It was taken back or ran out while its correction was being written.
        if replaced is not None:
            change(
                replaced,
                VERDICT_RULES["correct"],
                "verdict.corrected",
                by=by,
                version=None,
                note=current.correction_note,
                state=State.CORRECTED,
                ended_at=now,
            )
        change(
            verdict,
            VERDICT_RULES["publish"],
            "verdict.published",
            by=by,
            version=version,
            state=State.PUBLISHED,
            published_at=replaced.published_at if replaced else now,
        )
        claim_answered(verdict, by, corrected=replaced)
        claim_wordings_write(verdict.claim)
    return verdict


def verdict_retract(verdict: Verdict, *, note: str, by: Any, version: int | None = None) -> Verdict:
    """Take a published verdict back; the claim is to be checked again, or is being so already."""
    note = required_note(note, "Say why it is retracted.")
    with transaction.atomic():
        change(
            verdict,
            VERDICT_RULES["retract"],
            "verdict.retracted",
            by=by,
            version=version,
            note=note,
            state=State.RETRACTED,
            retraction_note=note,
            ended_at=timezone.now(),
        )
        claim_follows(verdict, status_without_verdict(verdict.claim), by, told=answer(verdict))
        claim_wordings_write(verdict.claim)
    return verdict


def verdict_expire(verdict: Verdict) -> Verdict:
    """The day has come that a published verdict holds until: the claim is to be checked again.

    Raises Refused when it was corrected or retracted meanwhile.
    """
    with transaction.atomic():
        change(
            verdict,
            VERDICT_RULES["expire"],
            "verdict.expired",
            by=None,
            version=None,
            state=State.EXPIRED,
            ended_at=timezone.now(),
        )
        status = status_without_verdict(verdict.claim)
        claim_follows(verdict, status, None, told=answer(verdict))
        claim_wordings_write(verdict.claim)
    return verdict


# --- What the above share ---------------------------------------------------------------------


def missing(verdict: Verdict) -> dict[str, ValidationError]:
    """What a draft still lacks before it can be submitted, by field."""
    lacks = {}
    if verdict.rating is None:
        lacks["rating"] = ValidationError("Choose a rating.", code="rating_required")
    if not verdict.explanation.strip():
        lacks["explanation"] = ValidationError("Explain the rating.", code="explanation_required")
    if verdict.corrects_id and not verdict.correction_note.strip():
        lacks["correction_note"] = ValidationError("Say what is corrected.", code="note_required")
    if past(verdict.expires_on):
        message = "It would be out of date at once. Choose a later day, or none."
        lacks["expires_on"] = ValidationError(message, code="run_out")
    if not verdict.evidence.exists():
        lacks["evidence"] = ValidationError("Add at least one source.", code="evidence_required")
    return lacks


def past(expires_on: date | None) -> bool:
    return expires_on is not None and expires_on <= timezone.localdate()


def check_complete(verdict: Verdict) -> None:
    if lacks := missing(verdict):
        raise ValidationError(lacks)


def check_publishable(verdict: Verdict) -> None:
    """Raise Refused (`claimreview_errors`) when its ClaimReview would be wrong."""
    if errors := linting.blocking(linting.findings(verdict)):
        told = " ".join(f"{error.message} {error.todo}" for error in errors)
        raise Refused("claimreview_errors", f"It cannot be published like this. {told}")


def required_note(note: str, message: str) -> str:
    note = note.replace("\r\n", "\n").strip()
    if not note:
        raise ValidationError({"note": ValidationError(message, code="note_required")})
    check_fields({"note": note})
    return note


def check_fields(fields: dict[str, str]) -> None:
    """Raise one ValidationError for all fields with characters or lengths that cannot be kept."""
    errors = {}
    for name, value in fields.items():
        try:
            check_characters(value)
        except ValidationError as error:
            errors[name] = error
    if len(fields.get("title", "")) > 200:
        errors["title"] = ValidationError("200 characters at most.", code="title_too_long")
    if errors:
        raise ValidationError(errors)


def touch(verdict: Verdict, kind: str, *, by: Any, version: int | None, note: str) -> None:
    change(verdict, VERDICT_RULES["edit"], kind, by=by, version=version, note=note)


def status_without_verdict(claim: Claim) -> ClaimStatus:
    """Where a claim stands whose published verdict ends: at its correction, if one is written."""
    correction = claim.verdicts.open().first()
    if correction is None:
        return Status.TRIAGED
    return Status.IN_REVIEW if correction.state == State.IN_REVIEW else Status.IN_PROGRESS


def claim_follows(
    verdict: Verdict, status: ClaimStatus, by: Any, *, told: dict[str, Any] | None = None
) -> None:
    """The claim's status goes along with its verdict; a correction leaves it published.

    Raises Refused when the claim was dismissed or merged meanwhile.
    """
    claim = Claim.objects.select_for_update().get(pk=verdict.claim_id)
    stands = claim.verdicts.filter(state=State.PUBLISHED).exists()
    if claim.status == status or (stands and status != Status.PUBLISHED):
        return
    back = claim.assignee_id is not None and status in (Status.TRIAGED, Status.IN_PROGRESS)
    change(
        verdict.claim,
        FOLLOWS,
        f"claim.{status}",
        by=by,
        version=None,
        told=told,
        status=status,
        assigned_at=timezone.now() if back else claim.assigned_at,
    )


def claim_answered(verdict: Verdict, by: Any, *, corrected: Verdict | None) -> None:
    """The claim has this verdict from now on, in place of `corrected` if there was one."""
    told = answer(verdict)
    if corrected is None:
        claim_follows(verdict, Status.PUBLISHED, by, told=told)
    else:
        told["corrects"] = str(corrected.uid)
        change(verdict.claim, FOLLOWS, "claim.corrected", by=by, version=None, told=told)


def answer(verdict: Verdict) -> dict[str, Any]:
    """What the Event of a claim says of the verdict that it gained or lost."""
    rating = str(verdict.rating) if verdict.rating else ""
    return {"verdict": str(verdict.uid), "verdict_state": verdict.state, "rating": rating}
