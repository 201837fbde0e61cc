"""Every page that a person opens, and every list of the API.

One table for all that is asked of each page: that everybody can use it (`tests/e2e/test_axe.py`)
and that it asks the database no more than is written down (`tests/test_queries.py`).
`test_pages.py` holds it against the addresses of the project: a new page has to be here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver, reverse

from tests.desk_rows import Rows

Of = Callable[[Rows], Any]


@dataclass(frozen=True)
class Page:
    """The page of a route, of the row that `of` names, with a query."""

    route: str
    of: Of | None = None
    query: str = ""

    def path(self, rows: Rows) -> str:
        args = [self.of(rows)] if self.of else []
        return reverse(self.route, args=args) + self.query.format(rows=rows)


def row(name: str) -> Of:
    """The id of the row of that name."""
    return lambda rows: getattr(rows, name).pk


def claim_of(name: str) -> Of:
    return lambda rows: getattr(rows, name).claim_id


QUEUE = "admin:claims_claim_changelist"
CLAIM = "admin:claims_claim_change"

#: By area: the name that reports and baselines call a page by.
PUBLIC = {
    "public home": Page("home"),
    "public search": Page("home", query="?q=ferries"),
    "public claim": Page("claim-page", lambda rows: rows.published.claim.slug),
    "public claim, corrected": Page("claim-page", lambda rows: rows.corrected.claim.slug),
    "public claim, retracted": Page("claim-page", lambda rows: rows.retracted.claim.slug),
    "public corrections": Page("corrections"),
    "public card": Page("claim-card", lambda rows: rows.published.claim.slug),
    "public dumps": Page("dumps"),
}
HOME = {
    "home": Page("admin:index"),
    "notifications": Page("admin:claims_notification_changelist"),
    "unread notifications": Page("admin:claims_notification_changelist", query="?read=no"),
    "my account": Page("account:page"),
    "new password": Page("account:new_password"),
    "password changed": Page("admin:password_change_done"),
    "set up a second factor": Page("account:set_up"),
    "apps": Page("admin:app_list", lambda rows: "claims"),
}
QUEUES = {
    "queue": Page(QUEUE),
    "queue, filtered": Page(QUEUE, query="?status=all&topic=ferries&mark=flagged&language=en"),
    "queue, searched": Page(QUEUE, query="?q=feries"),
    "queue, nothing found": Page(QUEUE, query="?q=walrus"),
    "matches": Page("admin:claims_match_changelist"),
    "matches elsewhere": Page("admin:claims_externalmatch_changelist"),
    "verdicts": Page("admin:claims_verdict_changelist"),
    "verdicts elsewhere": Page("admin:claims_externalverdict_changelist"),
    "verdict elsewhere": Page("admin:claims_externalverdict_change", row("external")),
    "sources of verdicts": Page("admin:claims_reviewsource_changelist"),
    "source of verdicts": Page("admin:claims_reviewsource_change", row("source")),
    "new source of verdicts": Page("admin:claims_reviewsource_add"),
    "publishers elsewhere": Page("admin:claims_reviewpublisher_changelist"),
    "publisher elsewhere": Page("admin:claims_reviewpublisher_change", row("publisher")),
    "new publisher elsewhere": Page("admin:claims_reviewpublisher_add"),
}
CLAIMS = {
    "claim": Page(CLAIM, row("claim")),
    "claim, draft": Page(CLAIM, claim_of("draft")),
    "claim, in review": Page(CLAIM, claim_of("in_review")),
    "claim, published": Page(CLAIM, claim_of("published")),
    "claim, corrected": Page(CLAIM, claim_of("corrected")),
    "claim, retracted": Page(CLAIM, claim_of("retracted")),
    "claim, dismissed": Page(CLAIM, row("dismissed")),
    "merge a claim": Page("admin:claims_claim_merge", row("claim"), "?q=ferries"),
    "merge two claims": Page("admin:claims_claim_merge", row("claim"), "?with={rows.other.pk}"),
}
CLAIMANTS = {
    "claimants": Page("admin:claims_claimant_changelist"),
    "claimant": Page("admin:claims_claimant_change", row("claimant")),
    "new claimant": Page("admin:claims_claimant_add"),
    "merge a claimant": Page("admin:claims_claimant_merge", row("claimant"), "?q=quill"),
    "merge two claimants": Page(
        "admin:claims_claimant_merge", row("claimant"), "?with={rows.other_claimant.pk}"
    ),
}
INTAKE = {
    "articles": Page("admin:articles_article_changelist"),
    "article": Page("admin:articles_article_change", row("article")),
    "paste an article": Page("admin:articles_article_add"),
    "imports": Page("admin:articles_import_changelist"),
    "import": Page("admin:articles_import_change", row("work")),
    "import a file": Page("admin:articles_import_add"),
    "links": Page("admin:articles_link_changelist"),
    "link": Page("admin:articles_link_change", row("link")),
    "give links": Page("admin:articles_link_add"),
    "feeds": Page("admin:articles_feed_changelist"),
    "feed": Page("admin:articles_feed_change", row("feed")),
    "new feed": Page("admin:articles_feed_add"),
    "outlets": Page("admin:articles_outlet_changelist"),
    "outlet": Page("admin:articles_outlet_change", lambda rows: rows.article.outlet_id),
    "new outlet": Page("admin:articles_outlet_add"),
    "events": Page("admin:articles_event_changelist"),
    "event": Page("admin:articles_event_change", row("event")),
}
SETTINGS = {
    "rating scales": Page("admin:claims_ratingscale_changelist"),
    "rating scale": Page("admin:claims_ratingscale_change", row("scale")),
    "new rating scale": Page("admin:claims_ratingscale_add"),
    "thresholds": Page("admin:claims_matchingsettings_changelist"),
    "thresholds, tried": Page("admin:claims_matchingsettings_changelist", query="?then=0.6"),
    "users": Page("admin:auth_user_changelist"),
    "user": Page("admin:auth_user_change", row("user")),
    "new user": Page("admin:auth_user_add"),
    "user’s password": Page("admin:auth_user_password_change", row("user")),
    "roles": Page("admin:auth_group_changelist"),
    "keys": Page("admin:claims_apikey_changelist"),
    "key": Page("admin:claims_apikey_change", row("key")),
    "new key": Page("admin:claims_apikey_add"),
    "webhooks": Page("admin:claims_webhookendpoint_changelist"),
    "webhook": Page("admin:claims_webhookendpoint_change", row("webhook")),
    "new webhook": Page("admin:claims_webhookendpoint_add"),
    "webhook messages": Page("admin:claims_webhookdelivery_changelist"),
    "webhook message": Page("admin:claims_webhookdelivery_change", row("delivery")),
}
AREAS = {
    "public": PUBLIC,
    "home": HOME,
    "queue": QUEUES,
    "claim": CLAIMS,
    "claimants": CLAIMANTS,
    "intake": INTAKE,
    "settings": SETTINGS,
}
PAGES = {name: page for area in AREAS.values() for name, page in area.items()}

#: What programs read; and Swagger UI, whose page is its own.
ANSWERS = {
    "API docs": Page("api-docs"),
    "API articles": Page("article-list"),
    "API article": Page("article-detail", lambda rows: rows.article.uid),
    "API appearances": Page("article-appearances-list", lambda rows: rows.article.uid),
    "API claims": Page("claim-list"),
    "API claims, filtered": Page("claim-list", query="?topic=ferries&ordering=priority"),
    "API claim": Page("claim-detail", lambda rows: rows.claim.uid),
    "API claim, published": Page("claim-detail", lambda rows: rows.published.claim.uid),
    "API claim events": Page("claim-events", lambda rows: rows.claim.uid),
    "API claim matches": Page("claim-matches-list", lambda rows: rows.claim.uid),
    "API match": Page("match-detail", lambda rows: rows.match.uid),
    "API claimants": Page("claimant-list"),
    "API claimant": Page("claimant-detail", lambda rows: rows.claimant.uid),
    "API imports": Page("import-list"),
    "API import": Page("import-detail", lambda rows: rows.work.uid),
    "API links": Page("link-list"),
    "API link": Page("link-detail", lambda rows: rows.link.uid),
    "API outlets": Page("outlet-list"),
    "API outlet": Page("outlet-detail", lambda rows: rows.article.outlet.uid),
    "API events": Page("event-list"),
    "API verdicts": Page("verdict-list"),
    "API verdict": Page("verdict-detail", lambda rows: rows.corrected.uid),
    "API verdict lint": Page("verdict-lint", lambda rows: rows.in_review.uid),
    "API verdicts elsewhere": Page("external-verdict-list"),
    "API verdict elsewhere": Page("external-verdict-detail", lambda rows: rows.external.uid),
    "ClaimReview feed": Page("claimreview-feed"),
    "Atom feed": Page("verdict-feed"),
}


@dataclass(frozen=True)
class Route:
    """A named address of the project: its name with the namespace, and what it takes."""

    name: str
    parameters: tuple[str, ...]


def routes() -> Iterator[Route]:
    yield from routes_in(get_resolver())


def routes_in(resolver: URLResolver, space: str = "") -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes_in(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield Route(f"{space}{entry.name}", tuple(entry.pattern.regex.groupindex))
