"""What is published, read back by the libraries that others read it with: extruct, feedparser."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import extruct
import feedparser
import pytest
from django.utils.dateparse import parse_date, parse_datetime
from rdflib import namespace

from claims import tasks
from claims.desk import correcting
from claims.desk import verdicts as services
from claims.models import Claim, Rating, Verdict
from claims.publishing.claimreview import claim_review
from tests.factories import AppearanceFactory, ClaimantFactory, ClaimFactory, published_verdict

pytestmark = pytest.mark.django_db

#: schema.org, version 30: the properties that each type may have, and what may stand in them.
TEXT, NUMBER, URL, DATE = "Text", "Number", "URL", "Date or DateTime"
THING = {"name": TEXT, "url": URL, "sameAs": URL, "description": TEXT}
WORK = {
    **THING,
    "author": ("Organization", "Person"),
    "publisher": ("Organization", "Person"),
    "headline": TEXT,
    "inLanguage": TEXT,
    "datePublished": DATE,
    "dateModified": DATE,
    "expires": DATE,
    "license": URL,
    "sdLicense": URL,
}
TYPES = {
    "ClaimReview": {
        **WORK,
        "claimReviewed": TEXT,
        "reviewBody": TEXT,
        "reviewRating": ("Rating",),
        "itemReviewed": ("Claim",),
    },
    "Claim": {**WORK, "appearance": ("CreativeWork",), "firstAppearance": ("CreativeWork",)},
    "CreativeWork": WORK,
    "Rating": {
        **THING,
        "alternateName": TEXT,
        "ratingValue": NUMBER,
        "bestRating": NUMBER,
        "worstRating": NUMBER,
    },
    "Organization": {**THING, "logo": URL},
    "Person": {**THING, "jobTitle": TEXT},
    "DataFeed": {**WORK, "dataFeedElement": ("DataFeedItem",)},
    "DataFeedItem": {
        **THING,
        "dateCreated": DATE,
        "dateModified": DATE,
        "dateDeleted": DATE,
        "item": ("ClaimReview",),
    },
}


def wrong(node: dict, path: str = "") -> Iterator[str]:
    """What schema.org does not allow in a node: unknown types, properties out of place, values."""
    kind = node.get("@type")
    if kind not in TYPES:
        yield f"{path}: no type {kind}"
        return
    for name, value in node.items():
        here = f"{path}/{kind}.{name}"
        if name.startswith("@"):
            continue
        if name not in TYPES[kind] or namespace.SDO[name] not in namespace.SDO:
            yield f"{here}: no such property"
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from wrong_value(one, TYPES[kind][name], here)


def wrong_value(value, wanted, path: str) -> Iterator[str]:
    if isinstance(wanted, tuple):
        if value is None:  # A DataFeedItem whose item is gone.
            return
        if not isinstance(value, dict) or value.get("@type") not in wanted:
            yield f"{path}: no {' or '.join(wanted)}"
        else:
            yield from wrong(value, path)
    elif not CHECKS[wanted](value):
        yield f"{path}: {value!r} is no {wanted}"


CHECKS = {
    TEXT: lambda value: isinstance(value, str) and value.strip() == value != "",
    NUMBER: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    URL: lambda value: urlsplit(value).scheme in ("http", "https") and urlsplit(value).hostname,
    DATE: lambda value: parse_datetime(value) if "T" in value else parse_date(value),
}


def google_rules(review: dict) -> Iterator[str]:
    """What Google asks of a ClaimReview beyond schema.org."""
    rating = review["reviewRating"]
    for name in ("claimReviewed", "reviewRating", "url", "author", "datePublished"):
        if name not in review:
            yield f"{name} is missing"
    if not rating.get("alternateName"):
        yield "the rating has no words"
    if "ratingValue" in rating and not (
        1 <= rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        and rating["worstRating"] < rating["bestRating"]
    ):
        yield "the numbers of the rating are out of order"
    if rating["alternateName"].lower() in review["claimReviewed"].lower():
        yield "the claim carries its rating"
    if review.get("dateModified", "") < review["datePublished"]:
        yield "it was modified before it was published"
    if review["itemReviewed"].get("datePublished", "") > review["datePublished"]:
        yield "the claim is younger than its review"


def known_claim():
    claimant = ClaimantFactory(
        name="Mara Quill", kind="person", role="Mayor of Harlow Bay", wikidata_id="Q42"
    )
    return AppearanceFactory(claim=ClaimFactory(claimant=claimant)).claim


def bare_claim():
    return AppearanceFactory(
        claim=ClaimFactory(claimant=None, made_on=None, language=""), article__url=""
    ).claim


def markup(client, verdict: Verdict) -> list[dict]:
    """Every JSON-LD block of a claim's page, as extruct finds them."""
    page = client.get(verdict.get_absolute_url())
    found = extruct.extract(page.content.decode(), base_url="https://desk.example/")
    assert found["microdata"] == []
    return found["json-ld"]


def corrected(verdict: Verdict, editor, other_editor, *, rating: str) -> Verdict:
    draft = correcting.verdict_correct(verdict, note="Misread the log.", by=editor)
    Verdict.objects.filter(pk=draft.pk).update(rating=Rating.objects.get(slug=rating))
    draft.refresh_from_db()
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other_editor)
    return services.verdict_publish(draft, by=other_editor)


def feed(client, query: str = "") -> dict:
    return json.loads(client.get(f"/claimreview.json{query}").getvalue())


def atom(client) -> feedparser.FeedParserDict:
    found = feedparser.parse(client.get("/feeds/verdicts.atom").content)
    assert not found.bozo, found.bozo_exception
    return found


