"""What was found in an article is found in its copies: the same claims, each in one place more."""

from collections.abc import Iterable, Sequence

from articles.models import Article
from claims.desk.anchoring import Span, anchored
from claims.models import Appearance, Attribution

SPANS = ("source_start", "source_end", "cue_start", "cue_end", "start", "end", "content")


def places_carry(original: Article, copy: Article) -> list[Appearance]:
    """Give `copy` the places of `original` that stand in it; returns the new ones.

    Call it in the transaction that ends the lease on `copy`. Who said it comes along where both
    texts are the same to the letter; else extraction finds that.
    """
    taken = {(place.start, place.end) for place in copy.appearances.in_sight()}
    same = original.text == copy.text
    attributions = attributions_carry(original, copy) if same else {}
    found = original.appearances.in_sight().select_related("claim", "attribution")
    rows = []
    for place, span in anchored_in(copy, original, found):
        if span not in taken:
            taken.add(span)
            rows.append(place_built(place, copy, span, attributions))
    return Appearance.objects.bulk_create(rows)


def anchored_in(
    copy: Article, original: Article, places: Iterable[Appearance]
) -> Iterable[tuple[Appearance, Span]]:
    for place in places:
        span = Span(place.start, place.end)
        at = span if original.text == copy.text else anchored(original.text, span, copy.text)
        if at is not None:
            yield place, at


def place_built(
    place: Appearance, copy: Article, span: Span, attributions: dict[int, Attribution]
) -> Appearance:
    return Appearance(
        claim=place.claim,
        article=copy,
        start=span.start,
        end=span.end,
        text=copy.text[span.start : span.end],
        attribution=attributions.get(place.attribution_id or 0),
        check_worthiness=place.check_worthiness,
        reasons=place.reasons,
    )


def attributions_carry(original: Article, copy: Article) -> dict[int, Attribution]:
    """The attributions of the same text, in `copy`, by the id of the one they are copied from."""
    theirs = list(original.attributions.filter(revision=None).order_by("pk"))
    ours: Sequence[Attribution] = Attribution.objects.bulk_create(
        [attribution_built(row, copy) for row in theirs],
        update_conflicts=True,
        unique_fields=["article", "revision", "start", "end"],
        update_fields=["kind", "claimant", *SPANS[:4], "content"],
    )
    return {theirs_.pk: ours_ for theirs_, ours_ in zip(theirs, ours, strict=True)}


def attribution_built(row: Attribution, copy: Article) -> Attribution:
    spans = {name: getattr(row, name) for name in SPANS}
    return Attribution(article=copy, kind=row.kind, claimant_id=row.claimant_id, **spans)
