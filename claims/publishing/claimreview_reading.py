"""Another desk's ClaimReview, as it comes, read into what a verdict of theirs is kept as.

The other direction of `claimreview.py`. What can be told in spite of a mistake is told; an address,
a claim or a rating that cannot is an error. Rules marked [S] are schema.org's; the others answer
what feeds and pages are seen to hold.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.encoding import iri_to_uri

from articles.intake.text import check_characters
from articles.intake.urls import site
from articles.services import LANGUAGE
from claims.desk.claims import CLAIM_MAX_CHARACTERS
from claims.publishing.wild_values import day, plain

#: A ClaimReview with more characters of JSON is no ClaimReview.
MOST_CHARACTERS = 200_000
#: Labels are cut to these; a claim cut short can say something else, so none is cut.
MOST_NAME, MOST_TITLE, MOST_URL = 200, 500, 2_000

SCHEMA = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:)")
ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
HTTP = URLValidator(schemes=["http", "https"])
Thing = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """A verdict of another desk; the fields are those of `ExternalVerdict`."""

    url: str
    claim_key: str
    publisher: str
    site: str
    claim_reviewed: str
    title: str
    claimant: str
    claimed_on: date | None
    reviewed_on: date | None
    rating: str
    rating_value: float | None
    worst_rating: float | None
    best_rating: float | None
    language: str
    data: dict[str, Any]


def claim_reviews(value: Any, page: str = "") -> Iterator[tuple[Thing, str]]:
    """Every ClaimReview in `value`, however deep, each with the address of what it stands in."""
    waiting = [(value, page)]
    while waiting:
        one, page = waiting.pop()
        if isinstance(one, list):
            waiting += [(part, page) for part in reversed(one)]
        elif isinstance(one, dict):
            if is_claim_review(one):
                yield one, page
                continue
            page = address_in(bare(one).get("url")) or page
            waiting += [(part, page) for part in reversed(one.values())]


def is_claim_review(thing: Thing) -> bool:
    """By its type, which may be one of several, or where it has none by its claim."""
    fields = bare(thing)
    types = [SCHEMA.sub("", name) for name in listed(fields.get("@type")) if isinstance(name, str)]
    return "ClaimReview" in types or (not types and "claimReviewed" in fields)


def reading(review: Thing, page: str = "") -> Reading:
    """What `review`, found on or under the address `page`, says.

    Raises ValidationError keyed by field: `url_required`, `invalid_url`, `url_too_long`,
    `claim_required`, `claim_too_long`, `rating_required`, `review_too_large`.
    """
    fields = bare(review)
    item = thing(fields.get("itemReviewed"))
    rating = thing(fields.get("reviewRating")) or thing(item.get("reviewRating"))
    url = address(fields, page)
    value, worst, best = placed(rating)
    name = rating_name(rating, value, best)
    title = label(fields.get("name"), MOST_TITLE) or label(fields.get("headline"), MOST_TITLE)
    claim = claim_of(fields, item, name, title)
    where = site(url)
    return Reading(
        url=url,
        claim_key=claim_key(claim or title),
        publisher=named(fields.get("author")) or named(fields.get("publisher")) or where,
        site=where,
        claim_reviewed=claim,
        title=title,
        claimant=named(item.get("author")),
        claimed_on=claimed_on(item),
        reviewed_on=day_in(fields, "datePublished", "dateCreated"),
        rating=name,
        rating_value=value,
        worst_rating=worst,
        best_rating=best,
        language=language(fields.get("inLanguage")),
        data=storable(review),
    )


def claim_key(claim: str) -> str:
    """32 hexadecimal digits that stay through changes of case and white space."""
    folded = " ".join(claim.casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()[:32]


# --- Where it is ------------------------------------------------------------------------------


def address(fields: Thing, page: str) -> str:
    """The review's own address; where it gives none, that of the page it is about or stands on."""
    given = (
        address_in(fields.get("url"))
        or address_in(fields.get("mainEntityOfPage"))
        or page
        or address_in(fields.get("@id"))
    )
    if not given:
        refuse("url", "The review has no address.", "url_required")
    try:
        check_characters(given)
        # In ASCII, as it is stored: an index holds fewer bytes than 2,000 characters may have.
        url = iri_to_uri(urljoin(page, given))
    except (ValidationError, ValueError):
        url = ""
    if len(url) > MOST_URL:
        refuse("url", "A URL may have 2,000 characters.", "url_too_long")
    if not is_http(url):
        refuse("url", f"“{given[:200]}” is no http(s) address.", "invalid_url")
    return url


def is_http(url: str) -> bool:
    """Not with a name before the host, which would pass for it: https://known.example@other/."""
    try:
        HTTP(url)
        parts = urlsplit(url)
        return parts.username is None and parts.port != 0
    except (ValidationError, ValueError):
        return False


