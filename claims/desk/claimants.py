"""Two claimants become one, and two again as long as nothing new hangs on the one.

What moves is written down row by row in a ClaimantMerge, so that taking it back is exact.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import events
from claims.desk.changing import check_permission
from claims.desk.errors import Refused
from claims.desk.rules import CLAIMANT_RULES
from claims.models import Attribution, Claim, Claimant, ClaimantAlias, ClaimantMerge

#: What hangs on a claimant, by relation.
HANGING = ("claims", "attributions", "aliases", "merged")
#: What `into` takes over where it has nothing.
FILLED = ("role", "wikidata_id")
#: Rows read at a time while Events of them are written.
CHUNK = 1_000


def claimant_merge(gone: Claimant, *, into: Claimant, by: Any) -> ClaimantMerge:
    """`gone` is `into`: claims, attributions and aliases move there, its name is an alias.

    Extraction finds `into` by that name from then on. Raises ValidationError (`same_claimant`),
    Refused (`claimant_merged`, `different_wikidata`) or PermissionDenied.
    """
    check_permission(CLAIMANT_RULES["merge"], by)
    with transaction.atomic():
        gone, into = both(gone, into)
        check_mergeable(gone, into)
        moved = {name: ids(hanging(gone, name)) for name in HANGING}
        had = {name: ids(hanging(into, name)) for name in HANGING}
        claims = hang(moved, of=gone, to=into)
        merge = ClaimantMerge.objects.create(
            gone=gone,
            into=into,
            by=by,
            moved=moved,
            had=had,
            filled=filled(gone, into),
            alias=alias_of(gone, into),
        )
        if merge.filled:
            Claimant.objects.filter(pk=into.pk).update(**merge.filled)
        Claimant.objects.filter(pk=gone.pk).update(merged_into=into)
        tell("merged", gone, into, claims, by=by)
    return merge


def claimant_restore(merge: ClaimantMerge, *, by: Any) -> Claimant:
    """Take a merge back, exactly. Returns the claimant that is one of its own again.

    Raises Refused: `restored` already, `something_new` hangs on the other, or `name_taken`.
    """
    check_permission(CLAIMANT_RULES["restore"], by)
    with transaction.atomic():
        gone, into = both(merge.gone, merge.into)
        merge = ClaimantMerge.objects.select_for_update().get(pk=merge.pk)
        check_restorable(merge, gone, into)
        claims = hang(merge.moved, of=into, to=gone)
        if merge.alias:
            merge.alias.delete()
        emptied = {n: "" for n, value in merge.filled.items() if getattr(into, n) == value}
        if emptied:
            Claimant.objects.filter(pk=into.pk).update(**emptied)
        Claimant.objects.filter(pk=gone.pk).update(merged_into=None)
        ClaimantMerge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
        tell("restored", gone, into, claims, by=by)
    gone.refresh_from_db()
    return gone


def claimants_mend() -> int:
    """Lead to the survivors what a worker still wrote for claimants that were merged meanwhile."""
    mended = 0
    for model in (Attribution, Claim):
        left: Any = model._default_manager.filter(claimant__merged_into__isnull=False)
        for row in left.select_related("claimant").only("pk", "claimant")[:CHUNK]:
            mended += left.filter(pk=row.pk).update(claimant=row.claimant.merged_into_id)
    return mended


# --- What the above share ---------------------------------------------------------------------


def both(gone: Claimant, into: Claimant) -> tuple[Claimant, Claimant]:
    """The two as they stand now, locked in one order, so that no worker adds to either."""
    rows = Claimant.objects.select_for_update().filter(pk__in=[gone.pk, into.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[gone.pk], found[into.pk]


def check_mergeable(gone: Claimant, into: Claimant) -> None:
    if gone == into:
        message = "A claimant is not merged into itself."
        raise ValidationError({"into": ValidationError(message, code="same_claimant")})
    for one in (gone, into):
        if one.merged_into_id:
            raise Refused("claimant_merged", f"“{one}” was merged into another claimant already.")
    if gone.wikidata_id and into.wikidata_id and gone.wikidata_id != into.wikidata_id:
        raise Refused(
            "different_wikidata",
            f"Wikidata tells them apart: “{gone}” is {gone.wikidata_id}, “{into}” is "
            f"{into.wikidata_id}. Correct the one that is wrong first.",
        )


def check_restorable(merge: ClaimantMerge, gone: Claimant, into: Claimant) -> None:
    if merge.undone_at:
        raise Refused("restored", f"“{gone}” is a claimant of its own already.")
    if into.merged_into_id:
        raise Refused(
            "something_new", f"“{into}” was merged into another claimant since; undo that first."
        )
    if Claimant.objects.filter(merged_into=None, name__iexact=gone.name).exists():
        raise Refused(
            "name_taken", f"Another claimant is called “{gone}” by now; merge or rename that first."
        )
    if new := something_new(merge, into):
        raise Refused(
            "something_new",
            f"This cannot be undone any more: {new} came to “{into}” after the merge, and nobody "
            f"knows which of the two it belongs to. Change the claimant of single claims instead.",
        )


def something_new(merge: ClaimantMerge, into: Claimant) -> str:
    """What hangs on `into` that did not at the merge, in words; empty when nothing does."""
    counted = []
    for name in HANGING:
        known = {*merge.moved[name], *merge.had[name]}
        if name == "aliases":
            known.add(merge.alias_id)
        elif name == "merged":
            known.add(merge.gone_id)
        if number := len(set(ids(hanging(into, name))) - known):
            counted.append(f"{number} {WORDS[name][number != 1]}")
    return " and ".join(counted)


WORDS = {
    "claims": ("claim", "claims"),
    "attributions": ("quotation in an article", "quotations in articles"),
    "aliases": ("alias", "aliases"),
    "merged": ("other claimant", "other claimants"),
}


def hanging(claimant: Claimant, name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = getattr(claimant, name).all()
    return rows


def ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def hang(moved: dict[str, list[int]], *, of: Claimant, to: Claimant) -> list[int]:
    """Let the rows hang on `to`, but for those that a person gave to somebody else meanwhile.

    Returns the ids of the claims.
    """
    claims = of.claims.filter(pk__in=moved["claims"])
    changed = ids(claims)
    claims.update(claimant=to, updated_at=timezone.now())
    of.attributions.filter(pk__in=moved["attributions"]).update(claimant=to)
    of.aliases.filter(pk__in=moved["aliases"]).update(claimant=to)
    of.merged.filter(pk__in=moved["merged"]).update(merged_into=to)
    return changed


def filled(gone: Claimant, into: Claimant) -> dict[str, str]:
    return {n: getattr(gone, n) for n in FILLED if getattr(gone, n) and not getattr(into, n)}


def alias_of(gone: Claimant, into: Claimant) -> ClaimantAlias | None:
    """The name of `gone` as an alias of `into`; None where it is somebody's alias already."""
    if ClaimantAlias.objects.filter(name__iexact=gone.name).exists():
        return None
    return ClaimantAlias.objects.create(claimant=into, name=gone.name)


def tell(verb: str, gone: Claimant, into: Claimant, claims: list[int], *, by: Any) -> None:
    """Events of both claimants and of each claim whose claimant is another one now."""
    events.record(f"claimant.{verb}", gone, actor=by, after={"into": into.name})
    other = {"merged": "received", "restored": "released"}[verb]
    events.record(f"claimant.{other}", into, actor=by, after={"claimant": gone.name})
    was, now = (gone, into) if verb == "merged" else (into, gone)
    events.Event.objects.bulk_create(
        (
            events.built(
                f"claim.claimant_{verb}",
                Claim(pk=pk),
                actor=by,
                before={"claimant": was.name},
                after={"claimant": now.name},
            )
            for pk in claims
        ),
        batch_size=CHUNK,
    )
