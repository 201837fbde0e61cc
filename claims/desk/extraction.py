"""What the worker does with an article: extract, and write what was found.

The extractor itself is plain Python in `claims/extraction/`; here its results become rows.
"""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Least
from django.utils import timezone

from articles import events, services
from articles.copies import article_compare
from articles.intake.language import detected
from articles.models import Article
from claims import extraction
from claims.desk.copying import places_carry
from claims.desk.embedding import wordings_of_new_claims
from claims.desk.matching import Known
from claims.desk.scoring import claims_made, claims_score
from claims.desk.searching import words_learn
from claims.models import (
    Appearance,
    Attribution,
    Claim,
    Claimant,
    ClaimantAlias,
    ClaimantKind,
)
from claims.models.claims import slug_of

log = logging.getLogger(__name__)

WAITING = (Article.State.PENDING, Article.State.EXTRACTING)
#: Two spans that share more than this of the shorter are the same place.
SAME_PLACE = 0.5


@cache
def extractor() -> extraction.Extractor:
    """The worker's extractor; its pipelines load once per process."""
    return extraction.Extractor(settings.SPACY_MODELS)


def load_pipelines() -> None:
    """Load what reads texts now rather than when the first article waits for it."""
    extractor().load()


def article_extract(article: Article) -> list[Claim]:
    """Find the claims of an article that `article_take` leased to this worker, and write them.

    Returns those that nobody made before. Safe to run twice: the lease lets one worker write, and
    what is known is refreshed. Whatever the extractor raises is the caller's to tell apart: see
    `claims.tasks`.
    """
    language = language_of(article)
    original = article_compare(article)
    if original and original.state in WAITING:
        services.article_wait(article)
        return []
    if not extractor().supports(language):
        services.article_finish(article, Article.State.UNSUPPORTED, language=language)
        return []
    done = original is not None and original.state == Article.State.EXTRACTED
    if original and done and original.text == article.text:
        return document_write(article, extraction.Document(language, (), ()), language, original)
    document = extractor().extract(article.text, language=language, title=article.title)
    return document_write(article, document, language, original)


def language_of(article: Article) -> str:
    """The language given, the outlet's or the detected one; “en-gb” is read as “en”."""
    language = article.language or article.outlet.language or detected(article.text)
    return language if extractor().supports(language) else language.partition("-")[0]


def document_write(
    article: Article,
    document: extraction.Document,
    language: str,
    original: Article | None = None,
) -> list[Claim]:
    """Write what was found, and end the lease, in one transaction; nothing if the lease is lost.

    What was found in `original` is found in this copy of it. Returns the new claims.
    """
    with transaction.atomic():
        if not services.article_finish(
            article,
            Article.State.EXTRACTED,
            language=language,
            last_error="",
            extracted_at=timezone.now(),
            extractor=extraction.VERSION,
        ):
            log.warning("article %s: the lease was lost, nothing written", article.pk)
            return []
        if original:
            claims_joined(article, places_carry(original, article), "a copy")
        claimants = claimants_named(document)
        attributions = attributions_write(article, document, claimants)
        found = [claim for claim in document.claims if claim.score >= settings.MIN_SCORE]
        created = appearances_write(article, found, attributions, claimants, language)
        if created or article.extracted_at is None:
            events.record("article.extracted", article, after={"claims": len(created)})
    return created


def claimants_named(document: extraction.Document) -> dict[str, Claimant]:
    """The claimant of each name in `document`, known by name or alias or made now."""
    kinds = {a.claimant: a.claimant_kind for a in document.attributions if a.claimant}
    # In one order everywhere: two workers that make the same people wait, and do not deadlock.
    return {name: claimant_named(stored_name(name), kinds[name]) for name in sorted(kinds)}


def stored_name(name: str) -> str:
    """`name` as claimants are called: one kind of apostrophe, no longer than its column."""
    return name.replace("’", "'")[:200]


def claimant_named(name: str, kind: str | None) -> Claimant:
    alias = ClaimantAlias.objects.select_related("claimant").filter(name__iexact=name).first()
    if alias:
        return alias.claimant
    claimant, _created = Claimant.objects.get_or_create(
        name__iexact=name,
        merged_into=None,
        defaults={"name": name, "kind": kind or ClaimantKind.PERSON},
    )
    return claimant


def attributions_write(
    article: Article, document: extraction.Document, claimants: dict[str, Claimant]
) -> list[Attribution]:
    """The rows of `document.attributions`, in their order, inserted or refreshed."""
    rows = {}
    for found in document.attributions:
        row = Attribution(
            article=article,
            kind=found.kind,
            source_start=found.source.start if found.source else None,
            source_end=found.source.end if found.source else None,
            cue_start=found.cue.start if found.cue else None,
            cue_end=found.cue.end if found.cue else None,
            start=found.content[0].start,
            end=found.content[-1].end,
            content=[[span.start, span.end] for span in found.content],
            claimant=claimants.get(found.claimant or ""),
        )
        rows[row.start, row.end] = row
    Attribution.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["article", "revision", "start", "end"],
        update_fields=[
            "kind",
            "source_start",
            "source_end",
            "cue_start",
            "cue_end",
            "content",
            "claimant",
        ],
    )
    return [rows[found.content[0].start, found.content[-1].end] for found in document.attributions]


