"""The vectors of the wordings: the worker's, which has the model in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from claims.desk.wordings import Kind, wording_built, wording_key
from claims.matching import meaning
from claims.models import Claim, Wording

#: By text; None in a language without a model.
Vectors = Mapping[str, Any]

#: Embedded in one transaction; a job that is killed loses no more.
AT_ONCE = 64


def vectors_ahead(texts: Iterable[str], language: str) -> Vectors:
    """The vectors of those texts that no wording has yet, one of each key.

    Computed before the transaction that writes them, since others wait for that one's locks.
    """
    language = language.partition("-")[0]
    keys: dict[str, str] = {}
    for text in texts:
        keys.setdefault(wording_key(text, language), text)
    known = set(Wording.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [text for key, text in keys.items() if key not in known]
    return dict(zip(fresh, meaning.embedded(fresh, language), strict=True))


def wordings_of_new_claims(claims: Iterable[Claim], ahead: Vectors | None = None) -> list[Wording]:
    """Write and embed the first wording of each claim; the worker's way, a model is loaded."""
    rows = [wording_built(c.text, Kind.CLAIM, c.language, claim=c) for c in claims]
    give_vectors(rows, ahead or {})
    return Wording.objects.bulk_create(rows)


def wordings_embed() -> int:
    """Embed up to AT_ONCE wordings that have no vector of the current model; returns how many.

    Safe to run twice, side by side and after a kill: what is done is done.
    """
    with transaction.atomic():
        due = wordings_due().select_for_update(skip_locked=True).order_by("pk")
        rows = list(due[:AT_ONCE])
        give_vectors(rows, {})
        Wording.objects.bulk_update(rows, ["vector", "embedder"])
    return len(rows)


def wordings_due() -> QuerySet[Wording]:
    """Wordings in a language with a model, whose vector is missing or another model's."""
    due = Q(pk__in=[])
    for language in settings.MATCHING_LANGUAGES:
        current = meaning.embedder(language)
        # Less or greater, not unequal: an index has the few that are due among a million.
        due |= Q(language=language) & (Q(embedder__lt=current) | Q(embedder__gt=current))
    return Wording.objects.filter(due)


def give_vectors(rows: Sequence[Wording], ahead: Vectors) -> None:
    """Set the vectors of rows, not saved; those of some texts were computed ahead."""
    for language in {row.language for row in rows}:
        alike = [row for row in rows if row.language == language]
        left = [row.text for row in alike if row.text not in ahead]
        vectors = {**ahead, **dict(zip(left, meaning.embedded(left, language), strict=True))}
        for row in alike:
            row.vector, row.embedder = vectors[row.text], meaning.embedder(language)
