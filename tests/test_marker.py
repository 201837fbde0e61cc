"""What the desk keeps to itself: a word planted everywhere in its work is found nowhere outside.

A stranger looks at every public address before and after a day's work at the desk that publishes
nothing: not a byte, header, ETag or date of any answer may tell that there was one.
"""

import re
import time

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from articles.models import Article, Event, Import, Link, Outlet
from claims.desk import claims, correcting, drafts, matches, notes, verdicts
from claims.models import Claim, Claimant, ExternalVerdict, Match, Rating, Verdict
from claims.publishing.dumps import FILES
from tests.asking import client_of
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ExternalMatchFactory,
    MatchFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db

MARKER = "zqxmarker"
TEXT = "Ferries ran late 900 times in May."

#: Addresses that everybody may read, outside `/api/v1/`. A new one belongs here.
PUBLIC = {
    "": ("/", "/?q=ferries", f"/?q={MARKER}"),
    "claims/<slug:slug>/": ("/claims/{slug}/",),
    "claims/<slug:slug>/card/": ("/claims/{slug}/card/",),
    "oembed": ("/oembed?url=http://localhost:8000/claims/{slug}/",),
    "corrections/": ("/corrections/",),
    "claimreview.json": ("/claimreview.json", "/claimreview.json?since=2026-01-01"),
    "dumps/": ("/dumps/",),
    "dumps/<str:name>": tuple(f"/dumps/{name}" for name in FILES),
    "feeds/verdicts.atom": ("/feeds/verdicts.atom",),
    "v1alpha1/claims:search": (
        "/v1alpha1/claims:search?query=ferries",
        f"/v1alpha1/claims:search?query={MARKER}",
        "/v1alpha1/claims:search?reviewPublisherSiteFilter=localhost",
    ),
    "v1alpha1/claims:imageSearch": ("/v1alpha1/claims:imageSearch",),
    "v1alpha1/pages": ("/v1alpha1/pages?organization=localhost",),
    "v1alpha1/pages/<str:name>": ("/v1alpha1/pages/{uid}",),
    "^v1alpha1(?:/|$)": ("/v1alpha1/claims",),
    "batch": ("/batch",),
    "$discovery/rest": ("/$discovery/rest?version=v1alpha1",),
}
#: These show nothing of what the desk has.
OTHERS = {"admin/", "api/", "healthz", "readyz", "metrics"}
#: What the names in the API's addresses stand for.
ROWS = {
    "articles": Article,
    "claimants": Claimant,
    "claims": Claim,
    "external-verdicts": ExternalVerdict,
    "imports": Import,
    "links": Link,
    "matches": Match,
    "outlets": Outlet,
    "verdicts": Verdict,
}


@pytest.fixture
def published(researcher, editor, other_editor):
    """What the public has: a verdict with all that hangs on it, a corrected and a retracted one."""
    place = AppearanceFactory(claim__text=TEXT)
    verdict = published_verdict(researcher, editor, claim=place.claim)
    matches.external_match_confirm(ExternalMatchFactory(claim=place.claim), by=editor)
    corrected = published_verdict(researcher, editor)
    draft = correcting.verdict_correct(corrected, note="Misread.", by=editor)
    verdicts.verdict_submit(draft, by=editor)
    verdicts.verdict_approve(draft, by=other_editor)
    verdicts.verdict_publish(draft, by=other_editor)
    verdicts.verdict_retract(published_verdict(researcher, editor), note="Wrong.", by=editor)
    return verdict


def marked(verdict, by):
    """All of a draft's words, and a source."""
    verdicts.verdict_edit(
        verdict,
        rating=Rating.objects.get(slug="half-true"),
        title=MARKER,
        explanation=MARKER,
        correction_note=MARKER if verdict.corrects_id else "",
        by=by,
    )
    source = verdicts.Source(
        url=f"https://{MARKER}.example/", stance="context", title=MARKER, quotation=MARKER
    )
    verdicts.evidence_add(verdict, source, by=by)


def work_on_claims(published, researcher, editor):
    text = f"{MARKER} ran late 900 times, he said."
    article = ArticleFactory(text=text, title=MARKER, state="extracted")
    claim = AppearanceFactory(article=article, claim__text=f"{TEXT} {MARKER}").claim
    claims.claim_triage(claim, by=researcher)
    claims.claim_word(claim, text=f"{TEXT} {MARKER}!", claimant=None, by=researcher)
    claims.claim_tag(claim, add=[MARKER], by=researcher)
    claims.claim_assign(claim, to=researcher, by=editor)
    claims.claim_dismiss(AppearanceFactory().claim, reason=MARKER, by=editor)
    ClaimFactory(text=MARKER, claimant__name=MARKER)
    for noted in (claim, published.claim):
        notes.note_add(noted, text=f"{MARKER} @editor", by=researcher)


