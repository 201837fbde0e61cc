"""Whose article a fetched page is."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from articles import events
from articles.intake.pages import Page
from articles.intake.urls import site
from articles.models import Feed, Outlet


def outlet_of(page: Page, feed: Feed | None) -> Outlet:
    """The outlet whose domain the page is on, or of whose feed's site it is, or one made now.

    It is never found by what the page calls itself: anybody may call themselves anything. It lends
    a new outlet its name, beside the domain where another outlet has that name.
    """
    domain = site(page.url)
    own = feed.outlet if feed and domain == site(feed.url) else None
    return outlet_at(domain) or own or outlet_made(domain, page.publisher)


def outlet_at(domain: str) -> Outlet | None:
    """The outlet with this domain, or the one that it is a part of: news.herald.example's."""
    labels = domain.split(".")
    above = [".".join(labels[n:]) for n in range(max(1, len(labels) - 1))]
    longest_first = Outlet.objects.filter(domain__in=above).order_by(Length("domain").desc())
    return longest_first.first()


def outlet_made(domain: str, publisher: str) -> Outlet:
    for name in (publisher, f"{publisher[:100]} ({domain})" if publisher else "", domain):
        if not name or Outlet.objects.filter(name__iexact=name).exists():
            continue
        try:
            with transaction.atomic():
                outlet = Outlet.objects.create(name=name[:200], domain=domain)
                after = {"name": outlet.name, "domain": domain}
                events.record("outlet.added", outlet, after=after, note="Found with a link.")
                return outlet
        except IntegrityError:
            if found := outlet_at(domain):  # Another worker was first.
                return found
    message = f"Add the outlet at {domain} under Outlets: its names are taken by others."
    raise ValidationError({"outlet": ValidationError(message, code="unknown_outlet")})
