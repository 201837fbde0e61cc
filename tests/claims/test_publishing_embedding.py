"""oEmbed, and the card that it leads to."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from claims.desk import correcting, merging
from claims.desk import verdicts as services
from claims.models import Claim, Claimant, Rating, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db

SCRIPT = '</title><script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(autouse=True)
def desk_example(settings):
    settings.PUBLIC_URL = "https://desk.example"
    settings.PUBLISHER = {"name": "Harbour Desk", "logo": ""}


def address(verdict: Verdict) -> str:
    return f"https://desk.example{verdict.get_absolute_url()}"


def card(client, verdict: Verdict) -> str:
    response = client.get(f"{verdict.get_absolute_url()}card/")
    assert response.status_code == 200
    return response.content.decode()


def embedded(client, url: str, **asked) -> dict:
    response = client.get("/oembed", {"url": url, **asked})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def iframe(answer: dict) -> dict:
    return ElementTree.fromstring(answer["html"]).attrib


# --- oEmbed -----------------------------------------------------------------------------------


def test_the_page_leads_to_an_answer_with_an_iframe_of_the_card(client):
    verdict = published_verdict()
    page = client.get(verdict.get_absolute_url()).content.decode()
    link = page.partition('type="application/json+oembed" href="')[2].partition('"')[0]
    parts = urlsplit(link.replace("&amp;", "&"))
    assert parse_qs(parts.query) == {"url": [address(verdict)], "format": ["json"]}

    answer = client.get(f"{parts.path}?{parts.query}").json()

    assert (answer["type"], answer["version"]) == ("rich", "1.0")
    assert answer["title"] == "Mostly false: How often did ferries run late?"
    assert answer["provider_name"] == "Harbour Desk"
    assert answer["provider_url"] == "https://desk.example/"
    frame = iframe(answer)
    assert frame["src"] == f"{address(verdict)}card/"
    assert (frame["width"], frame["height"]) == (str(answer["width"]), str(answer["height"]))
    assert "allow-scripts" not in frame["sandbox"]
    assert "script" not in answer["html"]
    assert client.get(urlsplit(frame["src"]).path).status_code == 200


@pytest.mark.parametrize(
    ("asked", "width"), [({}, 600), ({"maxwidth": 320}, 320), ({"maxwidth": 9000}, 600)]
)
def test_it_is_no_wider_than_asked(client, asked, width):
    answer = embedded(client, address(published_verdict()), **asked)
    assert answer["width"] == width


def test_it_is_no_higher_than_asked_and_higher_where_it_is_narrow(client):
    url = address(
        published_verdict(
            claim=AppearanceFactory(claim__text="Late. " * 40, claim__slug="late").claim
        )
    )
    assert embedded(client, url, maxheight=90)["height"] == 90
    assert embedded(client, url, maxwidth=300)["height"] > embedded(client, url)["height"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"url": "https://desk.example/claims/none/", "maxwidth": "wide"}, 400, "invalid"),
        ({"url": "https://desk.example/claims/none/", "maxheight": "0"}, 400, "invalid"),
        ({"url": "https://desk.example/claims/none/", "maxheight": "-5"}, 400, "invalid"),
        ({"url": "https://desk.example/claims/none/", "maxwidth": "٣"}, 400, "invalid"),
        ({"url": "https://desk.example/claims/none/"}, 404, "not_found"),
        ({"url": "https://desk.example/corrections/"}, 404, "not_found"),
        ({"url": "https://other.example/claims/none/"}, 404, "not_found"),
        ({"url": "http://["}, 404, "not_found"),
        ({"url": "\0"}, 404, "not_found"),
        ({"url": "https://desk.example/claims/none/", "format": "xml"}, 501, "not_offered"),
    ],
)
def test_what_cannot_be_answered_is_refused(client, asked, status, code):
    response = client.get("/oembed", asked)
    assert response.status_code == status
    assert response.json()["code"] == code


def test_a_merged_claims_address_embeds_what_it_was_merged_into(client, editor):
    verdict = published_verdict(editor=editor)
    twin = merging.claim_merge(AppearanceFactory().claim, into=verdict.claim, by=editor)
    answer = embedded(client, f"https://desk.example{twin.get_absolute_url()}")
    assert iframe(answer)["src"] == f"{address(verdict)}card/"
    moved = client.get(f"{twin.get_absolute_url()}card/")
    assert (moved.status_code, moved["Location"]) == (301, f"{verdict.get_absolute_url()}card/")


def test_any_origin_may_read_it_and_a_known_answer_is_304(client):
    asked = {"url": address(published_verdict())}
    first = client.get("/oembed", asked)
    assert first["Access-Control-Allow-Origin"] == "*"
    known = {"If-None-Match": first["ETag"]}
    assert client.get("/oembed", asked, headers=known).status_code == 304


# --- The card ---------------------------------------------------------------------------------


def test_any_site_may_frame_the_card_and_it_runs_nothing(client):
    verdict = published_verdict()
    response = client.get(f"{verdict.get_absolute_url()}card/")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy["frame-ancestors"] == "*"
    assert policy["script-src"] == policy["default-src"] == "'none'"
    assert "X-Frame-Options" not in response
    page = response.content.decode()
    assert "<script" not in page
    assert "style=" not in page
    assert verdict.claim.text in page
    assert "Mostly false" in page
    assert f'href="{address(verdict)}"' in page


def test_no_other_page_may_be_framed(client):
    verdict = published_verdict()
    for path in ("/", "/dumps/", verdict.get_absolute_url()):
        response = client.get(path)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"


def test_a_correction_is_told_with_its_day(client, editor, other_editor):
    verdict = published_verdict()
    draft = correcting.verdict_correct(verdict, note="Misread.", by=editor)
    services.verdict_submit(draft, by=editor)
    services.verdict_approve(draft, by=other_editor)
    assert "Corrected" not in card(client, verdict)
    services.verdict_publish(draft, by=other_editor)
    Verdict.objects.filter(pk=verdict.pk).update(ended_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert "Corrected on 1 June 2026." in card(client, verdict)


def test_a_retracted_verdict_says_so_and_its_rating_is_gone(client, editor):
    verdict = published_verdict(editor=editor)
    services.verdict_retract(verdict, note="The log was forged.", by=editor)
    page = card(client, verdict)
    assert "Harbour Desk no longer stands by its verdict on this claim." in page
    assert "Mostly false" not in page
    assert "How often did ferries" not in page
    assert embedded(client, address(verdict))["title"] == f"Retracted: {verdict.claim.text}"


def test_a_verdict_that_ran_out_says_so(client):
    verdict = published_verdict()
    services.verdict_expire(verdict)
    page = card(client, verdict)
    assert "Out of date." in page
    assert "Mostly false" in page


@pytest.mark.parametrize("made", [draft_verdict, submitted_verdict])
def test_a_claim_without_a_published_verdict_has_neither(client, researcher, made):
    claim = AppearanceFactory(claim=ClaimFactory(text="A MARKERPIERHEAD was built.")).claim
    made(researcher, claim=claim)
    for response in (
        client.get(f"{claim.get_absolute_url()}card/"),
        client.get("/oembed", {"url": f"https://desk.example{claim.get_absolute_url()}"}),
    ):
        assert response.status_code == 404
        assert "MARKERPIERHEAD" not in response.content.decode()


def test_markup_in_the_words_stays_words(client):
    verdict = published_verdict()
    Verdict.objects.update(title=SCRIPT)
    Claim.objects.update(text=SCRIPT, language='"><b>')
    Claimant.objects.update(name=SCRIPT, role=SCRIPT)
    Rating.objects.filter(pk=verdict.rating_id).update(name=SCRIPT)
    page = card(client, verdict)
    answer = embedded(client, address(verdict))
    for text in (page, answer["html"]):
        assert "<script" not in text
        assert "<img" not in text
    assert iframe(answer)["title"] == answer["title"] == f"{SCRIPT}: {SCRIPT}"
