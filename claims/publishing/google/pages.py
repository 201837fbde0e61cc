"""`pages`: the desk's own pages that carry ClaimReview markup, one for each published verdict."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from articles.intake.urls import site
from claims.models import Claim, Verdict
from claims.models.verdicts import VerdictQuerySet
from claims.publishing.addresses import host, slug_at
from claims.publishing.google.errors import invalid, not_found


def pages_of(given: Mapping[str, Any]) -> VerdictQuerySet:
    """The verdicts of an organization's pages; of all without one. Raises ApiError."""
    if given.get("organization") and given.get("url"):
        raise invalid("organization", "It cannot be given along with a URL.")
    published = Verdict.objects.published()
    if host(given.get("organization", "")) in ("", site(settings.PUBLIC_URL)):
        return published
    return published.none()


def page_at(url: str) -> Verdict | None:
    """The published verdict on the page at `url`, also of a claim that was merged into its own."""
    slug = slug_at(url)
    claim = Claim.objects.select_related("merged_into").filter(slug=slug).first() if slug else None
    return Verdict.objects.published().filter(claim=claim.surviving).first() if claim else None


def page_named(name: str) -> Verdict:
    """By the `{id}` in `pages/{id}`. Raises ApiError, 404."""
    try:
        verdict = Verdict.objects.published().filter(claim__uid=UUID(name)).first()
    except ValueError:
        verdict = None
    if verdict is None:
        raise not_found()
    return verdict
