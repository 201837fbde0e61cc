"""Where in its article a claim was made, as a person marks it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles import events
from claims.desk.changing import locked
from claims.desk.claims import CLAIM_MAX_CHARACTERS
from claims.desk.rules import CLAIM_RULES
from claims.models import Appearance, Claim


def appearance_respan(
    place: Appearance, *, start: int, end: int, by: Any, version: int | None = None
) -> Appearance:
    """`place` is from `start` to `end`, in code points of its article, without outer white space.

    `version` is its claim's. Extraction finds the place again where it was, and leaves it where it
    is now. Raises ValidationError for `passage`: `passage_empty`, `passage_outside`,
    `passage_too_long`, `passage_taken` or `passage_vanished`.
    """
    claim = place.claim
    with transaction.atomic():
        locked(claim, CLAIM_RULES["respan"], by=by, version=version)
        place = Appearance.objects.select_related("article", "claim").get(pk=place.pk)
        if place.revision_id is not None:
            refuse("The outlet has taken these words out of its article.", "passage_vanished")
        start, end = span_checked(place, start, end)
        before, text = place.text, place.article.text[start:end]
        Appearance.objects.filter(pk=place.pk).update(
            found_start=Coalesce("found_start", "start"),
            found_end=Coalesce("found_end", "end"),
            start=start,
            end=end,
            text=text,
        )
        Claim.objects.filter(pk=claim.pk).update(
            version=F("version") + 1, updated_at=timezone.now()
        )
        told = {"passage": text, "article": str(place.article.uid)}
        events.record("claim.respanned", claim, actor=by, before={"passage": before}, after=told)
    claim.refresh_from_db()
    place.refresh_from_db()
    return place


def span_checked(place: Appearance, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends, if the place can stand there."""
    whole = place.article.text
    if not 0 <= start <= end <= len(whole):
        refuse("The passage is not inside the article.", "passage_outside")
    chosen = whole[start:end]
    start += len(chosen) - len(chosen.lstrip())
    end -= len(chosen) - len(chosen.rstrip())
    if start >= end:
        refuse("Select the words that make the claim.", "passage_empty")
    if end - start > CLAIM_MAX_CHARACTERS:
        refuse(f"{CLAIM_MAX_CHARACTERS:,} characters at most.", "passage_too_long")
    same = Appearance.objects.in_sight().filter(article=place.article_id, start=start, end=end)
    taken = same.exclude(pk=place.pk).select_related("claim").first()
    if taken is not None:
        refuse(f"These very words are marked already, as “{taken.claim}”.", "passage_taken")
    return start, end


def refuse(message: str, code: str) -> None:
    raise ValidationError({"passage": ValidationError(message, code=code)})
