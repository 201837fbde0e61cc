"""`claims:search` and `pages` by hand: filters, paging, masks, errors, and what nobody may see."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from claims.desk import correcting
from claims.desk.wordings import wordings_of_externals_write
from claims.models import Claim, Verdict
from claims.publishing.google import views
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

SEARCH, PAGES = "/v1alpha1/claims:search", "/v1alpha1/pages"
HERE, THERE = "localhost", "checkers.example"


def rated(text: str, **claim) -> Verdict:
    return published_verdict(claim=AppearanceFactory(claim=ClaimFactory(text=text, **claim)).claim)


def elsewhere(text: str, **fields):
    external = ExternalVerdictFactory(claim_reviewed=text, **fields)
    wordings_of_externals_write([external])
    return external


def texts(client, **asked) -> list[str]:
    response = client.get(SEARCH, asked)
    assert response.status_code == 200, response.content
    return [claim["text"] for claim in response.json().get("claims", [])]


def violations(response, status: int = 400) -> list[tuple[str, str]]:
    """Of an error in Google's form: field and description of each violation."""
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, status)
    assert error["status"] == "INVALID_ARGUMENT"
    [detail] = error["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    return [(one.get("field", ""), one["description"]) for one in detail["fieldViolations"]]


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


# --- Masks ------------------------------------------------------------------------------------

REVIEW = {"publisher": {"site": THERE}}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("claims/text", {"claims": [{"text": "Late."}]}),
        ("claims(text)", {"claims": [{"text": "Late."}]}),
        ("claims/claimReview/publisher/site", {"claims": [{"claimReview": [REVIEW]}]}),
        (
            "claims(text,claimReview(publisher/site))",
            {"claims": [{"text": "Late.", "claimReview": [REVIEW]}]},
        ),
        (
            " claims/text , claims/claimReview/publisher/site ",
            {"claims": [{"text": "Late.", "claimReview": [REVIEW]}]},
        ),
        ("claims/*/publisher/site", {"claims": [{"claimReview": [REVIEW]}]}),
        ("*/text", {"claims": [{"text": "Late."}]}),
        ("nextPageToken", {}),
    ],
)
def test_fields_choose_parts_of_the_answer(client, fields, answer):
    elsewhere("Late.")
    asked = {"reviewPublisherSiteFilter": THERE, "fields": fields}
    assert client.get(SEARCH, asked).json() == answer


@pytest.mark.parametrize("fields", ["*", "claims", "claims,claims/text", "", "claims/*"])
def test_fields_may_ask_for_everything(client, fields):
    elsewhere("Late.")
    asked = {"reviewPublisherSiteFilter": THERE}
    assert (
        client.get(SEARCH, {**asked, "fields": fields}).json() == client.get(SEARCH, asked).json()
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ("author", "author"),
        ("claims/text/more", "claims.text.more"),
        ("claims(text,author)", "claims.author"),
        ("claims/*/host", "claims.*.host"),
        ("claims(", "fields"),
        ("claims(text", "fields"),
        ("claims)", "fields"),
        ("claims//text", "fields"),
        (",", "fields"),
        ("claims.text", "fields"),
        ("claims/" * 20 + "text", "fields"),
        ("(" * 1500, "fields"),
        ("claims," * 500, "fields"),
    ],
)
def test_fields_that_are_wrong_are_refused(client, fields, field):
    told = violations(client.get(SEARCH, {"query": "late", "fields": fields}))
    assert [name for name, _ in told] == [field]


def test_the_fields_of_a_page(client):
    verdict = rated("Late.")
    name = f"{PAGES}/{verdict.claim.uid.hex}"
    found = client.get(name, {"fields": "claimReviewMarkups/rating/textualRating"}).json()
    assert found == {"claimReviewMarkups": [{"rating": {"textualRating": "Mostly false"}}]}


