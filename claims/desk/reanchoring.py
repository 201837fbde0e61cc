"""The places of claims follow an article that its outlet has changed.

What stood in the former text and stands in the new one is moved there. What does not is kept, with
the revision that its offsets count on, and the desk is told: the outlet no longer says it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from articles import events
from articles.models import Article, ArticleRevision
from claims.desk.anchoring import Span, anchored
from claims.desk.authors import authors
from claims.desk.merging import claims_locked
from claims.desk.notifications import Kind, notify_all
from claims.models import Appearance, Attribution, Claim, Verdict


@dataclass
class Moves:
    """What became of the places of an article: `reworded` are those whose own words changed."""

    moved: list[Appearance] = field(default_factory=list)
    reworded: list[tuple[Appearance, str]] = field(default_factory=list)
    vanished: list[Appearance] = field(default_factory=list)
    back: list[Appearance] = field(default_factory=list)

    @property
    def all(self) -> list[Appearance]:
        return [*self.moved, *self.vanished, *self.back]


def appearances_reanchor(*, article: Article, former: ArticleRevision, **_: Any) -> None:
    """Receiver of `article_revised`, in its transaction: the article's row is locked."""
    places = list(article.appearances.select_related("claim", "revision").order_by("start", "end"))
    claims_locked(*{place.claim_id: place.claim for place in places}.values())
    moves = moves_of(places, article, former)
    written(moves, article, former)
    told(moves, article)


def moves_of(places: Iterable[Appearance], article: Article, former: ArticleRevision) -> Moves:
    """Set on each place, not saved, where it is now."""
    moves, taken = Moves(), set[Span]()
    # Those in sight first: what is back again must not take their words.
    for place in sorted(places, key=lambda place: place.revision_id is not None):
        text = place.revision.text if place.revision else former.text
        span = anchored(text, Span(place.start, place.end), article.text)
        if span is None or span in taken:
            if place.revision is None:
                place.revision = former
                moves.vanished.append(place)
            continue
        taken.add(span)
        found = found_span(place, text, article.text)
        (moves.moved if place.revision is None else moves.back).append(place)
        before, place.text = place.text, article.text[span.start : span.end]
        if place.revision is None and place.text.split() != before.split():
            moves.reworded.append((place, before))
        place.start, place.end, place.revision = span.start, span.end, None
        place.found_start, place.found_end = found or (None, None)
    return moves


def found_span(place: Appearance, before: str, after: str) -> Span | None:
    """Where extraction found a place that a person has moved; it goes by that one next time."""
    if place.found_start is None or place.found_end is None:
        return None
    return anchored(before, Span(place.found_start, place.found_end), after)


def written(moves: Moves, article: Article, former: ArticleRevision) -> None:
    """Save the places; attributions are found anew in the new text, but those of what vanished."""
    # Out of each other's way first: one may come to stand where another stood.
    ids = [place.pk for place in moves.all]
    article.appearances.in_sight().update(revision=former)
    Appearance.objects.bulk_update(
        moves.all, ["start", "end", "text", "revision", "found_start", "found_end"]
    )
    kept = {place.attribution_id for place in moves.vanished if place.attribution_id}
    current = Attribution.objects.filter(article=article, revision=None)
    current.filter(pk__in=kept).update(revision=former)
    current.exclude(pk__in=kept).delete()
    Claim.objects.filter(appearances__in=ids).update(
        version=F("version") + 1, updated_at=timezone.now()
    )


# --- Telling the desk -------------------------------------------------------------------------


def told(moves: Moves, article: Article) -> None:
    name = {"article": str(article.uid)}
    recorded = [
        events.built(
            "claim.place_vanished", place.claim, before={"passage": place.text}, after=name
        )
        for place in moves.vanished
    ]
    recorded += [
        events.built(
            "claim.place_reworded",
            place.claim,
            before={"passage": before},
            after={"passage": place.text, **name},
        )
        for place, before in moves.reworded
    ]
    recorded += [
        events.built("claim.place_back", place.claim, after={"passage": place.text, **name})
        for place in moves.back
    ]
    events.Event.objects.bulk_create(recorded)
    for place in moves.vanished:
        note = f"“{place.text}” is no longer in “{article}”, {article.outlet}."
        notify_all(Kind.VANISHED, to=concerned(place.claim), about=place.claim, by=None, note=note)


def concerned(claim: Claim) -> set[User]:
    """Who works on the claim, and who wrote what the desk says of it."""
    states = (*Verdict.OPEN, Verdict.State.PUBLISHED)
    writers = [author for v in claim.verdicts.filter(state__in=states) for author in authors(v)]
    return {person for person in (claim.assignee, *writers) if person is not None}
