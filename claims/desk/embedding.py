"""The vectors of the wordings: the worker's, which has the model in memory."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from claims.desk.wordings import Kind, wording_built
from claims.matching import meaning
from claims.models import Claim, Wording

#: Embedded in one transaction; a job that is killed loses no more.
AT_ONCE = 64


def wordings_of_new_claims(claims: Iterable[Claim]) -> list[Wording]:
    """Write and embed the first wording of each claim; the worker's way, a model is loaded."""
    rows = [wording_built(c.text, Kind.CLAIM, c.language, claim=c) for c in claims]
    give_vectors(rows)
    return Wording.objects.bulk_create(rows)


def wordings_embed() -> int:
    """Embed up to AT_ONCE wordings that have no vector of the current model; returns how many.

    Safe to run twice, side by side and after a kill: what is done is done.
    """
    with transaction.atomic():
        due = wordings_due().select_for_update(skip_locked=True).order_by("pk")
        rows = list(due[:AT_ONCE])
        give_vectors(rows)
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


def give_vectors(rows: Sequence[Wording]) -> None:
    """Set the vectors of rows, not saved."""
    for language in {row.language for row in rows}:
        alike = [row for row in rows if row.language == language]
        vectors = meaning.embedded([row.text for row in alike], language)
        for row, vector in zip(alike, vectors, strict=True):
            row.vector, row.embedder = vector, meaning.embedder(language)
