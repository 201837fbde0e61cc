"""Verdicts as `claims:search` and `pages` tell them: of ours, what the one builder says."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from articles.intake.urls import site
from claims.models import ExternalVerdict, Verdict
from claims.publishing.claimreview import claim_review, known


def claim(row: Verdict | ExternalVerdict) -> dict[str, Any]:
    """A `Claim` with its one `ClaimReview`; what is not known is left out."""
    return claim_elsewhere(row) if isinstance(row, ExternalVerdict) else claim_here(row)


def claim_here(verdict: Verdict) -> dict[str, Any]:
    """Of a verdict read with `for_reading()`. `reviewDate` moves when it is corrected."""
    review = claim_review(verdict)
    item = review["itemReviewed"]
    told = {
        "publisher": {"name": review["author"]["name"], "site": site(review["url"])},
        "url": review["url"],
        "title": review.get("name"),
        "reviewDate": review["dateModified"].replace("+00:00", "Z"),
        "textualRating": review["reviewRating"]["alternateName"],
        "languageCode": review["inLanguage"],
    }
    return known(
        {
            "text": review["claimReviewed"],
            "claimant": item.get("author", {}).get("name"),
            "claimDate": midnight(verdict.claim.made_on),
            "claimReview": [known(told)],
        }
    )


def claim_elsewhere(external: ExternalVerdict) -> dict[str, Any]:
    """Of another desk's verdict; the site is where it stands, whatever it calls itself."""
    told = {
        "publisher": {"name": external.publisher, "site": external.site},
        "url": external.url,
        "title": external.title,
        "reviewDate": midnight(external.reviewed_on),
        "textualRating": external.rating,
        "languageCode": external.language,
    }
    return known(
        {
            "text": external.statement,
            "claimant": external.claimant,
            "claimDate": midnight(external.claimed_on),
            "claimReview": [known(told)],
        }
    )


def midnight(day: date | None) -> str | None:
    """RFC 3339, as Google has a day whose hour is not known."""
    return f"{day.isoformat()}T00:00:00Z" if day else None


def markup_page(verdict: Verdict) -> dict[str, Any]:
    """A `ClaimReviewMarkupPage`: a claim's page, named by the claim, so that it stays."""
    review = claim_review(verdict)
    author = review["author"]
    return {
        "name": f"pages/{verdict.claim.uid.hex}",
        "pageUrl": review["url"],
        "publishDate": review["datePublished"],
        "claimReviewAuthor": known({"name": author["name"], "imageUrl": author.get("logo")}),
        "versionId": sha256(repr(review).encode()).hexdigest()[:16],
        "claimReviewMarkups": [markup(review)],
    }


def markup(review: Mapping[str, Any]) -> dict[str, Any]:
    """A `ClaimReviewMarkup`, whose fields are those of a ClaimReview under other names."""
    item, rating = review["itemReviewed"], review["reviewRating"]
    first = item.get("firstAppearance", {}).get("url")
    places = [place["url"] for place in item.get("appearance", [])]
    author = item.get("author", {})
    return known(
        {
            "url": review["url"],
            "claimReviewed": review["claimReviewed"],
            "claimDate": item.get("datePublished"),
            "claimFirstAppearance": first,
            "claimAppearances": [url for url in places if url != first],
            "claimAuthor": {
                name: author[name] for name in ("name", "jobTitle", "sameAs") if name in author
            }
            or None,
            "rating": known(
                {
                    "textualRating": rating["alternateName"],
                    "ratingValue": rating.get("ratingValue"),
                    "bestRating": rating.get("bestRating"),
                    "worstRating": rating.get("worstRating"),
                }
            ),
        }
    )
