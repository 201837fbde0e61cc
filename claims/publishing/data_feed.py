"""`/claimreview.json`: schema.org DataFeed of every published ClaimReview, or what changed since.

With `?since=` it also tells what to forget: an item that is null, at the address of a verdict that
was retracted or ran out, with the day it was deleted from the feed.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from articles.api.problems import problem_page
from claims.models import Verdict
from claims.publishing.claimreview import claim_review, json_ld, known, moment, page_url
from claims.publishing.freshness import changed_at, changed_since, feed_etag
from claims.publishing.history import ended_without_successor
from claims.publishing.sharing import fresh, shared

#: Verdicts held in memory at a time while the feed streams.
CHUNK = 500
#: What is told again: a change may be written down a while before others can see it.
OVERLAP = timedelta(minutes=5)
WRONG = "since: a day as 2026-05-04, or a moment as 2026-05-04T12:00:00Z."


@require_safe
@shared
@gzip_page
@fresh
@condition(etag_func=feed_etag, last_modified_func=changed_at)
def claimreview_json(request: HttpRequest) -> HttpResponseBase:
    """Newest first, streamed. 400 `invalid` for a `since` that is no date."""
    try:
        since = since_of(request.GET.get("since", ""))
    except ValueError:
        return problem_page(HTTPStatus.BAD_REQUEST, "invalid", WRONG)
    parts = data_feed_parts(changed_at(request), since)
    return StreamingHttpResponse(parts, content_type="application/json")


def since_of(text: str) -> datetime | None:
    """The moment from which changes are told; None for everything. Days begin in UTC.

    Raises ValueError.
    """
    if not text:
        return None
    # In an address, a plus that nobody escaped is a space.
    text = text.strip().replace(" ", "+")
    at = parse_datetime(text) if "T" in text else None
    if at is None:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        at = datetime.combine(day, time(), UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def data_feed_parts(changed: datetime | None, since: datetime | None = None) -> Iterator[str]:
    head = known(
        {
            "@context": "https://schema.org",
            "@type": "DataFeed",
            "name": f"Fact checks of {settings.PUBLISHER['name']}",
            "license": settings.LICENCE["url"],
            "dateModified": moment(changed),
        }
    )
    yield json_ld(head)[:-1] + ', "dataFeedElement": ['
    for number, item in enumerate(items(since)):
        yield (",\n" if number else "\n") + json_ld(item)
    yield "\n]}\n"


def items(since: datetime | None) -> Iterable[dict[str, Any]]:
    """The elements of the feed; those to forget are last."""
    published = Verdict.objects.published().order_by("-published_at", "-id")
    if since is None:
        return map(data_feed_item, published.iterator(chunk_size=CHUNK))
    from_then = max(since, datetime.min.replace(tzinfo=UTC) + OVERLAP) - OVERLAP
    changed = changed_since(published, from_then).iterator(chunk_size=CHUNK)
    ended = ended_without_successor().filter(ended_at__gte=from_then)
    return chain(map(data_feed_item, changed), map(deleted_item, ended.iterator()))


def data_feed_item(verdict: Verdict) -> dict[str, Any]:
    review = claim_review(verdict)
    return {
        "@type": "DataFeedItem",
        "dateCreated": review["datePublished"],
        "dateModified": review["dateModified"],
        "url": review["url"],
        "item": [review],
    }


def deleted_item(verdict: Verdict) -> dict[str, Any]:
    """What is left of a verdict that was retracted or ran out, with the reason in words."""
    ended = moment(verdict.ended_at)
    retracted = verdict.state == Verdict.State.RETRACTED
    return {
        "@type": "DataFeedItem",
        "dateCreated": moment(verdict.published_at),
        "dateModified": ended,
        "dateDeleted": ended,
        "url": page_url(verdict),
        "description": f"Retracted: {verdict.retraction_note}" if retracted else "Out of date.",
        "item": None,
    }
