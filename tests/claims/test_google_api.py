"""`claims:search` and `pages` by hand: masks, parameters, errors and headers."""

import json

import pytest
from django.db import connection
from rest_framework.throttling import BaseThrottle

from claims.models import Claim
from claims.publishing.google import views
from tests.claims.google import HERE, PAGES, SEARCH, THERE, elsewhere, rated, texts, violations
from tests.factories import AppearanceFactory

pytestmark = pytest.mark.django_db


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
