"""The one builder of ClaimReview: page, DataFeed and API all answer with what it returns.

Each rule names where it comes from:

* [G] Google, "Fact Check (ClaimReview) structured data"
* [S] the schema.org types ClaimReview, Claim, Rating and CreativeWork
* [M] a mistake seen in other trackers, listed in the field notes of this project
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from articles.models import Article
from claims.models import Claim, Claimant, ClaimantKind, Rating, Verdict

#: Characters that could end the script element or start another; JSON reads the escapes alike.
UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def claim_review(verdict: Verdict) -> dict[str, Any]:
    """The schema.org ClaimReview of a verdict read with `Verdict.objects.for_reading()`.

    What is not known is left out: the answer holds no None and no empty text.

    * `@id` and `url` are the page's, and stay through corrections [S].
    * `claimReviewed` is the claim in its own words and never the rating [G]. Google advises fewer
      than 75 characters, for display; a claim cut short can say something else, so none is cut.
    * `sdLicense` is the licence of this markup, and of the feed and the dump [S].
    * `datePublished` is the first publication; `dateModified` moves with a correction [M];
      `expires` is the day from which the desk no longer stands by it [S].
    * `correction` holds every correction that led to it, newest first, with its outcome [S].
    """
    page = page_url(verdict.claim)
    return {"@context": "https://schema.org"} | known(
        {
            "@type": "ClaimReview",
            "@id": page,
            "url": page,
            "name": verdict.title,
            "claimReviewed": " ".join(verdict.claim.text.split()),
            "reviewRating": rating_of(verdict.rating) if verdict.rating else None,
            "reviewBody": verdict.explanation,
            "author": publisher(),
            "datePublished": moment(verdict.published_at),
            "dateModified": moment(verdict.updated_at),
            "correction": [correction(step) for step in corrections_of(verdict)],
            "expires": verdict.expires_on.isoformat() if verdict.expires_on else None,
            "inLanguage": verdict.claim.language or settings.LANGUAGE_CODE,
            "sdLicense": settings.LICENCE["url"],
            "itemReviewed": item_reviewed(verdict.claim),
        }
    )


def rating_of(rating: Rating) -> dict[str, Any]:
    """`alternateName` is required; numbers only where the rating has a place on its scale.

    They are numbers, not strings [M]; `worstRating` is 1 or more, `bestRating` above it, and
    higher is truer [G]. A scale with a single number has no order to tell.
    """
    named: dict[str, Any] = {"@type": "Rating", "alternateName": rating.name}
    places = [step.value for step in rating.scale.ratings.all() if step.value is not None]
    if rating.value is None or len(places) < 2:
        return named
    return named | {
        "ratingValue": rating.value,
        "bestRating": max(places),
        "worstRating": min(places),
    }


def corrections_of(verdict: Verdict) -> list[Verdict]:
    """The verdict itself where it corrects one, then what that one corrected, and so on."""
    told = {step.pk: step for step in verdict.claim.corrections_told}  # type: ignore[attr-defined]
    steps, step = [], told.get(verdict.pk)
    while step:
        steps.append(step)
        step = told.get(step.corrects_id)
    return steps


def correction(step: Verdict) -> dict[str, Any]:
    """The note that the public read, dated when it replaced what it corrects.

    schema.org has no property for a correction's outcome, so that it is the comment's name.
    """
    return known(
        {
            "@type": "CorrectionComment",
            "name": step.correction_outcome.label if step.correction_outcome else None,
            "text": step.correction_note,
            "datePublished": moment(step.corrects.ended_at) if step.corrects else None,
        }
    )


def publisher() -> dict[str, Any]:
    """The desk as the review's `author`: an Organization with its home page [G]."""
    logo = settings.PUBLISHER["logo"]
    return known(
        {
            "@type": "Organization",
            "name": settings.PUBLISHER["name"],
            "url": absolute(reverse("home")),
            "logo": absolute(logo) if logo else None,
        }
    )


def item_reviewed(claim: Claim) -> dict[str, Any]:
    """The Claim. `datePublished` is the day it was made, not the day it was checked [G, M].

    An appearance is an article with an address to point to [G]. Where the first known one has
    none, there is no `firstAppearance`: a later one would be a false answer [S].
    """
    articles = sorted({place.article for place in claim.appearances.all()}, key=first_published)
    return known(
        {
            "@type": "Claim",
            "author": claimant_of(claim.claimant) if claim.claimant else None,
            "datePublished": claim.made_on.isoformat() if claim.made_on else None,
            "inLanguage": claim.language,
            "firstAppearance": next(
                (work(article) for article in articles[:1] if article.url), None
            ),
            "appearance": [work(article) for article in articles if article.url],
        }
    )


def claimant_of(claimant: Claimant) -> dict[str, Any]:
    """Person or Organization as the claimant is one [M]; `sameAs` tells namesakes apart [G].

    `jobTitle` belongs to a Person alone [S].
    """
    person = claimant.kind == ClaimantKind.PERSON
    return known(
        {
            "@type": "Person" if person else "Organization",
            "name": claimant.name,
            "jobTitle": claimant.role if person else None,
            "sameAs": claimant.same_as,
        }
    )


def first_published(article: Article) -> tuple[datetime, int]:
    """Orders articles by their date, those without one by when they reached the desk."""
    return article.published_at or article.received_at, article.pk


def work(article: Article) -> dict[str, Any]:
    """An appearance, an object in every case [M]; CreativeWork, as it may be a speech [S]."""
    return known(
        {
            "@type": "CreativeWork",
            "url": article.url,
            "headline": article.title,
            "publisher": {"@type": "Organization", "name": article.outlet.name},
            "datePublished": moment(article.published_at),
        }
    )


def json_ld(value: Any) -> str:
    """`value` as JSON that a script element of a page can hold, whatever its texts are."""
    return json.dumps(value, ensure_ascii=False).translate(UNSAFE)


def page_url(row: Model) -> str:
    """The public address of a claim's page, for a claim or a verdict."""
    return absolute(row.get_absolute_url())  # type: ignore[attr-defined]


def absolute(path: str) -> str:
    """`path` on this site's public address; an absolute URL stays as it is."""
    return path if "://" in path else f"{settings.PUBLIC_URL}{path}"


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` without those that hold nothing."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