# --- Parameters and errors --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({}, "query", "required"),
        ({"query": " "}, "query", "required"),
        ({"query": "a", "pageSize": "ten"}, "page_size", '(TYPE_INT32), "ten"'),
        ({"query": "a", "pageSize": ""}, "page_size", "TYPE_INT32"),
        ({"query": "a", "pageSize": "2147483648"}, "page_size", "TYPE_INT32"),
        ({"query": "a", "pageSize": "-1"}, "page_size", "negative"),
        ({"query": "a", "offset": "-1"}, "offset", "negative"),
        ({"query": "a", "maxAgeDays": "1.5"}, "max_age_days", "TYPE_INT32"),
        ({"query": "a", "languageCode": "English!"}, "language_code", "BCP 47"),
        ({"query": "a\0b"}, "query", "no text"),
        ({"query": "a", "callback": "alert"}, "callback", "JSONP"),
        ({"query": "a", "alt": "proto"}, "alt", "JSON"),
        ({"query": "a", "alt": "xml"}, "alt", "TYPE_ENUM"),
        ({"query": "a", "prettyPrint": "maybe"}, "pretty_print", "TYPE_BOOL"),
        ({"query": ["a", "b"]}, "query", "more than once"),
        ({"query": "a", "pageSize": "1", "page_size": "2"}, "page_size", "more than once"),
    ],
)
def test_parameters_that_are_wrong_are_named(client, asked, field, words):
    [(name, description)] = violations(client.get(SEARCH, asked))
    assert name == field
    assert words in description


def test_parameters_that_are_not_known_are_refused_all_at_once(client):
    response = client.get(SEARCH, {"query": "late", "q": "1", "lang": "en"})
    told = violations(response)
    assert ['Unknown name "q"' in told[0][1], 'Unknown name "lang"' in told[1][1]] == [True] * 2
    assert "Cannot bind query parameter" in response.json()["error"]["message"]


def test_every_parameter_of_the_document_is_taken(client):
    elsewhere("Late.")
    asked = {
        "reviewPublisherSiteFilter": THERE,
        "$.xgafv": "2",
        "quotaUser": "somebody",
        "uploadType": "media",
        "upload_protocol": "raw",
        "prettyPrint": "false",
        "key": "",
        "access_token": "",
        "page_size": "1",
    }
    assert texts(client, **asked) == ["Late."]
    assert len(client.get(SEARCH, asked).content.splitlines()) == 1
    assert len(client.get(SEARCH, {"query": "late"}).content.splitlines()) > 1


def test_the_older_form_of_errors_has_a_list_beside(client):
    error = client.get(SEARCH, {"$.xgafv": "1"}).json()["error"]
    assert error["errors"] == [
        {"message": error["message"], "domain": "global", "reason": "badRequest"}
    ]
    assert "errors" not in client.get(SEARCH).json()["error"]


