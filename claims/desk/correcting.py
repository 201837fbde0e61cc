"""What follows on a published verdict while it stands: its correction, and its next review.

Both begin with a draft that starts from its words. It ends in a published correction, or is set
aside: because the review found that the verdict stands, or because nothing came of it.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import events
from claims.desk.changing import change, locked
from claims.desk.errors import Refused
from claims.desk.rules import VERDICT_RULES
from claims.desk.verdicts import past, required_note
from claims.models import Evidence, Verdict

#: What a correction takes over from each source.
SOURCE = ("url", "normalised_url", "title", "quotation", "stance", "archived_url")


def verdict_correct(verdict: Verdict, *, note: str, by: Any, version: int | None = None) -> Verdict:
    """Open the draft that will replace a published verdict, starting from its words.

    The published one stands until the correction is published; `note` tells the public why.
    """
    note = required_note(note, "Say what is corrected.")
    with transaction.atomic():
        verdict = locked(verdict, VERDICT_RULES["correct"], by=by, version=version)
        draft = successor(verdict, by, correction_note=note)
        events.record("verdict.correction_opened", verdict, actor=by, note=note)
    return draft


def verdict_reopen(verdict: Verdict, *, note: str, by: Any, version: int | None = None) -> Verdict:
    """Look at a published verdict again, for a reason that the desk alone reads.

    Returns the draft. The verdict stands until the draft is published as a correction; then the
    public is told why.
    """
    note = required_note(note, "Say why it is looked at again.")
    with transaction.atomic():
        verdict = locked(verdict, VERDICT_RULES["reopen"], by=by, version=version)
        draft = successor(verdict, by)
        events.record("verdict.reopened", verdict, actor=by, note=note)
    return draft


def verdict_confirm(
    verdict: Verdict,
    *,
    note: str,
    review_on: date | None = None,
    by: Any,
    version: int | None = None,
) -> Verdict:
    """A review found that a published verdict stands; `review_on` is the day of the next one.

    A draft that the review or a correction had opened is set aside; one in review is decided on
    first. The public reads the day.
    """
    note = required_note(note, "Say what was looked at.")
    if past(review_on):
        message = "Choose a later day, or none."
        raise ValidationError({"review_on": ValidationError(message, code="review_past")})
    with transaction.atomic():
        # The draft first, as publishing it does, so that the two cannot lock each other out.
        draft = verdict.corrections.open().select_for_update(of=("self",)).first()
        verdict = locked(verdict, VERDICT_RULES["confirm"], by=by, version=version)
        if draft is not None and draft.state == Verdict.State.IN_REVIEW:
            raise Refused("correction_in_review", "Decide on its correction first.")
        if draft is not None:
            set_aside(draft, verdict, note=note, by=by)
        change(
            verdict,
            VERDICT_RULES["confirm"],
            "verdict.confirmed",
            by=by,
            version=version,
            note=note,
            review_on=review_on,
            reviewed_at=timezone.now(),
        )
    return verdict


def correction_drop(draft: Verdict, *, note: str, by: Any, version: int | None = None) -> Verdict:
    """Nothing comes of a correction or review: its draft goes, the published verdict stands.

    Returns the verdict that was to be corrected. Raises Refused for a draft that corrects none
    that is published.
    """
    note = required_note(note, "Say why nothing comes of it.")
    with transaction.atomic():
        draft = locked(draft, VERDICT_RULES["drop"], by=by, version=version)
        stands = draft.corrects
        if stands is None or stands.state != Verdict.State.PUBLISHED:
            raise Refused(
                "nothing_stands", "No published verdict stands without this draft; finish it."
            )
        set_aside(draft, stands, note=note, by=by)
    return stands


# --- What the above share ---------------------------------------------------------------------


def successor(verdict: Verdict, by: Any, *, correction_note: str = "") -> Verdict:
    """The draft that may replace `verdict`, with its words and sources."""
    draft, created = Verdict.objects.open().get_or_create(
        claim=verdict.claim,
        defaults={
            "author": by,
            "rating": verdict.rating,
            "title": verdict.title,
            "explanation": verdict.explanation,
            "expires_on": verdict.expires_on,
            "corrects": verdict,
            "correction_note": correction_note,
        },
    )
    if not created:
        raise Refused("correction_open", "A correction of this verdict is being written.")
    Evidence.objects.bulk_create(
        Evidence(verdict=draft, **{name: getattr(source, name) for name in SOURCE})
        for source in verdict.evidence.all()
    )
    return draft


def set_aside(draft: Verdict, stands: Verdict, *, note: str, by: Any) -> None:
    """Delete the draft of a correction; the Event on what stands keeps its words."""
    words = {
        "rating": str(draft.rating or ""),
        "title": draft.title,
        "explanation": draft.explanation,
        "correction_note": draft.correction_note,
    }
    events.record("verdict.correction_dropped", stands, actor=by, before=words, note=note)
    draft.delete()