def work_on_drafts(published, researcher, editor):
    draft = draft_verdict(researcher)
    marked(draft, researcher)
    drafts.draft_keep(draft, {"title": MARKER}, version=draft.version, revision=0, by=researcher)
    returned = submitted_verdict(researcher)
    verdicts.verdict_return(returned, note=MARKER, by=editor)
    verdicts.verdict_approve(submitted_verdict(researcher), by=editor)


def work_on_corrections(published, researcher, editor):
    correction = correcting.verdict_correct(published, note=MARKER, by=editor)
    marked(correction, editor)
    verdicts.verdict_submit(correction, by=editor)
    others = Verdict.objects.published().exclude(pk=published.pk)
    for verdict in others:
        dropped = correcting.verdict_reopen(verdict, note=MARKER, by=editor)
        marked(dropped, editor)
        correcting.correction_drop(dropped, note=MARKER, by=editor)


def work_on_matches(published, researcher, editor):
    claim = AppearanceFactory(claim__text=MARKER).claim
    MatchFactory(claim=published.claim, other=claim, agreeing=[MARKER])
    rejected = MatchFactory(claim=published.claim, other=AppearanceFactory().claim)
    matches.match_reject(rejected, by=editor)
    external = {"publisher": MARKER, "claim_reviewed": MARKER, "title": MARKER, "rating": MARKER}
    names = {f"external__{name}": value for name, value in external.items()}
    ExternalMatchFactory(claim=published.claim, **names)
    matches.external_match_reject(ExternalMatchFactory(claim=published.claim, **names), by=editor)


DAY = (work_on_claims, work_on_drafts, work_on_corrections, work_on_matches)


def addresses():
    """Every address that a stranger may try, with every id that there is."""
    public = [address for several in PUBLIC.values() for address in several]
    for slug, uid in Claim.objects.values_list("slug", "uid"):
        yield from (address.format(slug=slug, uid=uid) for address in public)
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        if "get" in methods:
            yield from filled(path)


def filled(path):
    """An address of the API with the ids of every row that it may be about."""
    found = re.search(r"([\w-]+)/{\w+}", path)
    if found is None:
        yield path
        return
    for uid in ROWS[found[1]].objects.values_list("uid", flat=True):
        yield re.sub(r"{\w+}", str(uid), path)


def seen(addresses, client=None):
    """What a stranger, or `client`, gets at each address: status, headers and body."""
    client, found = client or APIClient(), {}
    for address in {*addresses}:
        answer = client.get(address)
        body = answer.getvalue() if answer.streaming else answer.content
        found[address] = (answer.status_code, dict(answer.headers), body.decode())
    return found


@pytest.mark.parametrize("work", DAY)
def test_a_day_at_the_desk_is_not_seen_outside(settings, published, researcher, editor, work):
    # What others publish is no secret, and Google’s search tells it.
    settings.SEARCH_PUBLISHERS = []
    before, happened, read = seen(addresses()), Event.objects.count(), set()
    time.sleep(1.01)  # Last-Modified counts seconds.
    work(published, researcher, editor)
    assert Event.objects.count() > happened
    # The desk reads all of it first, so that whatever keeps answers has kept these.
    for address, (_status, headers, body) in seen(addresses(), client_of(editor)).items():
        if MARKER in body and MARKER not in address:
            read.add(address)
            assert "private" in headers["Cache-Control"], address
    assert read

    for address, answer in seen(addresses()).items():
        status, headers, body = answer
        assert answer == before.get(address, answer), address
        # 501 is what we do not offer of Google’s API.
        assert status in (200, 401, 404, 501), address
        assert MARKER not in str(headers), address
        # The search page shows what was asked for.
        assert MARKER not in body or MARKER in address, address


@pytest.mark.parametrize("work", DAY)
def test_a_check_does_not_tell_what_the_desk_works_on(published, researcher, editor, work):
    def checked():
        return APIClient().post("/api/v1/check/", {"text": TEXT}).content.decode()

    before = checked()
    assert str(published.uid) in before
    work(published, researcher, editor)
    assert checked() == before


def test_no_public_address_is_left_out():
    top = {str(each.pattern) for each in get_resolver().url_patterns if str(each.pattern)}
    assert (top, {*rootless(get_resolver())}) == (OTHERS, {*PUBLIC})


def rootless(resolver):
    """The patterns that are included without a beginning of their own."""
    for group in resolver.url_patterns:
        if hasattr(group, "url_patterns") and not str(group.pattern):
            inner = [each for each in group.url_patterns if not hasattr(each, "url_patterns")]
            yield from (str(each.pattern) for each in inner)
            yield from rootless(group)
