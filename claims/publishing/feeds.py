"""What programs read: the DataFeed of all ClaimReviews, and an Atom feed of the newest."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Count, Max
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from articles.events import Event
from claims.models import Verdict
from claims.publishing.claimreview import absolute, claim_review, json_ld, moment, page_url

#: Verdicts held in memory at a time while the DataFeed streams.
CHUNK = 500
NEWEST = 50
#: What else a ClaimReview names; whoever changes one of these rows records an Event of it.
NAMED = ("claims.claimant", "claims.rating", "claims.ratingscale", "articles.outlet")


def changed_at(request: HttpRequest, *args: Any) -> datetime | None:
    """When a verdict was last published, corrected, retracted or ran out, or its claim written.

    A claim is written when it is made again; what else is shown has Events.
    """
    told = Verdict.objects.once_published().aggregate(own=Max("updated_at"))
    made = Verdict.objects.filter(state=Verdict.State.PUBLISHED).aggregate(
        claims=Max("claim__updated_at")
    )
    named = Event.objects.filter(subject_type__in=NAMED).aggregate(last=Max("at"))
    moments = [*told.values(), *made.values(), *named.values()]
    return max((moment for moment in moments if moment), default=None)


def feed_etag(request: HttpRequest, *args: Any) -> str:
    """Changes with all that the feeds show, without building them."""
    seen = Verdict.objects.filter(state=Verdict.State.PUBLISHED).aggregate(
        verdicts=Count("pk", distinct=True),
        changed=Max("updated_at"),
        claims=Max("claim__updated_at"),
        appearances=Count("claim__appearances"),
        newest=Max("claim__appearances__created_at"),
    )
    named = Event.objects.filter(subject_type__in=NAMED).aggregate(last=Max("id"))
    about = (*seen.values(), *named.values(), settings.PUBLIC_URL, *settings.PUBLISHER.values())
    return f'"{sha256(repr(about).encode()).hexdigest()[:32]}"'


def data_feed(request: HttpRequest) -> StreamingHttpResponse:
    """schema.org DataFeed of every published ClaimReview, newest first, streamed."""
    response = StreamingHttpResponse(
        data_feed_parts(changed_at(request)), content_type="application/json"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def data_feed_parts(changed: datetime | None) -> Iterator[str]:
    head = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": f"Fact checks of {settings.PUBLISHER['name']}",
        **({"dateModified": moment(changed)} if changed else {}),
    }
    yield json_ld(head)[:-1] + ', "dataFeedElement": ['
    verdicts = Verdict.objects.published().order_by("-published_at", "-id")
    for number, verdict in enumerate(verdicts.iterator(chunk_size=CHUNK)):
        yield (",\n" if number else "\n") + json_ld(data_feed_item(verdict))
    yield "\n]}\n"


def data_feed_item(verdict: Verdict) -> dict[str, Any]:
    review = claim_review(verdict)
    return {
        "@type": "DataFeedItem",
        "dateCreated": review["datePublished"],
        "dateModified": review["dateModified"],
        "url": review["url"],
        "item": [review],
    }


class VerdictFeed(Feed):
    """The verdicts that were published or corrected last.

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

    def author_name(self) -> str:
        return str(settings.PUBLISHER["name"])

    def items(self) -> list[Verdict]:
        published = Verdict.objects.published().select_related("corrects")
        newest = published.order_by("-updated_at", "-id")
        return list(newest[:NEWEST])

    def item_title(self, item: Verdict) -> str:
        return f"{item.rating}: {' '.join(item.claim.text.split())}"

    def item_description(self, item: Verdict) -> str:
        correction = ""
        if item.correction_outcome:
            told = (f"Corrected: {item.correction_note}", f"{item.correction_outcome.label}.")
            correction = "\n\n".join(told) + "\n\n"
        return linebreaks(correction + item.explanation, autoescape=True)

    def item_link(self, item: Verdict) -> str:
        return page_url(item)

    def item_pubdate(self, item: Verdict) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Verdict) -> datetime:
        return item.updated_at

    def item_categories(self, item: Verdict) -> list[str]:
        return item.claim.topics


#: As for the pages: ask each time, and get a 304 when nothing changed.
fresh = cache_control(public=True, no_cache=True)
unless_known = condition(etag_func=feed_etag, last_modified_func=changed_at)

claimreview_json = require_safe(fresh(unless_known(data_feed)))
verdicts_atom = require_safe(fresh(unless_known(VerdictFeed())))
