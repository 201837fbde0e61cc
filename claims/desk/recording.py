"""What extraction found in articles becomes rows: attributions, claims and their appearances."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Least
from django.utils import timezone

from articles import events, services
from articles.models import Article
from claims import extraction
from claims.desk.copying import places_carry
from claims.desk.embedding import Vectors, vectors_ahead, wordings_of_new_claims
from claims.desk.matching import Known
from claims.desk.naming import claimants_of, stored_name
from claims.desk.scoring import claims_made, claims_score
from claims.desk.searching import words_learn
from claims.models import Appearance, Attribution, Claim, Claimant
from claims.models.claims import slug_of

log = logging.getLogger(__name__)

#: Two spans that share more than this of the shorter are the same place.
SAME_PLACE = 0.5

Named = dict[str, Claimant]


@dataclass
class Find:
    """What was found in an article. What was found in its original is found in this copy of it."""

    article: Article
    original: Article | None = None
    document: extraction.Document = field(default_factory=lambda: extraction.Document("", (), ()))
    attributions: list[Attribution] = field(default_factory=list)

    @property
    def copied(self) -> Article | None:
        """The original, when what was found in it is known."""
        original = self.original
        return original if original and original.state == Article.State.EXTRACTED else None

    @property
    def known(self) -> bool:
        """Whether the original is known and the same to the letter: there is nothing to read."""
        return self.copied is not None and self.copied.text == self.article.text

    @property
    def claims(self) -> list[extraction.ExtractedClaim]:
        return [claim for claim in self.document.claims if claim.score >= settings.MIN_SCORE]


def finds_write(finds: Sequence[Find], language: str) -> list[Claim]:
    """Write what was found, and end the leases, in one transaction; nothing for a lost lease.

    Returns the new claims.
    """
    texts = [claim.standalone for find in finds for claim in find.claims]
    vectors = vectors_ahead(texts, language)
    with transaction.atomic():
        held = services.articles_finish(
            [find.article for find in finds],
            Article.State.EXTRACTED,
            language=language,
            last_error="",
            extracted_at=timezone.now(),
            extractor=extraction.VERSION,
        )
        for find in finds:
            if find.article not in held:
                log.warning("article %s: the lease was lost, nothing written", find.article.pk)
        finds = [find for find in finds if find.article in held]
        claimants = claimants_named(finds)
        attributions_write(finds, claimants)
        made = Writing(claimants, language, vectors).written(finds)
        news = [
            events.built("article.extracted", find.article, after={"claims": len(claims)})
            for find, claims in zip(finds, made, strict=True)
            if claims or find.article.extracted_at is None
        ]
        events.Event.objects.bulk_create(news)
    return [claim for claims in made for claim in claims]


def claimants_named(finds: Iterable[Find]) -> Named:
    """The claimant of each name in the documents, known by name or alias or made now."""
    kinds = {
        found.claimant: found.claimant_kind
        for find in finds
        for found in find.document.attributions
        if found.claimant
    }
    known = claimants_of({stored_name(name): kind for name, kind in kinds.items()})
    return {name: known[stored_name(name)] for name in kinds}


def attributions_write(finds: Iterable[Find], claimants: Named) -> None:
    """The rows of each document's attributions, in their order, inserted or refreshed."""
    rows: dict[tuple[int, int, int], Attribution] = {}
    for find in finds:
        for found in find.document.attributions:
            row = attribution_built(find.article, found, claimants)
            rows[find.article.pk, row.start, row.end] = row
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
    for find in finds:
        find.attributions = [
            rows[find.article.pk, found.content[0].start, found.content[-1].end]
            for found in find.document.attributions
        ]


