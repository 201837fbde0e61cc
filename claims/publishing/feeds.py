"""The Atom feed: the verdicts that were published, corrected, retracted or ran out last."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.html import linebreaks
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from claims.models import Verdict
from claims.models.choices import VerdictState
from claims.publishing.claimreview import absolute, page_url
from claims.publishing.freshness import changed_at, feed_etag
from claims.publishing.history import shown
from claims.publishing.sharing import fresh, shared

NEWEST = 50


class VerdictFeed(Feed):
    """Each claim once, as its page tells it: what a reader kept of a retracted one is replaced.

    Atom takes titles as text and descriptions as HTML, so only the latter are escaped twice.
    """

    feed_type = Atom1Feed
    subtitle = "Claims that were checked, newest first."

    def title(self) -> str:
        return f"{settings.PUBLISHER['name']}: verdicts"

    def link(self) -> str:
        return absolute(reverse("home"))

    def feed_url(self) -> str:
        return absolute(reverse("verdict-feed"))

    feed_guid = feed_url

    def feed_copyright(self) -> str:
        return " ".join(filter(None, settings.LICENCE.values()))

    def author_name(self) -> str:
        return str(settings.PUBLISHER["name"])

    def items(self) -> list[Verdict]:
        newest = shown().for_reading().select_related("corrects").order_by("-updated_at", "-id")
        return list(newest[:NEWEST])

    def item_title(self, item: Verdict) -> str:
        claim = " ".join(item.claim.text.split())
        if item.state == VerdictState.RETRACTED:
            return f"Retracted: {claim}"
        if item.state == VerdictState.EXPIRED:
            return f"Out of date ({item.rating}): {claim}"
        return f"{item.rating}: {claim}"

    def item_description(self, item: Verdict) -> str:
        parts = (TOLD_OF.get(VerdictState(item.state)) or told_of_published)(item)
        return linebreaks("\n\n".join(parts), autoescape=True)

    def item_link(self, item: Verdict) -> str:
        return page_url(item)

    def item_pubdate(self, item: Verdict) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Verdict) -> datetime:
        return item.updated_at

    def item_categories(self, item: Verdict) -> list[str]:
        return item.claim.topics


def told_of_published(verdict: Verdict) -> list[str]:
    """The paragraphs of an entry, a correction first."""
    if not verdict.correction_outcome:
        return [verdict.explanation]
    outcome = f"{verdict.correction_outcome.label}."
    return [f"Corrected: {verdict.correction_note}", outcome, verdict.explanation]


def told_of_retracted(verdict: Verdict) -> list[str]:
    """The note and the rating, and not the words that no longer stand."""
    return [verdict.retraction_note, f"The rating was {verdict.rating}."]


def told_of_expired(verdict: Verdict) -> list[str]:
    day = date_format(verdict.ended_at, "j F Y") if verdict.ended_at else ""
    notice = f"This verdict ran out on {day}; the claim is to be checked again."
    return [notice, verdict.explanation]


TOLD_OF: dict[VerdictState, Callable[[Verdict], list[str]]] = {
    VerdictState.RETRACTED: told_of_retracted,
    VerdictState.EXPIRED: told_of_expired,
}
unless_known = condition(etag_func=feed_etag, last_modified_func=changed_at)

verdicts_atom = require_safe(shared(gzip_page(fresh(unless_known(VerdictFeed())))))
