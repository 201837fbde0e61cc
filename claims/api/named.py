"""The rows that a request names: people, claimants, ratings, claims."""

import uuid
from collections.abc import Collection
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from articles.api.filters import uuid_in
from articles.intake.text import check_characters
from claims.models import Appearance, Claim, Claimant, Rating, Verdict


def claimants_called(value: str) -> QuerySet[Claimant]:
    """The claimant with this id, name or alias; a merged one's lead to the one it became."""
    if uid := uuid_in(value):
        return Claimant.objects.filter(Q(uid=uid) | Q(merged__uid=uid))
    return Claimant.objects.filter(Q(name__iexact=value) | Q(aliases__name__iexact=value))


def claimant_named(value: str | None) -> Claimant | None:
    if not value:
        return None
    known("claimant", value)
    claimant = claimants_called(value).filter(merged_into=None).first()
    return claimant or unknown("claimant", f"No claimant is called “{value}”.")


def user_named(value: str | None) -> Any:
    if not value:
        return None
    known("to", value)
    user = get_user_model().objects.filter(username=value, is_active=True).first()
    return user or unknown("to", f"Nobody here has the username “{value}”.", "unknown_user")


def claim_named(uid: uuid.UUID, field: str = "into") -> Claim:
    return Claim.objects.filter(uid=uid).first() or unknown(
        field, f"There is no claim {uid}.", "unknown_claim"
    )


def appearances_named(uids: Collection[uuid.UUID], claim: Claim) -> list[Appearance]:
    found = list(claim.appearances.filter(uid__in=uids))
    if missing := set(uids) - {place.uid for place in found}:
        unknown("appearances", f"The claim has no appearance {missing.pop()}.")
    return found


def rating_named(slug: str | None, verdict: Verdict) -> Rating | None:
    """A rating of the desk's scale, or of the scale that the verdict uses already."""
    if not slug:
        return None
    known("rating", slug)
    scale = Q(scale__default=True)
    if verdict.rating:
        scale |= Q(scale=verdict.rating.scale_id)
    rating = Rating.objects.filter(scale, slug=slug).order_by("scale__default").first()
    return rating or unknown("rating", f"The desk's scale has no rating “{slug}”.")


def known(field: str, value: str) -> None:
    """Raise ValidationError for characters that no name holds and no query takes."""
    try:
        check_characters(value)
    except ValidationError as error:
        raise ValidationError({field: error}) from error


def unknown(field: str, message: str, code: str = "") -> NoReturn:
    raise ValidationError({field: ValidationError(message, code=code or f"unknown_{field}")})
