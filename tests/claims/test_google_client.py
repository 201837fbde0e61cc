"""Google's own Python client, unchanged, pointed at a desk."""

import pytest
from django.utils import timezone
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from claims import tasks
from claims.desk import correcting
from claims.desk import verdicts as desk
from claims.desk.wordings import claim_wordings_write, wordings_of_externals_write
from claims.models import Rating, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimantFactory,
    ClaimFactory,
    ExternalVerdictFactory,
    api_key,
    published_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db(transaction=True)

QUAYS = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024."


@pytest.fixture
def desk_url(live_server, settings) -> str:
    settings.PUBLIC_URL = live_server.url
    settings.PUBLISHER = {"name": "Harbour Desk", "logo": ""}
    return live_server.url


@pytest.fixture
def client(desk_url):
    service = build(
        "factchecktools",
        "v1alpha1",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": desk_url},
    )
    yield service
    service.close()


def quays() -> Verdict:
    claimant = ClaimantFactory(name="Mara Quill", role="Mayor", wikidata_id="Q42")
    claim = AppearanceFactory(claim=ClaimFactory(text=QUAYS, claimant=claimant)).claim
    return published_verdict(claim=claim)


def elsewhere(**fields):
    external = ExternalVerdictFactory(**fields)
    wordings_of_externals_write([external])
    return external


def test_search_tells_our_verdict_as_google_would(client, desk_url):
    verdict = quays()
    tasks.match()

    found = client.claims().search(query="quay closures in Harlow Bay", languageCode="en-GB")

    [claim] = found.execute()["claims"]
    [review] = claim.pop("claimReview")
    assert claim == {
        "text": QUAYS,
        "claimant": "Mara Quill",
        "claimDate": "2026-05-04T00:00:00Z",
    }
    assert review.pop("reviewDate").startswith(f"{timezone.now().date()}T")
    assert review == {
        "publisher": {"name": "Harbour Desk", "site": "localhost"},
        "url": f"{desk_url}{verdict.get_absolute_url()}",
        "title": "How often did ferries run late?",
        "textualRating": "Mostly false",
        "languageCode": "en",
    }


def test_search_tells_others_verdicts_as_theirs(client):
    elsewhere(claim_reviewed=QUAYS, title="Are the quays shut?", claimant="Mara Quill")

    [claim] = client.claims().search(query=QUAYS).execute()["claims"]

    assert claim["text"] == QUAYS
    [review] = claim["claimReview"]
    assert review["publisher"] == {"name": "Lantern Checks", "site": "checkers.example"}
    assert review["textualRating"] == "Misleading"
    assert review["reviewDate"] == "2026-05-11T00:00:00Z"


def test_nothing_found_is_an_empty_object(client):
    assert client.claims().search(query="zeppelins").execute() == {}
    assert client.pages().list().execute() == {}


def test_every_page_of_a_search_is_reached_by_list_next_style_tokens(client):
    for number in range(7):
        elsewhere(claim_reviewed=f"Quay {number} of Harlow Bay is shut.")
    asked = {"reviewPublisherSiteFilter": "www.checkers.example", "pageSize": 3}

    pages, token = [], None
    while token or not pages:
        answer = client.claims().search(**asked, pageToken=token).execute()
        pages.append([claim["text"] for claim in answer["claims"]])
        token = answer.get("nextPageToken")

    assert [len(texts) for texts in pages] == [3, 3, 1]
    assert len({text for texts in pages for text in texts}) == 7


def test_pages_are_gone_through_with_the_clients_own_list_next(client, desk_url):
    verdicts = [published_verdict() for _ in range(3)]
    request, names = client.pages().list(organization="localhost", pageSize=2), []
    while request is not None:
        answer = request.execute()
        names += [page["name"] for page in answer["claimReviewMarkupPages"]]
        request = client.pages().list_next(request, answer)
    assert names == [f"pages/{verdict.claim.uid.hex}" for verdict in reversed(verdicts)]


def test_a_page_has_the_markup_that_the_public_page_carries(client, desk_url):
    verdict = quays()
    place = verdict.claim.appearances.get().article

    page = client.pages().get(name=f"pages/{verdict.claim.uid.hex}").execute()

    address = f"{desk_url}{verdict.get_absolute_url()}"
    assert page["pageUrl"] == address
    assert page["claimReviewAuthor"] == {"name": "Harbour Desk"}
    assert page["publishDate"].startswith(str(timezone.now().date()))
    assert page["claimReviewMarkups"] == [
        {
            "url": address,
            "claimReviewed": QUAYS,
            "claimDate": "2026-05-04",
            "claimFirstAppearance": place.url,
            "claimAuthor": {
                "name": "Mara Quill",
                "jobTitle": "Mayor",
                "sameAs": "https://www.wikidata.org/entity/Q42",
            },
            "rating": {
                "textualRating": "Mostly false",
                "ratingValue": 2,
                "bestRating": 5,
                "worstRating": 1,
            },
        }
    ]
    [by_url] = client.pages().list(url=address).execute()["claimReviewMarkupPages"]
    assert by_url == page