@pytest.mark.parametrize("claim", [known_claim, bare_claim])
def test_extruct_reads_one_valid_claim_review_from_the_page(client, settings, claim):
    settings.LICENCE = {"name": "CC BY 4.0", "url": "https://licences.example/by/4.0/"}
    verdict = published_verdict(claim=claim())
    [review] = markup(client, verdict)
    assert review == claim_review(Verdict.objects.published().get())
    assert list(wrong(review)) == []
    assert list(google_rules(review)) == []
    assert review["sdLicense"] == "https://licences.example/by/4.0/"


def test_the_whole_feed_is_valid_what_ended_included(client, researcher, editor):
    for claim in (known_claim(), bare_claim(), known_claim):
        published_verdict(researcher, editor, claim=claim if not callable(claim) else None)
    first = Verdict.objects.earliest("pk")
    services.verdict_retract(first, note="The log was forged.", by=editor)
    for query in ("", "?since=2020-01-01"):
        assert list(wrong(feed(client, query))) == []
    assert len(feed(client, "?since=2020-01-01")["dataFeedElement"]) == 3


def test_the_validator_here_finds_mistakes(client):
    published_verdict()
    review = claim_review(Verdict.objects.published().get())
    broken = {
        **review,
        "rating": 1,
        "datePublished": "yesterday",
        "reviewRating": {**review["reviewRating"], "ratingValue": "2", "worstRating": 5},
        "author": {"@type": "NewsOutlet"},
    }
    found = "\n".join(wrong(broken))
    for mistake in ("rating: no such", "'yesterday'", "'2' is no Number", "no Organization"):
        assert mistake in found
    broken["reviewRating"]["ratingValue"] = 2
    assert "the numbers of the rating are out of order" in google_rules(broken)


def test_a_changed_rating_is_nowhere_stale(client, editor, other_editor, settings, tmp_path):
    """A mistake seen elsewhere: markup that stays as it was when the rating changes."""
    settings.DUMP_DIR = tmp_path
    verdict = published_verdict(claim=known_claim())
    tasks.dump()
    addresses = [
        verdict.get_absolute_url(),
        f"{verdict.get_absolute_url()}card/",
        f"/oembed?url={settings.PUBLIC_URL}{verdict.get_absolute_url()}",
        "/claimreview.json",
        "/feeds/verdicts.atom",
        "/v1alpha1/claims:search?reviewPublisherSiteFilter=localhost",
        "/v1alpha1/pages",
        "/dumps/verdicts.jsonl",
        "/dumps/verdicts.csv",
    ]
    known = {address: client.get(address)["ETag"] for address in addresses}

    corrected(verdict, editor, other_editor, rating="mostly-true")
    tasks.mend_dump()

    for address in addresses:
        answer = client.get(address, headers={"If-None-Match": known[address]})
        assert answer.status_code == 200, address
        assert "Mostly true" in answer.getvalue().decode(), address
    [review] = markup(client, verdict)
    assert review["reviewRating"]["ratingValue"] == 4


def test_the_date_of_the_review_moves_with_a_correction(client, editor, other_editor):
    """Others’ review dates never move; and their claims are dated by the review."""
    verdict = published_verdict(claim=known_claim())
    day = datetime(2026, 6, 1, tzinfo=UTC)
    Verdict.objects.update(published_at=day, updated_at=day)
    corrected(Verdict.objects.get(), editor, other_editor, rating="true")
    [review] = markup(client, verdict)
    assert review["datePublished"] == day.isoformat()
    assert review["dateModified"] > "2026-06-02"
    assert review["itemReviewed"]["datePublished"] == date(2026, 5, 4).isoformat()
    [entry] = atom(client).entries
    assert entry.published == day.isoformat()
    assert entry.updated > "2026-06-02"


def test_feedparser_reads_each_claim_once_as_it_stands(client, researcher, editor, other_editor):
    stands, changed, gone, old = (published_verdict(researcher, editor) for _ in range(4))
    corrected(changed, editor, other_editor, rating="true")
    services.verdict_retract(gone, note="The log was forged.", by=editor)
    services.verdict_expire(old)

    found = atom(client)

    assert found.feed.title == "Plumbline: verdicts"
    assert found.feed.links[1].rel == "self"
    told = {entry.id.rsplit("/", 2)[1]: entry for entry in found.entries}
    assert len(told) == len(found.entries) == 4
    assert told[stands.claim.slug].title == f"Mostly false: {stands.claim.text}"
    assert told[changed.claim.slug].title == f"True: {changed.claim.text}"
    assert "Corrected: Misread the log." in told[changed.claim.slug].summary
    retracted = told[gone.claim.slug]
    assert retracted.title == f"Retracted: {gone.claim.text}"
    assert "The log was forged." in retracted.summary
    assert "four late ferries" not in retracted.summary
    expired = told[old.claim.slug]
    assert expired.title == f"Out of date (Mostly false): {old.claim.text}"
    assert "to be checked again" in expired.summary


def test_a_verdict_after_a_retraction_is_the_claims_only_entry(client, researcher, editor):
    verdict = published_verdict(researcher, editor)
    services.verdict_retract(verdict, note="The log was forged.", by=editor)
    again = published_verdict(researcher, editor, claim=Claim.objects.get())
    [entry] = atom(client).entries
    assert entry.title.startswith("Mostly false: ")
    assert again.claim == verdict.claim


@pytest.mark.parametrize("address", ["/claimreview.json", "/feeds/verdicts.atom"])
def test_feeds_are_compressed_for_who_asks(client, address):
    for _ in range(2):
        published_verdict()
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
    known = {"If-None-Match": packed["ETag"], "Accept-Encoding": "gzip"}
    assert client.get(address, headers=known).status_code == 304


@pytest.mark.parametrize("address", ["/claimreview.json", "/feeds/verdicts.atom"])
def test_any_origin_may_read_the_feeds(client, address):
    first = client.get(address)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
