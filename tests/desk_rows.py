"""A desk with rows of everything, for tests that open every page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.models import Event
from claims.desk import claims as claim_services
from claims.desk import correcting, matches, notes
from claims.desk import verdicts as verdict_services
from claims.desk.claimants import claimant_merge
from claims.desk.webhooks.endpoints import endpoint_ping
from claims.models import ApiKey, Claim, Evidence, SavedFilter, Verdict
from tests import factories
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
    in_review: Verdict
    key: Any
    match: Any
    other: Claim
    other_claimant: Any
    published: Verdict
    retracted: Verdict
    saved: SavedFilter
    scale: Any
    user: User
    webhook: Any


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
    webhooks = [subscribed(None) for _ in range(count)]
    deliveries = [endpoint_ping(webhook, by=admin) for webhook in webhooks]
    return Rows(
        admin=admin,
        article=busy.appearances.order_by("pk").first().article,
        claim=busy,
        claimant=busy.claimant,
        corrected=corrected,
        delivery=deliveries[0],
        dismissed=dismissed,
        draft=draft,
        event=Event.objects.filter(kind="verdict.published").first(),
        external=busy.external_matches.first().external,
        in_review=in_review,
        key=keys[0],
        match=busy.matches.first(),
        other=claims[1],
        other_claimant=claims[1].claimant,
        published=published[-1],
        retracted=retracted,
        saved=saved[0],
        scale=corrected.rating.scale,
        user=tove,
        webhook=webhooks[0],
    )


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
