"""Some places of a claim turn out to be another claim."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce

from articles import events
from claims.desk.changing import change, check_permission, locked
from claims.desk.claims import CLAIM_MAX_CHARACTERS, one_line
from claims.desk.deciding import decide
from claims.desk.merging import claims_locked
from claims.desk.rules import CLAIM_RULES
from claims.desk.scoring import claims_score
from claims.desk.wordings import claim_wordings_write, wording_key
from claims.models import Appearance, Claim, ClaimStatus, Match, Wording
from claims.models.claims import slug_of

Status = Claim.Status


def claim_split(
    claim: Claim,
    *,
    appearances: Iterable[Appearance],
    text: str = "",
    by: Any,
    version: int | None = None,
) -> Claim:
    """`appearances`, some of those of `claim`, are another claim, which is returned.

    When all of them came with one claim that was merged into this one, that claim is revived:
    its address and id are its own again. Else a new claim is made. `text` words it; left out, a
    revived one has its words of before, a new one those of its first appearance. The pair is
    rejected as a match, and the verdicts of `claim` stay where they are. Raises ValidationError
    for `appearances` or `text`.
    """
    ids = [appearance.pk for appearance in appearances]
    text = worded(text) if text.strip() else ""
    with transaction.atomic():
        check_permission(CLAIM_RULES["split"], by)
        rows = claims_locked(claim, *Claim.objects.filter(moved__in=ids).distinct())
        locked(claim, CLAIM_RULES["split"], by=by, version=version)
        places = places_checked(claim, ids)
        origin = origin_of(claim, places, rows)
        apart = revived(origin, claim, text, by) if origin else claim_made(claim, places, text, by)
        places_move(places, claim, apart)
        change(
            claim,
            CLAIM_RULES["split"],
            "claim.split",
            by=by,
            version=None,
            note=apart.text,
            made_on=first_made(claim.appearances.all()),
        )
        wordings_return(claim, apart, places)
        set_apart(claim, apart, by)
    apart.refresh_from_db()
    return apart


def places_checked(claim: Claim, ids: Collection[int]) -> list[Appearance]:
    """The appearances with these ids, the first one found first; some of those of `claim`."""
    places = list(
        claim.appearances.filter(pk__in=ids)
        .select_related("found_as", "attribution__claimant")
        .order_by("id")
    )
    if not places:
        refuse("Choose the places that are another claim.", "appearances_required")
    if len(places) < len(set(ids)):
        refuse(
            "Some of these places are not, or no longer, of this claim.", "appearances_elsewhere"
        )
    if len(places) == claim.appearances.count():
        refuse("Leave it one place at least, or edit its wording instead.", "appearances_all")
    return places


def origin_of(claim: Claim, places: list[Appearance], rows: dict[int, Claim]) -> Claim | None:
    """The claim that all these places came with when it was merged into `claim`."""
    found = {place.found_as_id or 0 for place in places}
    origin = rows.get(found.pop()) if len(found) == 1 else None
    return origin if origin and origin.merged_into_id == claim.pk else None


def revived(origin: Claim, claim: Claim, text: str, by: Any) -> Claim:
    """`origin` as it was before it was merged; its draft, if that went along, stays away."""
    change(
        origin,
        CLAIM_RULES["revive"],
        "claim.revived",
        by=by,
        version=None,
        note=claim.text,
        status=status_before(origin),
        merged_into=None,
        **({"text": text, "edited": True} if text else {}),
    )
    Claim.objects.filter(pk=origin.pk).update(matched_at=None)
    return origin


def status_before(origin: Claim) -> ClaimStatus:
    if origin.verdicts.open().exists() and not origin.dismissal:
        return Status.IN_PROGRESS
    if origin.dismissal:
        return Status.DISMISSED
    merged = events.Event.objects.about(origin).filter(kind="claim.merged").first()
    was_new = merged is not None and merged.before.get("status") == Status.NEW
    return Status.NEW if was_new else Status.TRIAGED


def claim_made(claim: Claim, places: list[Appearance], text: str, by: Any) -> Claim:
    speakers = [place.attribution.claimant for place in places if place.attribution]
    apart = Claim(
        text=text or worded(places[0].text),
        claimant=next(filter(None, speakers), None),
        language=claim.language,
        topics=claim.topics,
        edited=bool(text),
    )
    apart.slug = slug_of(apart.text, apart.uid)
    apart.save()
    events.record("claim.split_off", apart, actor=by, after={"text": apart.text}, note=claim.text)
    return apart


def places_move(places: list[Appearance], claim: Claim, apart: Claim) -> None:
    moved = Appearance.objects.filter(pk__in=[place.pk for place in places])
    moved.filter(found_as=None).update(found_as=claim)
    moved.update(claim=apart)
    moved.filter(found_as=apart).update(found_as=None)
    if apart.made_on is None:
        Claim.objects.filter(pk=apart.pk).update(made_on=first_made(moved))
    claims_score([claim.pk, apart.pk])


def first_made(places: QuerySet[Appearance]) -> date | None:
    """The day of the earliest of the places' articles, as `Article.made_on` counts it."""
    said = Coalesce("article__published_at", "article__received_at")
    first = places.aggregate(first=Min(said))["first"]
    return first.date() if first else None


def wordings_return(claim: Claim, apart: Claim, places: list[Appearance]) -> None:
    """The words of what was split off no longer lead to `claim`, unless they are its own."""
    texts = {apart.text, *(place.text for place in places)}
    language = apart.language.partition("-")[0]
    theirs = {wording_key(text, language) for text in texts}
    words = Wording.objects.filter(claim=claim, kind=Wording.Kind.EARLIER, key__in=theirs)
    words.update(claim=apart)
    claim_wordings_write(apart)


def set_apart(claim: Claim, apart: Claim, by: Any) -> None:
    """The machine shall not put together again what a person has taken apart."""
    older, newer = sorted((claim, apart), key=lambda row: row.pk)
    match, _new = Match.objects.get_or_create(claim=older, other=newer, defaults={"score": 0})
    decide(match, Match.State.REJECTED, by=by)


def worded(text: str) -> str:
    return one_line("text", text, ask="A claim needs words.", most=CLAIM_MAX_CHARACTERS)


def refuse(message: str, code: str) -> NoReturn:
    raise ValidationError({"appearances": ValidationError(message, code=code)})
