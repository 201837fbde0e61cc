"""What anyone reads: the page of a claim, the front page, the log of corrections."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk import correcting, merging
from claims.desk import verdicts as services
from claims.models import Claim, Claimant, Rating, Verdict
from claims.publishing.claimreview import claim_review
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db
MARKER = "zqx-unpublished"
SCRIPT = '</script><script>alert(1)</script><img src=x onerror=alert(2)>&\u2028"'
PUBLIC = ("/", "/corrections/", "/claimreview.json", "/feeds/verdicts.atom")


class Scripts(HTMLParser):
    """Collects what a browser would take for scripts, and every attribute that runs code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.types, self.blocks, self.handlers, self.inside = [], [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.handlers += [name for name, _value in attrs if name.startswith("on")]
        self.handlers += [name for name, _value in attrs if name == "style"]
        if tag == "script":
            self.types.append(dict(attrs).get("type"))
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "script"

    def handle_data(self, data):
        if self.inside:
            self.blocks.append(data)


def body(response) -> str:
    content = response.getvalue() if response.streaming else response.content
    return content.decode()


def markup(client, verdict: Verdict) -> dict:
    """The ClaimReview in the page of a verdict."""
    scripts = Scripts(body(client.get(verdict.get_absolute_url())))
    assert scripts.types == ["application/ld+json"]
    return json.loads("".join(scripts.blocks))


def corrected(verdict: Verdict, editor, other, note="The log was read wrongly.") -> Verdict:
    draft = correcting.verdict_correct(verdict, note=note, by=editor)
    services.verdict_edit(
        draft,
        rating=Rating.objects.get(slug="half-true"),
        title=draft.title,
        explanation="The harbour log counts five late ferries.",
        correction_note=note,
        by=editor,
    )
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other)
    return services.verdict_publish(draft, by=other)


# --- The page ---------------------------------------------------------------------------------


def test_a_page_tells_claim_rating_evidence_and_places(client):
    verdict = published_verdict()
    page = body(client.get(verdict.get_absolute_url()))
    place = verdict.claim.appearances.get()
    for words in (
        verdict.claim.text,
        verdict.claim.claimant.name,
        "How often did ferries run late?",
        "The harbour log counts four late ferries.",
        "Refutes the claim",
        "Four departures were late.",
        'href="https://harbour.example/log" rel="nofollow noopener"',
        place.text,
        place.article.outlet.name,
        f'href="{place.article.url}"',
    ):
        assert words in page
    assert '<li class="step orange here" aria-current="true"><span>Mostly false</span>' in page
    assert '<link rel="canonical" href="http' in page


def test_markup_of_the_page_is_what_the_builder_makes(client):
    verdict = published_verdict()
    built = claim_review(Verdict.objects.published().get(pk=verdict.pk))
    assert markup(client, verdict) == built


def test_explanation_becomes_paragraphs(client, researcher, editor):
    verdict = submitted_verdict(researcher)
    Verdict.objects.filter(pk=verdict.pk).update(explanation="One.\n\nTwo.\nThree.")
    services.verdict_approve(verdict, by=editor)
    services.verdict_publish(verdict, by=editor)
    assert "<p>One.</p>\n\n<p>Two.<br>Three.</p>" in body(client.get(verdict.get_absolute_url()))


def test_markup_in_any_field_is_text(client, editor, other_editor):
    verdict = corrected(published_verdict(), editor, other_editor, note=SCRIPT)
    Verdict.objects.update(title=SCRIPT, explanation=SCRIPT, correction_note=SCRIPT)
    Claim.objects.update(text=SCRIPT, topics=[SCRIPT[:60]], language='"><b>')
    Claimant.objects.update(name=SCRIPT, role=SCRIPT)
    Rating.objects.filter(pk=verdict.rating_id).update(name=SCRIPT)
    verdict.evidence.update(
        title=SCRIPT, quotation=SCRIPT, url=f"https://a.example/{SCRIPT}", archived_url=SCRIPT
    )
    place = verdict.claim.appearances.get()
    type(place).objects.update(text=SCRIPT)
    type(place.article).objects.update(title=SCRIPT, url=f"https://a.example/?{SCRIPT}")
    type(place.article.outlet).objects.update(name=SCRIPT)

    review = markup(client, verdict)
    assert review["reviewBody"] == review["name"] == SCRIPT
    assert review["itemReviewed"]["author"]["name"] == SCRIPT
    for address in (verdict.get_absolute_url(), *PUBLIC, "/?q=" + "%3Cscript%3E"):
        page = body(client.get(address))
        if address.endswith((".json", ".atom")):
            assert "<script" not in page
            assert "<img" not in page
        else:
            assert Scripts(page).types in ([], ["application/ld+json"])
            assert Scripts(page).handlers == []
    (item,) = json.loads(body(client.get("/claimreview.json")))["dataFeedElement"]
    assert item["item"] == [review]
    # Feed readers take a description for HTML: unescaped once, it still must not be markup.
    assert "&amp;lt;script&amp;gt;" in body(client.get("/feeds/verdicts.atom"))


