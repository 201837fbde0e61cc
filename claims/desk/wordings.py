"""The texts under which claims and other desks' verdicts are recognised, kept in step with them.

Words and key are written with the claim, in its transaction. A vector costs a model, which is the
worker's: see `claims.desk.embedding`.
"""

from collections.abc import Sequence
from hashlib import blake2b

from django.db import transaction

from claims.matching.same import key
from claims.matching.wording import wording
from claims.matching.words import words
from claims.models import Claim, ExternalVerdict, Wording

Kind = Wording.Kind


def wording_key(text: str, language: str) -> str:
    """Digest of the words that the same sentence has however it is spelled, 32 hexadecimal digits.

    Coarser than `joins`: texts that join have the same key, and not the other way round.
    """
    same = key(text)
    if language == "en":
        same = " ".join(wording(same).words) or same
    return blake2b(same.encode(), digest_size=16).hexdigest()


def wording_built(text: str, kind: str, language: str, **owner: Claim | ExternalVerdict) -> Wording:
    """A wording of `claim` or `external`, not saved, and not embedded yet."""
    # A claim in en-gb is compared with one in en.
    language = language.partition("-")[0]
    return Wording(
        **owner,
        kind=kind,
        text=text,
        language=language,
        key=wording_key(text, language),
        words=list(words(text, language)),
    )


def claim_wordings_write(claim: Claim) -> None:
    """Bring a claim's wordings in step with its text and its published verdict, and its title.

    An earlier text goes on being recognised; a title that is not before the public does not.
    """
    title = claim.verdicts.filter(state="published").values_list("title", flat=True).first()
    language = claim.language.partition("-")[0]
    wanted = {wording_key(claim.text, language): (claim.text, Kind.CLAIM)}
    if title:
        wanted.setdefault(wording_key(title, language), (title, Kind.TITLE))
    with transaction.atomic():
        known = {row.key: row for row in claim.wordings.select_for_update()}
        for row in known.values():
            if row.key not in wanted and row.kind == Kind.CLAIM:
                Wording.objects.filter(pk=row.pk).update(kind=Kind.EARLIER)
            elif row.key not in wanted and row.kind == Kind.TITLE:
                row.delete()
        for found, (text, kind) in wanted.items():
            if found not in known:
                wording_built(text, kind, language, claim=claim).save()
            elif known[found].kind != kind:
                Wording.objects.filter(pk=known[found].pk).update(kind=kind)
        wordings_published(claim)


def wordings_published(claim: Claim) -> None:
    """What the public asks finds a claim by its wordings while its verdict is published."""
    published = claim.verdicts.filter(state="published").exists()
    claim.wordings.exclude(published=published).update(published=published)


def wordings_of_externals_write(externals: Sequence[ExternalVerdict]) -> None:
    """Write the wordings of other desks' verdicts anew: the claim reviewed, and the title."""
    rows: list[Wording] = []
    for external in externals:
        texts = {external.claim_reviewed: Kind.CLAIM, external.title: Kind.TITLE}
        built = [
            wording_built(text, kind, external.language, external=external)
            for text, kind in texts.items()
            if text
        ]
        rows += {row.key: row for row in reversed(built)}.values()
    with transaction.atomic():
        Wording.objects.filter(external__in=externals).delete()
        Wording.objects.bulk_create(rows)
