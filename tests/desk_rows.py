"""A desk with rows of everything, for tests that open every page."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.feeding.services import feed_add
from articles.linking.services import links_submit
from articles.models import Article, Event, Feed, Import, Link, Outlet
from claims.desk import claims as claim_services
from claims.desk import correcting, matches, notes
from claims.desk import verdicts as verdict_services
from claims.desk.claimants import claimant_merge
from claims.desk.review_sources import source_add
from claims.desk.webhooks.endpoints import endpoint_ping
from claims.models import (
    ApiKey,
    Claim,
    Evidence,
    ReviewPublisher,
    ReviewSource,
    SavedFilter,
    Verdict,
    WebhookDelivery,
)
from tests import factories
from tests.kept_rows import kept
from tests.subscribing import subscribed


@dataclass(frozen=True)
class Rows:
    """Who looks, and a row for each page that is about one; each has much around it."""

    admin: User
    article: Any
    claim: Claim
    claimant: Any
    corrected: Verdict
    delivery: Any
    dismissed: Claim
    draft: Verdict
    event: Event
    external: Any
    feed: Feed
    in_review: Verdict
    key: Any
    link: Link
    match: Any
    other: Claim
    other_claimant: Any
    published: Verdict
    publisher: Any
    retracted: Verdict
    saved: SavedFilter
    scale: Any
    source: Any
    user: User
    webhook: Any
    work: Import


def desk_kept(count: int) -> Rows:
    """The same for those who only look at it: built once in a process."""
    return kept(f"desk with {count}", partial(desk_with, count))


def desk_with(count: int) -> Rows:
    """`count` rows of whatever a page lists; the admin sees all of them."""
    admin = factories.user_in("admin", username="admin", first_name="Ada", email="a@desk.example")
    tove = factories.user_in("researcher", username="tove", first_name="Tove")
    edda = factories.user_in("editor", username="edda", first_name="Edda")
    factories.rating_scale()
    # One is made again and again; the others fill the lists.
    claims = [claim_with_places(1 if number else count, number) for number in range(count)]
    busy, dismissed = claims[0], claims[-1]
    published = [published_verdict(tove, edda, count) for _ in range(count)]
    retracted = factories.published_verdict(tove, edda)
    verdict_services.verdict_retract(retracted, note="The log was forged.", by=edda)
    draft, in_review = draft_of(tove, count), factories.submitted_verdict(tove)
    corrected = corrections(published[0], edda, admin, count)
    for claim in (busy, draft.claim):
        surround(claim, count, by=edda, mentioning=admin)
    claim_services.claim_dismiss(dismissed, reason="A matter of taste.", by=edda)
    for claim in claims[:-1]:
        claim_services.claim_assign(claim, to=admin, by=edda)
    merge_into(busy.claimant, count, by=edda)
    saved = [
        SavedFilter.objects.create(owner=edda, name=f"View {n}", query=f"topic=t{n}", shared=True)
        for n in range(count)
    ]
    for number in range(count):
        factories.user_in("reader", username=f"reader{number}")
        factories.ArticleFactory(state="failed", last_error="The worker was lost.")
        sign_in(admin)
    keys = [
        ApiKey.objects.create(user=tove, name="The CMS", scopes=["read"])[0] for _ in range(count)
    ]
    delivery = told_by_webhook(tove, edda, admin, count)
    article = busy.appearances.order_by("pk").first().article
    copies_of(article, count)
    return Rows(
        admin=admin,
        article=article,
        claim=busy,
        claimant=busy.claimant,
        corrected=corrected,
        delivery=delivery,
        dismissed=dismissed,
        draft=draft,
        event=Event.objects.filter(kind="verdict.published").first(),
        external=busy.external_matches.first().external,
        feed=feeds_of(article.outlet, count),
        in_review=in_review,
        key=keys[0],
        link=links_of(tove, count),
        match=busy.matches.first(),
        other=claims[1],
        other_claimant=claims[1].claimant,
        published=published[-1],
        publisher=publishers_elsewhere(count),
        retracted=retracted,
        saved=saved[0],
        scale=corrected.rating.scale,
        source=sources_of_verdicts(count),
        user=tove,
        webhook=delivery.endpoint,
        work=imports_of(tove, count),
    )


def copies_of(article: Article, count: int) -> None:
    for _ in range(count):
        copy = factories.ArticleFactory(copy_of=article)
        factories.AppearanceFactory(article=copy)


def feeds_of(outlet: Outlet, count: int) -> Feed:
    """One of the feeds of an outlet."""
    urls = [f"https://herald{n}.example/feed" for n in range(count)]
    feeds = [feed_add(outlet=outlet, url=url, by=None) for url in urls]
    return feeds[0]


def links_of(giver: User, count: int) -> Link:
    """One of the links that wait or led to an article."""
    urls = [f"https://herald{n}.example/news" for n in range(count)]
    links = [given.link for given in links_submit(urls, by=giver)]
    for link in links[1:]:
        link.state, link.article, link.next_at = "stored", factories.ArticleFactory(), None
        link.save()
    for _ in range(count):
        Event.objects.create(
            kind="link.retried", subject_type="articles.link", subject_id=links[0].pk
        )
    return links[0]


def publishers_elsewhere(count: int) -> ReviewPublisher:
    """One of the desk's list."""
    rows = [ReviewPublisher(site=f"checks{n}.example") for n in range(count)]
    return ReviewPublisher.objects.bulk_create(rows)[0]