def address_in(value: Any) -> str:
    """The address that `value` is, or that the object it is has."""
    found = thing(value)
    given = found.get("@id") or found.get("url") or found.get("name")
    # Of entities only this: “&copy=1” is a parameter.
    return given.strip().replace("&amp;", "&") if isinstance(given, str) else ""


# --- What it says -----------------------------------------------------------------------------


def claim_of(fields: Thing, item: Thing, rating: str, title: str) -> str:
    """The claim as the publisher words it; empty when only the title tells it."""
    of_claim = "Claim" in [SCHEMA.sub("", str(name)) for name in listed(item.get("@type"))]
    claim = words(fields.get("claimReviewed")) or (claim_in(item) if of_claim else "")
    if len(claim) > CLAIM_MAX_CHARACTERS:
        refuse("claim_reviewed", f"It has {len(claim):,} characters.", "claim_too_long")
    if not (claim or title):
        refuse("claim_reviewed", "Neither claim nor title.", "claim_required")
    return without_rating(claim, rating)


def claim_in(item: Thing) -> str:
    return words(item.get("text")) or words(item.get("name")) or words(item.get("headline"))


def without_rating(claim: str, rating: str) -> str:
    """“False: the moon is cheese” is the claim that the moon is cheese."""
    found = re.match(rf"{re.escape(rating)}\s*(?::|\s[–—-]\s)\s*(?=\S)", claim, re.IGNORECASE)
    return claim[found.end() :] if found else claim


def claimed_on(item: Thing) -> date | None:
    return day_in(item, "datePublished") or day_in(
        thing(item.get("firstAppearance")), "datePublished"
    )


def day_in(fields: Thing, *names: str) -> date | None:
    """The first day that one of `names` gives."""
    given = (words(fields.get(name)) for name in names)
    return next((found for text in given if text and (found := day(text))), None)


def rating_name(rating: Thing, value: float | None, best: float | None) -> str:
    """The publisher's words; of a rating in numbers alone, the numbers."""
    value_given = rating.get("ratingValue")
    name = label(rating.get("alternateName"), MOST_NAME) or label(rating.get("name"), MOST_NAME)
    if not name and number(value_given) is None:
        name = label(value_given, MOST_NAME)
    if not name and value is not None:
        name = f"{value:g} of {best:g}"
    if not name:
        refuse("rating", "The review has no rating.", "rating_required")
    return name


def placed(rating: Thing) -> tuple[float | None, float | None, float | None]:
    """(value, worst, best), or nothing when the value has no place between the other two.

    Left out, they are 1 and 5 [S]. Three times -1 is common, and says that there is no scale.
    """
    value = number(rating.get("ratingValue"))
    worst = number(rating.get("worstRating", 1))
    best = number(rating.get("bestRating", 5))
    if value is None or worst is None or best is None:
        return None, None, None
    if worst >= best or not worst <= value <= best:
        return None, None, None
    return value, worst, best


def number(value: Any) -> float | None:
    """A number, also written as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def language(value: Any) -> str:
    """A code as “en” or “pt-br”; empty for names and everything else."""
    found = thing(value)
    given = found.get("alternateName") or found.get("name") or found.get("@id")
    code = str(given).strip().lower().replace("_", "-")
    return code if len(code) <= 12 and LANGUAGE.fullmatch(code) else ""


# --- How values come --------------------------------------------------------------------------


def bare(fields: Thing) -> Thing:
    """`fields`, their names without a prefix of schema.org."""
    return {SCHEMA.sub("", name) if ":" in name else name: value for name, value in fields.items()}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def thing(value: Any) -> Thing:
    """The first object of `value`; a text is the name of one."""
    for one in listed(value):
        if isinstance(one, dict) and one:
            return bare(one)
        if isinstance(one, str) and one.strip():
            return {"name": one}
    return {}


def words(value: Any) -> str:
    """The first text of `value`, plain; a number is its digits."""
    for one in listed(value):
        given = one.get("@value") if isinstance(one, dict) else one
        if isinstance(given, str | int | float) and not isinstance(given, bool):
            text = plain(str(given))
            if text:
                return text
    return ""


def label(value: Any, most: int) -> str:
    text = words(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def named(value: Any) -> str:
    """The name of a person or organisation; an address is none."""
    name = label(thing(value).get("name"), MOST_NAME)
    return "" if name.startswith(("http://", "https://")) else name


def storable(review: Thing) -> dict[str, Any]:
    """`review` without what PostgreSQL's JSON cannot hold: NUL and halves of characters."""
    text = json.dumps(review, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        refuse("data", f"It has {len(text):,} characters.", "review_too_large")
    whole = text.encode("utf-8", "ignore").decode()
    kept: dict[str, Any] = json.loads(ESCAPED_NUL.sub(r"\1", whole))
    return kept


def refuse(field: str, message: str, code: str) -> NoReturn:
    raise ValidationError({field: ValidationError(message, code=code)})