@pytest.mark.parametrize(
    "headers", [{"X-Goog-Api-Key": "wrong"}, {"Authorization": "Bearer wrong"}]
)
def test_a_wrong_key_in_a_header_is_refused(client, headers):
    response = client.get(SEARCH, {"query": "late"}, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize("key", ["a\0b", "é", "\ud800"])
def test_a_key_of_odd_characters_is_refused(client, key):
    told = key.encode("utf-8", "surrogatepass")
    response = client.get(f"{SEARCH}?query=late&key=" + "".join(f"%{byte:02x}" for byte in told))
    assert response.status_code == 400
    assert response.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/v1alpha1/claims", 404, "NOT_FOUND"),
        ("get", "/v1alpha1/", 404, "NOT_FOUND"),
        ("get", "/v1alpha1/pages/nothing", 404, "NOT_FOUND"),
        ("get", "/v1alpha1/pages/a/b", 404, "NOT_FOUND"),
        ("post", SEARCH, 404, "NOT_FOUND"),
        ("delete", SEARCH, 404, "NOT_FOUND"),
        ("get", "/v1alpha1/claims:imageSearch?imageUri=a", 501, "UNIMPLEMENTED"),
        ("post", PAGES, 501, "UNIMPLEMENTED"),
        ("put", "/v1alpha1/pages/a", 501, "UNIMPLEMENTED"),
        ("delete", "/v1alpha1/pages/a", 501, "UNIMPLEMENTED"),
        ("post", "/batch", 501, "UNIMPLEMENTED"),
        ("get", "/$discovery/rest?version=v2", 404, "NOT_FOUND"),
    ],
)
def test_whatever_else_is_asked_is_refused_in_the_same_form(client, method, path, status, code):
    response = getattr(client, method)(path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/json; charset=UTF-8"
    error = response.json()["error"]
    assert (error["code"], error["status"]) == (status, code)
    assert error["message"]


def test_more_parameters_than_are_read_are_refused(client):
    response = client.get(SEARCH + "?" + "&".join(f"a{n}=1" for n in range(2000)))
    assert (response.status_code, response.json()["error"]["code"]) == (400, 400)


def test_who_asks_too_often_is_told_when_to_ask_again(client, monkeypatch):
    class Never(BaseThrottle):
        def allow_request(self, request, view):
            return False

        def wait(self):
            return 6.5

    monkeypatch.setattr(views.SearchView, "throttle_classes", [Never])
    response = client.get(SEARCH, {"query": "late"})
    assert (response.status_code, response["Retry-After"]) == (429, "7")
    assert response.json()["error"]["status"] == "RESOURCE_EXHAUSTED"


def test_a_fault_of_ours_is_told_in_the_same_form_without_details(client):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_externalverdict RENAME TO claims_lost")
    response = client.get(SEARCH, {"query": "late"})
    assert response.status_code == 500
    error = {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}
    assert response.json() == {"error": error}


def test_pages_are_of_an_organization_or_at_a_url(client, settings):
    verdict = rated("Late.")
    address = f"{settings.PUBLIC_URL}{verdict.get_absolute_url()}"

    def names(**asked) -> list[str]:
        pages = client.get(PAGES, asked).json().get("claimReviewMarkupPages", [])
        return [page["name"] for page in pages]

    own = [f"pages/{verdict.claim.uid.hex}"]
    assert names() == names(organization=HERE) == names(url=address) == own
    assert names(url=address.rstrip("/").replace("http:", "https:") + "?utm_source=a#top") == own
    assert names(organization="other.example") == names(url="https://other.example/claims/a/") == []
    assert names(url=f"{settings.PUBLIC_URL}/corrections/") == names(url="http://[") == []
    [(field, _)] = violations(client.get(PAGES, {"url": address, "organization": HERE}))
    assert field == "organization"


def test_a_page_is_found_at_the_address_of_a_claim_that_was_merged_into_it(
    client, editor, settings
):
    verdict = rated("Late.")
    twin = AppearanceFactory().claim
    Claim.objects.filter(pk=twin.pk).update(status="merged", merged_into=verdict.claim)
    answer = client.get(PAGES, {"url": f"{settings.PUBLIC_URL}{twin.get_absolute_url()}"}).json()
    [page] = answer["claimReviewMarkupPages"]
    assert page["pageUrl"].endswith(verdict.get_absolute_url())


# --- Handing out ------------------------------------------------------------------------------


def test_any_origin_may_read_and_send_a_key(client):
    for response in (client.get(SEARCH, {"query": "late"}), client.get(SEARCH)):
        assert response["Access-Control-Allow-Origin"] == "*"
    asked = client.options(SEARCH, headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 204
    assert "X-Goog-Api-Key" in asked["Access-Control-Allow-Headers"]


def test_a_known_answer_is_304_until_another_verdict_is_found(client):
    rated("Late.")
    first = client.get(SEARCH, {"query": "late"})
    assert first["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first["ETag"]}
    assert client.get(SEARCH, {"query": "late"}, headers=known).status_code == 304
    rated("Late again.")
    assert client.get(SEARCH, {"query": "late"}, headers=known).status_code == 200


def test_the_discovery_document_leads_to_this_desk(client, settings):
    settings.PUBLIC_URL = "https://desk.example"
    told = client.get("/$discovery/rest?version=v1alpha1").json()
    assert told["rootUrl"] == "https://desk.example/"
    assert "description" not in told
    assert "googleapis.com" not in json.dumps([told["rootUrl"], told["baseUrl"]])
