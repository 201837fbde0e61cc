"""Which claim's page an address leads to, as people and programs copy it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from articles.intake.urls import site
from claims.publishing.claimreview import absolute


def host(given: str) -> str:
    """The host without "www." of an address, or of a name that stands for one; "" for none."""
    told = given.strip().lower()
    return site(told if "://" in told else f"https://{told}") if told else ""


def slug_at(url: str) -> str | None:
    """The claim's slug in the address of one of our pages; None for any other address."""
    if host(url) != site(settings.PUBLIC_URL):
        return None
    try:
        found = resolve(f"{urlsplit(url.strip()).path.rstrip('/')}/")
    except Resolver404:
        return None
    return found.kwargs["slug"] if found.url_name == "claim-page" else None


def oembed_url(page: str) -> str:
    """Where it is told how to embed the page at this address."""
    query = urlencode({"url": page, "format": "json"})
    return f"{absolute(reverse('oembed'))}?{query}"