@pytest.mark.parametrize("made", [draft_verdict, submitted_verdict])
def test_unpublished_words_are_nowhere(client, researcher, made):
    verdict = made(researcher)
    verdict.evidence.update(title=MARKER, quotation=MARKER)
    Verdict.objects.update(title=MARKER, explanation=MARKER, correction_note=MARKER)
    Claim.objects.update(text=MARKER)
    assert client.get(verdict.get_absolute_url()).status_code == 404
    for address in PUBLIC:
        assert MARKER not in body(client.get(address)), address
    assert "0 found" in body(client.get(f"/?q={MARKER}"))


def test_a_correction_in_the_making_is_nowhere(client, editor):
    verdict = published_verdict(editor=editor)
    draft = correcting.verdict_correct(verdict, note=MARKER, by=editor)
    Verdict.objects.filter(pk=draft.pk).update(title=MARKER, explanation=MARKER)
    for address in (verdict.get_absolute_url(), *PUBLIC):
        assert MARKER not in body(client.get(address))


def test_a_correction_is_told_and_the_markup_follows(client, editor, other_editor):
    before = published_verdict()
    old = markup(client, before)
    after = corrected(before, editor, other_editor)
    new = markup(client, after)
    assert (old["reviewRating"]["ratingValue"], new["reviewRating"]["ratingValue"]) == (2, 3)
    assert new["reviewRating"]["alternateName"] == "Half true"
    assert new["@id"] == old["@id"]
    assert new["datePublished"] == old["datePublished"]
    assert datetime.fromisoformat(new["dateModified"]) >= datetime.fromisoformat(
        old["dateModified"]
    )
    page = body(client.get(after.get_absolute_url()))
    log = body(client.get("/corrections/"))
    for text in (page, log):
        assert "The log was read wrongly." in text
        assert "Mostly false" in text
        assert "Also changed: explanation." in text
    assert "four late ferries" not in page


def test_a_retracted_verdict_leaves_a_notice(client, editor):
    verdict = published_verdict(editor=editor)
    services.verdict_retract(verdict, note="The log was forged.", by=editor)
    response = client.get(verdict.get_absolute_url())
    page = body(response)
    assert response.status_code == 200
    assert "Retracted" in page
    assert "The log was forged." in page
    assert "ld+json" not in page
    assert "four late ferries" not in page
    assert "The log was forged." in body(client.get("/corrections/"))
    for address in ("/", "/claimreview.json"):
        assert verdict.claim.slug not in body(client.get(address))


def test_a_verdict_after_a_retraction_is_shown_again(client, editor, researcher):
    verdict = published_verdict(editor=editor)
    services.verdict_retract(verdict, note="The log was forged.", by=editor)
    claim = Claim.objects.get(pk=verdict.claim_id)
    Claim.objects.filter(pk=claim.pk).update(assignee=None)
    again = published_verdict(researcher, editor, claim=Claim.objects.get(pk=claim.pk))
    page = body(client.get(again.get_absolute_url()))
    assert "ld+json" in page
    assert "The log was forged." in page


def test_an_expired_verdict_says_so_and_has_no_markup(client):
    verdict = published_verdict()
    Verdict.objects.update(state="expired", ended_at=datetime(2026, 7, 1, tzinfo=UTC))
    page = body(client.get(verdict.get_absolute_url()))
    assert "ran out" in page
    assert "ld+json" not in page