def sources_of_verdicts(count: int) -> ReviewSource:
    """One of the pages that other desks' verdicts are read from."""
    urls = [f"https://checks{n}.example/feed" for n in range(count)]
    sources = [source_add(name=url, url=url, by=None) for url in urls]
    return sources[0]


def imports_of(giver: User, count: int) -> Import:
    """One of the imports that have ended; rows of it failed."""
    works = [
        Import.objects.create(
            name=f"{n}.csv", path="gone", sha256=str(n), size=1, state="cancelled",
            options={"format": "csv"}, rows_read=count, failed=count, submitted_by=giver,
        )
        for n in range(count)
    ]  # fmt: skip
    error = {"field": "text", "code": "text_required", "message": "There is no text."}
    for number in range(count):
        works[0].failures.create(number=number + 1, errors=[error], content=b"{}")
    return works[0]


def told_by_webhook(author: User, editor: User, admin: User, count: int) -> WebhookDelivery:
    """One of the messages that wait at each of `count` webhooks."""
    webhooks = [subscribed(None, name=f"CMS {number}", by=admin) for number in range(count)]
    factories.published_verdict(author, editor)
    for webhook in webhooks:
        for _ in range(count):
            endpoint_ping(webhook, by=admin)
    message = webhooks[0].deliveries.get(kind="verdict.published")
    for number in range(count):
        message.tries.create(number=number + 1, status=500, note="500 Internal Server Error")
    return message


def claim_with_places(count: int, number: int) -> Claim:
    """A claim in `count` articles, and as often in the first of them."""
    topics = ["ferries", f"topic {number}"]
    place = factories.AppearanceFactory(claim__topics=topics, claim__flagged=number == 0)
    for start in range(1, count):
        factories.AppearanceFactory(claim=place.claim)
        factories.AppearanceFactory(article=place.article, start=start, claim=place.claim)
    return place.claim


def draft_of(author: User, count: int) -> Verdict:
    verdict = factories.draft_verdict(author)
    sources(verdict, count)
    return verdict


def published_verdict(author: User, editor: User, count: int) -> Verdict:
    verdict = factories.published_verdict(author, editor)
    sources(verdict, count)
    today = timezone.localdate()
    days = {"review_on": today, "expires_on": today + timedelta(days=7)}
    Verdict.objects.filter(pk=verdict.pk).update(**days)
    verdict.refresh_from_db()
    return verdict


def sources(verdict: Verdict, count: int) -> None:
    Evidence.objects.bulk_create(
        Evidence(
            verdict=verdict,
            url=f"https://harbour.example/log/{number}",
            title=f"The harbour log, page {number}",
            quotation="Four departures were late.",
            stance="context",
        )
        for number in range(count - 1)
    )


def corrections(verdict: Verdict, editor: User, approver: User, count: int) -> Verdict:
    """The verdict after `count` corrections."""
    for _ in range(count):
        draft = correcting.verdict_correct(verdict, note="The log was misread.", by=editor)
        verdict_services.verdict_submit(draft, by=editor)
        verdict_services.verdict_approve(draft, by=approver)
        verdict = verdict_services.verdict_publish(draft, by=approver)
    return verdict


def surround(claim: Claim, count: int, *, by: User, mentioning: User) -> None:
    """Pairs that wait and pairs that were rejected, other desks' verdicts, and notes."""
    for number in range(count):
        for rejected in (False, True):
            other = factories.AppearanceFactory(claim__claimant=claim.claimant).claim
            older, newer = sorted((claim, other), key=lambda row: row.pk)
            match = factories.MatchFactory(claim=older, other=newer)
            if rejected:
                matches.match_reject(match, by=by)
        factories.ExternalMatchFactory(claim=claim)
        notes.note_add(claim, text=f"@{mentioning.username}, look at page {number}.", by=by)


def merge_into(claimant: Any, count: int, *, by: User) -> None:
    for _ in range(count):
        claimant_merge(factories.ClaimantFactory(), into=claimant, by=by)


def sign_in(user: User) -> None:
    """By the form, so that the browser is listed."""
    Client().post("/admin/login/", {"username": user.username, "password": factories.PASSWORD})