def attribution_built(
    article: Article, found: extraction.Attribution, claimants: Named
) -> Attribution:
    return Attribution(
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


# --- Appearances of new and of known claims ---------------------------------------------------


class Writing:
    """One transaction's appearances: those at known places are refreshed, others are added."""

    def __init__(self, claimants: Named, language: str, vectors: Vectors) -> None:
        self.claimants, self.language, self.vectors = claimants, language, vectors
        #: By the id of a new claim, the article that it was first found in.
        self.claims: dict[Any, tuple[Claim, Article]] = {}
        self.fresh: list[Appearance] = []
        self.again: list[Appearance] = []

    def written(self, finds: Sequence[Find]) -> list[list[Claim]]:
        """The new claims of each find."""
        copied = [find.copied.pk for find in finds if find.copied]
        # Everybody's locks in one order: of words, then of claims.
        self.known = Known(
            (item.standalone for find in finds for item in find.claims),
            self.language.partition("-")[0],
            beside=Appearance.objects.filter(article__in=copied).values_list("claim", flat=True),
        )
        for find in finds:
            if find.copied:
                claims_joined(places_carry(find.copied, find.article), "a copy")
        places: dict[int, list[Appearance]] = defaultdict(list)
        for place in Appearance.objects.in_sight().filter(
            article__in=[find.article.pk for find in finds]
        ):
            places[place.article_id].append(place)
        for find in finds:
            for item in find.claims:
                self.take(find, item, places[find.article.pk])
        self.save()
        return [
            [claim for claim, first in self.claims.values() if first is find.article]
            for find in finds
        ]

    def take(
        self, find: Find, item: extraction.ExtractedClaim, places: Sequence[Appearance]
    ) -> None:
        index = item.attribution
        attribution = find.attributions[index] if index is not None else None
        if place := place_known(places, item):
            self.again.append(refreshed(place, item, attribution))
            return
        new = claim_built(
            find.article, item, self.claimants.get(item.claimant or ""), self.language
        )
        claim = self.known.claim(new)
        if claim is None:
            claim = new
            claims_made(find.article, [claim])
            self.known.add(claim)
            self.claims[claim.uid] = claim, find.article
        self.fresh.append(appearance_built(find.article, claim, item, attribution))

    def save(self) -> None:
        Appearance.objects.bulk_update(self.again, ["attribution", "check_worthiness", "reasons"])
        claims_score([place.claim_id for place in self.again])
        claims = [claim for claim, _first in self.claims.values()]
        Claim.objects.bulk_create(claims)
        transaction.on_commit(partial(words_learn, [claim.pk for claim in claims]), robust=True)
        wordings_of_new_claims(claims, self.vectors)
        Appearance.objects.bulk_create(self.fresh)
        events.Event.objects.bulk_create(
            events.built(
                "claim.found", claim, after={"text": claim.text, "article": str(first.uid)}
            )
            for claim, first in self.claims.values()
        )
        claims_joined([place for place in self.fresh if self.joins(place)], "the same sentence")

    def joins(self, place: Appearance) -> bool:
        """Whether the claim was known before this article."""
        _claim, first = self.claims.get(place.claim.uid, (None, None))
        return first is not place.article


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


def claims_joined(places: Sequence[Appearance], by: str) -> None:
    """Known claims were made again: they say so, by what, and since when they are made.

    Their version stays, as nobody who is editing them meanwhile would lose anything.
    """
    if not places:
        return
    joined = {(place.claim_id, place.article_id): place for place in places}
    since: dict[int, Any] = {}
    for place in joined.values():
        made = place.article.made_on
        since[place.claim_id] = min(made, since.get(place.claim_id, made))
    now = timezone.now()
    for day in sorted({*since.values()}):
        # PostgreSQL's least() passes over what is not known.
        made = Least("made_on", Value(day, output_field=DateField()))
        ids = [claim for claim, its in since.items() if its == day]
        Claim.objects.filter(pk__in=ids).update(made_on=made, updated_at=now, news_at=now)
    claims_score(list(since))
    events.Event.objects.bulk_create(
        events.built(
            "claim.appeared",
            place.claim,
            after={"text": place.text, "article": str(place.article.uid), "by": by},
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
