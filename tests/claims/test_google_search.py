"""`claims:search`: what is found, in which order and on which page, and what nobody may see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.desk import correcting
from claims.models import Verdict
from tests.claims.google import HERE, PAGES, SEARCH, THERE, elsewhere, rated, texts, violations
from tests.factories import (
    AppearanceFactory,
    ClaimantFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db


# --- What is found ----------------------------------------------------------------------------


def test_all_words_of_text_title_or_claimant_are_found_in_any_order(client):
    rated("The Emmet tunnel was closed.", claimant=ClaimantFactory(name="Helena Vogt"))
    elsewhere("A bridge over the Emmet fell.", title="Did it fall?", claimant="Tove Vogt")
    assert texts(client, query="closed tunnel") == ["The Emmet tunnel was closed."]
    assert texts(client, query="Helena tunnel") == ["The Emmet tunnel was closed."]
    assert texts(client, query="bridge Tove") == ["A bridge over the Emmet fell."]
    assert len(texts(client, query="Emmet")) == 2


def test_accents_and_misspellings_are_forgiven(client):
    rated("Unemployment in Zürich fell.")
    assert texts(client, query="zurich unemployment") == ["Unemployment in Zürich fell."]
    assert texts(client, query="zurich unemploymnet") == ["Unemployment in Zürich fell."]


def test_the_same_sentence_comes_first(client):
    for text in ("Ferries ran late in May.", "Ferries ran late in June.", "Ferries ran late."):
        rated(text)
    assert texts(client, query="Ferries ran late in June.")[0] == "Ferries ran late in June."


@pytest.mark.parametrize(
    ("site", "found"),
    [
        (HERE, ["Ours."]),
        (THERE, ["Theirs."]),
        ("www.Checkers.example", ["Theirs."]),
        ("https://www.checkers.example/reviews/", ["Theirs."]),
        ("nobody.example", []),
    ],
)
def test_a_publisher_needs_no_query(client, site, found):
    rated("Ours.")
    elsewhere("Theirs.")
    assert texts(client, reviewPublisherSiteFilter=site) == found


@pytest.mark.parametrize("code", ["de", "de-AT", "DE", "de_CH", "de-Latn-DE"])
def test_the_language_counts_and_its_region_does_not(client, code):
    rated("Fähren in Emmet.", language="de")
    rated("Fähren in Emmet, a song.", language="en")
    elsewhere("Fähren in Emmet fahren.", language="de-ch")
    found = texts(client, query="Fähren Emmet", languageCode=code)
    assert sorted(found) == ["Fähren in Emmet fahren.", "Fähren in Emmet."]


def test_age_is_that_of_the_newer_of_claim_and_review(client):
    day = timezone.localdate() - timedelta(days=30)
    old, fresh = day - timedelta(days=300), day + timedelta(days=29)
    elsewhere("Both old.", claimed_on=old, reviewed_on=old)
    elsewhere("Claim fresh.", claimed_on=fresh, reviewed_on=old)
    elsewhere("Review fresh.", claimed_on=old, reviewed_on=fresh)
    elsewhere("No dates.", claimed_on=None, reviewed_on=None)
    asked = {"reviewPublisherSiteFilter": THERE}
    assert sorted(texts(client, maxAgeDays=30, **asked)) == ["Claim fresh.", "Review fresh."]
    assert len(texts(client, maxAgeDays=0, **asked)) == 4
    assert len(texts(client, maxAgeDays=2147483647, **asked)) == 3


def test_an_old_claim_of_ours_is_as_young_as_its_review(client):
    rated("An old saying.", made_on=timezone.localdate() - timedelta(days=9000))
    assert texts(client, query="old saying", maxAgeDays=2) == ["An old saying."]
    Verdict.objects.update(updated_at=timezone.now() - timedelta(days=9))
    assert texts(client, query="old saying", maxAgeDays=2) == []


def test_only_publishers_that_the_desk_allows_are_told(client, settings):
    elsewhere("Quays are shut.")
    elsewhere("Quays are shut, they say.", site="spam.example")
    assert len(texts(client, query="quays shut")) == 2
    settings.SEARCH_PUBLISHERS = [THERE]
    assert texts(client, query="quays shut") == ["Quays are shut."]
    assert texts(client, reviewPublisherSiteFilter="spam.example") == []


def test_what_is_not_known_is_left_out(client):
    elsewhere("Bare.", title="", claimant="", reviewed_on=None, language="")
    [claim] = client.get(SEARCH, {"reviewPublisherSiteFilter": THERE}).json()["claims"]
    assert claim.keys() == {"text", "claimReview"}
    assert claim["claimReview"][0].keys() == {"publisher", "url", "textualRating"}


# --- What nobody may see ----------------------------------------------------------------------


def test_no_draft_is_found_by_its_words_or_told(client, researcher, editor):
    marker = "MARKERPIERHEAD"
    claim = ClaimFactory(text=f"A {marker} was built.")
    draft_verdict(researcher, claim=AppearanceFactory(claim=claim).claim)
    other = ClaimFactory(text=f"Another {marker} was built.")
    submitted_verdict(researcher, claim=AppearanceFactory(claim=other).claim)
    verdict = rated("The pier was built.")
    draft = correcting.verdict_correct(verdict, note=marker, by=editor)
    Verdict.objects.filter(pk=draft.pk).update(title=marker, explanation=marker)

    assert texts(client, query=marker) == []
    for address in (f"{SEARCH}?reviewPublisherSiteFilter={HERE}", PAGES):
        told = client.get(address).content.decode()
        assert "The pier was built." in told
        assert marker not in told
    for unseen in (claim, other):
        url = f"http://{HERE}:8000{unseen.get_absolute_url()}"
        assert client.get(PAGES, {"url": url}).json() == {}
        assert client.get(f"{PAGES}/{unseen.uid.hex}").status_code == 404


# --- Pages of answers -------------------------------------------------------------------------


def gone_through(client, **asked) -> list[str]:
    """The texts of all pages, each asked for with the token of the one before."""
    found: list[str] = []
    for _ in range(20):
        answer = client.get(SEARCH, asked).json()
        found += [claim["text"] for claim in answer.get("claims", [])]
        if "nextPageToken" not in answer:
            return found
        asked["pageToken"] = answer["nextPageToken"]
    raise AssertionError("the pages have no end")


def test_near_and_worded_answers_of_both_kinds_come_once_each(client, researcher, editor):
    for number in range(4):
        claim = AppearanceFactory(claim=ClaimFactory(text=f"Quay {number} of Emmet shut.")).claim
        published_verdict(researcher, editor, claim=claim)
        elsewhere(f"Quay {number} of Emmet was shut in May.")
    everything = texts(client, query="quay Emmet")
    assert len(everything) == 8
    for size in (1, 3, 8):
        assert gone_through(client, query="quay Emmet", pageSize=size) == everything


def test_what_is_published_meanwhile_shifts_no_page(client, researcher, editor):
    verdicts = [published_verdict(researcher, editor) for _ in range(4)]
    asked = {"reviewPublisherSiteFilter": HERE, "pageSize": 2}
    first = client.get(SEARCH, asked).json()
    published_verdict(researcher, editor)
    second = texts(client, pageToken=first["nextPageToken"], **asked)
    assert second == [verdict.claim.text for verdict in reversed(verdicts[:2])]


def test_those_without_a_date_come_last_and_once(client):
    for number in range(5):
        day = timezone.localdate() if number < 2 else None
        elsewhere(f"Claim {number}.", reviewed_on=day)
    found = gone_through(client, reviewPublisherSiteFilter=THERE, pageSize=2)
    assert found == [f"Claim {number}." for number in (1, 0, 4, 3, 2)]


def test_an_offset_counts_where_there_is_no_token(client):
    for number in range(5):
        elsewhere(f"Claim {number}.")
    asked = {"reviewPublisherSiteFilter": THERE, "offset": 1, "pageSize": 2}
    first = client.get(SEARCH, asked).json()
    assert [claim["text"] for claim in first["claims"]] == ["Claim 3.", "Claim 2."]
    assert texts(client, pageToken=first["nextPageToken"], **asked) == ["Claim 1.", "Claim 0."]
    assert texts(client, **{**asked, "offset": 5}) == []


@pytest.mark.parametrize(
    "changed",
    [{"pageSize": 3}, {"languageCode": "en"}, {"query": "late"}, {"maxAgeDays": 9000}],
)
def test_a_token_is_for_the_same_question_only(client, changed):
    for number in range(3):
        elsewhere(f"Ferry {number} was late.")
    asked = {"reviewPublisherSiteFilter": THERE, "pageSize": 1}
    token = client.get(SEARCH, asked).json()["nextPageToken"]
    told = violations(client.get(SEARCH, {**asked, **changed, "pageToken": token}))
    assert [field for field, _ in told] == ["page_token"]
    # The form of the answer is no part of the question.
    form = {"fields": "claims/text", "prettyPrint": "false", "alt": "json", "pageToken": token}
    assert texts(client, **asked, **form) == ["Ferry 1 was late."]


@pytest.mark.parametrize("token", ["nonsense", "a:b", "é", "x" * 5000])
def test_a_token_that_was_made_up_is_refused(client, token):
    told = violations(client.get(SEARCH, {"query": "late", "pageToken": token}))
    assert told == [("page_token", "This is no token of this API.")]


def test_page_size_is_ten_and_a_hundred_at_most(client):
    for number in range(101):
        ExternalVerdictFactory(claim_reviewed=f"Claim {number}.")
    asked = {"reviewPublisherSiteFilter": THERE}
    assert len(texts(client, **asked)) == len(texts(client, pageSize=0, **asked)) == 10
    assert len(texts(client, pageSize=2000, **asked)) == 100


def test_forty_answers_need_no_more_queries_than_four(client, researcher, editor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            texts(client, query="ferries late", pageSize=100)
        return len(seen)

    for _ in range(2):
        published_verdict(researcher, editor)
        elsewhere("Ferries were late.")
    few = queries()
    for _ in range(18):
        published_verdict(researcher, editor)
        elsewhere("Ferries were late.")
    assert queries() == few