def appearances_write(
    article: Article,
    found: Sequence[extraction.ExtractedClaim],
    attributions: list[Attribution],
    claimants: dict[str, Claimant],
    language: str,
) -> list[Claim]:
    """Appearances of new and of known claims; known places are refreshed. The new claims."""
    places = list(article.appearances.in_sight())
    again: list[Appearance] = []
    fresh: list[tuple[Claim, Appearance]] = []
    texts = [item.standalone for item in found if place_known(places, item) is None]
    known = Known(texts, language.partition("-")[0])
    claims: list[Claim] = []
    for item in found:
        attribution = attributions[item.attribution] if item.attribution is not None else None
        place = place_known(places, item)
        if place:
            again.append(refreshed(place, item, attribution))
            continue
        new = claim_built(article, item, claimants.get(item.claimant or ""), language)
        claim = known.claim(new)
        if claim is None:
            claims.append(new)
            known.add(new)
        fresh.append((claim or new, appearance_built(article, claim or new, item, attribution)))
    places_refresh(again)
    claims_made(article, claims)
    Claim.objects.bulk_create(claims)
    transaction.on_commit(lambda: words_learn([claim.pk for claim in claims]), robust=True)
    wordings_of_new_claims(claims)
    Appearance.objects.bulk_create(place for _claim, place in fresh)
    joined = [place for claim, place in fresh if claim not in claims]
    claims_joined(article, joined, "the same sentence")
    events.Event.objects.bulk_create(
        events.built(
            "claim.found",
            claim,
            after={"text": claim.text, "article": str(article.uid)},
        )
        for claim in claims
    )
    return claims


def place_known(known: Sequence[Appearance], item: extraction.ExtractedClaim) -> Appearance | None:
    """Of the known places, the one where `item` stands, and of several the one most like it."""
    return max(
        (place for place in known if same_place(place, item)),
        key=lambda place: (shared(place, item), -(place.end - place.start)),
        default=None,
    )


def same_place(place: Appearance, item: extraction.ExtractedClaim) -> bool:
    return any(
        overlap(span, item) > SAME_PLACE * min(span[1] - span[0], item.end - item.start)
        for span in spans(place)
    )


def shared(place: Appearance, item: extraction.ExtractedClaim) -> int:
    """How many characters are in both; negative for places apart."""
    return max(overlap(span, item) for span in spans(place))


def overlap(span: tuple[int, int], item: extraction.ExtractedClaim) -> int:
    return min(span[1], item.end) - max(span[0], item.start)


def spans(place: Appearance) -> list[tuple[int, int]]:
    """Where the place is, and where it was found if a person has moved it since."""
    here = [(place.start, place.end)]
    if place.found_start is not None and place.found_end is not None:
        here.append((place.found_start, place.found_end))
    return here


def refreshed(
    place: Appearance, item: extraction.ExtractedClaim, attribution: Attribution | None
) -> Appearance:
    """`place` as the extraction sees it now, not saved."""
    place.attribution = attribution
    place.check_worthiness = item.score
    place.reasons = reasons_of(item)
    return place


def places_refresh(places: list[Appearance]) -> None:
    """Save refreshed places, and give their claims the score of the best."""
    Appearance.objects.bulk_update(places, ["attribution", "check_worthiness", "reasons"])
    claims_score([place.claim_id for place in places])


def claims_joined(article: Article, places: Sequence[Appearance], by: str) -> None:
    """Known claims were made again: they say so, by what, and since when they are made.

    Their version stays, as nobody who is editing them meanwhile would lose anything.
    """
    joined = {place.claim_id: place for place in places}
    # PostgreSQL's least() passes over what is not known.
    made = Least("made_on", Value(article.made_on, output_field=DateField()))
    now = timezone.now()
    Claim.objects.filter(pk__in=joined).update(made_on=made, updated_at=now, news_at=now)
    claims_score(list(joined))
    events.Event.objects.bulk_create(
        events.built(
            "claim.appeared",
            place.claim,
            after={"text": place.text, "article": str(article.uid), "by": by},
        )
        for place in joined.values()
    )


def claim_built(
    article: Article,
    item: extraction.ExtractedClaim,
    claimant: Claimant | None,
    language: str,
) -> Claim:
    claim = Claim(
        text=item.standalone,
        claimant=claimant,
        made_on=article.made_on,
        language=language,
        check_worthiness=item.score,
        reasons=reasons_of(item),
    )
    claim.slug = slug_of(claim.text, claim.uid)
    return claim


def appearance_built(
    article: Article,
    claim: Claim,
    item: extraction.ExtractedClaim,
    attribution: Attribution | None,
) -> Appearance:
    return Appearance(
        claim=claim,
        article=article,
        start=item.start,
        end=item.end,
        text=item.text,
        attribution=attribution,
        check_worthiness=item.score,
        reasons=reasons_of(item),
    )


def reasons_of(item: extraction.ExtractedClaim) -> list[list[Any]]:
    return [[name, round(weight, 3)] for name, weight in item.reasons]