def test_a_merged_claim_leads_to_its_target(client, editor):
    verdict = published_verdict(editor=editor)
    twin = merging.claim_merge(AppearanceFactory().claim, into=verdict.claim, by=editor)
    response = client.get(twin.get_absolute_url())
    assert response.status_code == 301
    assert response["Location"] == verdict.get_absolute_url()
    # The place where the twin was said is now one of the target's.
    assert len(markup(client, verdict)["itemReviewed"]["appearance"]) == 2


def test_a_claim_merged_into_an_unpublished_one_tells_nothing(client, editor):
    target = AppearanceFactory().claim
    twin = merging.claim_merge(AppearanceFactory().claim, into=target, by=editor)
    assert client.get(twin.get_absolute_url()).status_code == 404


def test_unknown_address_is_404_in_our_look(client):
    response = client.get("/claims/no-such-claim/")
    assert response.status_code == 404
    assert "There is nothing here" in body(response)


def test_a_page_never_asks_for_inline_style_or_script(client):
    verdict = published_verdict()
    for address in (verdict.get_absolute_url(), "/", "/corrections/"):
        response = client.get(address)
        assert "style=" not in body(response)
        assert "<style" not in body(response)
        assert "unsafe" not in response["Content-Security-Policy"]


# --- The front page ---------------------------------------------------------------------------


def test_front_page_has_the_newest_first_twenty_a_page(client, researcher, editor):
    verdicts = [published_verdict(researcher, editor) for _ in range(21)]
    first, second = body(client.get("/")), body(client.get("/?page=2"))
    assert first.index(verdicts[20].claim.slug) < first.index(verdicts[19].claim.slug)
    assert f"{verdicts[0].claim.slug}/" not in first
    assert f"{verdicts[0].claim.slug}/" in second
    assert client.get("/?page=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tunnel", True),
        ("TUNNEL vogt", True),
        ("tunnel bridge", False),
        ("%25", False),
        ("a%00b", False),
    ],
)
def test_search_finds_all_words_in_claim_title_or_claimant(client, query, found):
    claim = AppearanceFactory(
        claim=ClaimFactory(text="The tunnel is closed.", claimant__name="Helena Vogt")
    ).claim
    published_verdict(claim=claim)
    assert (claim.slug in body(client.get(f"/?q={query}"))) is found


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        body(client.get(address))
    return len(seen)


def test_thirty_verdicts_need_no_more_queries_than_three(client, researcher, editor, other_editor):
    for _ in range(3):
        corrected(published_verdict(researcher, editor), editor, other_editor)
    few = {address: queries(client, address) for address in PUBLIC}
    for _ in range(15):
        corrected(published_verdict(researcher, editor), editor, other_editor)
    assert {address: queries(client, address) for address in PUBLIC} == few


def test_a_page_with_many_places_needs_no_more_queries(client):
    verdict = published_verdict()
    few = queries(client, verdict.get_absolute_url())
    for _ in range(10):
        AppearanceFactory(claim=verdict.claim)
    assert queries(client, verdict.get_absolute_url()) == few


# --- Not sending twice what is known ------------------------------------------------------------


def test_a_known_page_is_304_until_it_is_corrected(client, editor, other_editor):
    verdict = published_verdict()
    address = verdict.get_absolute_url()
    first = client.get(address)
    known = {"If-None-Match": first["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(address, headers=since).status_code == 304
    corrected(verdict, editor, other_editor)
    assert client.get(address, headers=known).status_code == 200


def test_a_page_is_new_when_its_claimant_is_renamed(client):
    verdict = published_verdict()
    known = {"If-None-Match": client.get(verdict.get_absolute_url())["ETag"]}
    Claimant.objects.update(name="Mara Quill-Ashby")
    assert client.get(verdict.get_absolute_url(), headers=known).status_code == 200


def test_a_page_without_url_or_date_of_its_article(client, researcher, editor):
    article = ArticleFactory(url="", title="", published_at=None, state="extracted")
    claim = AppearanceFactory(article=article, claim__claimant=None, claim__made_on=None).claim
    verdict = published_verdict(researcher, editor, claim=claim)
    page = body(client.get(verdict.get_absolute_url()))
    assert article.outlet.name in page
    assert "Claimant unknown" in page
    assert "None" not in page