def test_a_correction_moves_rating_version_and_review_date(client, editor, other_editor):
    verdict = quays()
    name = f"pages/{verdict.claim.uid.hex}"
    before = client.pages().get(name=name).execute()
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    Verdict.objects.filter(pk=draft.pk).update(rating=Rating.objects.get(slug="true"))
    draft.refresh_from_db()
    desk.verdict_submit(draft, by=editor)
    desk.verdict_approve(draft, by=other_editor)
    corrected = desk.verdict_publish(draft, by=other_editor)

    after = client.pages().get(name=name).execute()
    [claim] = client.claims().search(reviewPublisherSiteFilter="localhost").execute()["claims"]

    assert after["claimReviewMarkups"][0]["rating"]["textualRating"] == "True"
    assert after["versionId"] != before["versionId"]
    assert after["publishDate"] == before["publishDate"]
    [review] = claim["claimReview"]
    assert review["textualRating"] == "True"
    moved = corrected.updated_at.isoformat(timespec="seconds")
    assert review["reviewDate"] == moved.replace("+00:00", "Z")


def test_a_retracted_verdict_is_in_neither(client, editor):
    verdict = quays()
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    assert client.claims().search(query=QUAYS).execute() == {}
    assert client.pages().list().execute() == {}
    with pytest.raises(HttpError) as refused:
        client.pages().get(name=f"pages/{verdict.claim.uid.hex}").execute()
    assert refused.value.status_code == 404
    assert refused.value.reason == "Requested entity was not found."


def test_a_query_too_long_for_an_address_is_sent_as_a_form_and_answered(client):
    quays()
    found = client.claims().search(query=f"{QUAYS} {'quays ' * 500}").execute()
    assert found["claims"][0]["text"] == QUAYS


def test_a_key_of_the_desk_is_accepted_and_any_other_refused(client, desk_url):
    key = api_key(user_in("reader"))
    quays()

    def keyed(key: str) -> dict:
        options = {"api_endpoint": desk_url}
        with build(
            "factchecktools", "v1alpha1", developerKey=key, client_options=options
        ) as service:
            return service.claims().search(query=QUAYS).execute()

    assert keyed(key) == client.claims().search(query=QUAYS).execute()
    with pytest.raises(HttpError) as refused:
        keyed("of-somebody-else")
    assert refused.value.status_code == 400
    assert refused.value.reason == "API key not valid. Please pass a valid API key."
    assert refused.value.error_details[0]["reason"] == "API_KEY_INVALID"


def test_what_is_not_offered_is_refused_in_the_form_of_google(client):
    asked = [
        client.claims().imageSearch(imageUri="https://a.example/a.png"),
        client.pages().create(body={"pageUrl": "https://a.example/"}),
        client.pages().update(name="pages/a", body={}),
        client.pages().delete(name="pages/a"),
    ]
    for request in asked:
        with pytest.raises(HttpError) as refused:
            request.execute()
        assert refused.value.status_code == 501
        assert "this desk" in refused.value.reason.lower()


def test_a_wrong_field_is_explained(client):
    with pytest.raises(HttpError) as refused:
        client.claims().search(query="quays", fields="claims/author").execute()
    [detail] = refused.value.error_details
    [violation] = detail["fieldViolations"]
    assert violation["field"] == "claims.author"
    assert "Cannot find matching fields for path 'claims.author'" in violation["description"]


def test_a_client_can_build_itself_from_the_desks_own_discovery_document(desk_url):
    quays()
    with build(
        "factchecktools",
        "v1alpha1",
        credentials=AnonymousCredentials(),
        discoveryServiceUrl=f"{desk_url}/$discovery/rest?version={{apiVersion}}",
        static_discovery=False,
    ) as service:
        found = service.claims().search(query=QUAYS).execute()
    assert found["claims"][0]["text"] == QUAYS


def test_the_claims_own_words_are_searched_before_the_worker_has_embedded_them(client):
    claim_wordings_write(quays().claim)
    found = client.claims().search(query="quays Harlow").execute()
    assert found["claims"][0]["text"] == QUAYS
