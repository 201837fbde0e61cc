"""ClaimReviews of another desk, for tests, and what is read of them."""

import io
import json

import pytest
from django.core.exceptions import ValidationError

from claims.publishing.claimreview_files import Item, read


def review(number: int = 1, **fields) -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"https://www.checkers.example/ferries/{number}",
        "claimReviewed": f"Ferries were late {number} times in May.",
        "name": "Were the ferries late?",
        "author": {"@type": "Organization", "name": "Tidewater Checkers"},
        "datePublished": "2026-05-06",
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Misleading",
            "ratingValue": 2,
            "worstRating": 1,
            "bestRating": 5,
        },
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "Mara Quill"},
            "datePublished": "2026-05-04T09:00:00+02:00",
        },
        **fields,
    }


def feed(*items) -> dict:
    """As Google's Data Commons has it."""
    elements = [
        {"@type": "DataFeedItem", "dateCreated": "2026-05-06", "url": "", "item": item}
        for item in items
    ]
    return {"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": elements}


def items(content, name: str = "") -> list[Item]:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return list(read(io.BytesIO(text), name=name))


def one(**fields):
    """The reading of a review with these fields; one that is None is left out."""
    given = {name: value for name, value in review(**fields).items() if value is not None}
    (item,) = items(given)
    if item.error:
        raise item.error
    return item.reading


def refused(**fields) -> dict[str, str]:
    with pytest.raises(ValidationError) as raised:
        one(**fields)
    return {name: errors[0].code for name, errors in raised.value.error_dict.items()}
