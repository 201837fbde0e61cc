"""Matches in the admin: on the workbench, one by one, merging, splitting."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.desk import claims as claim_services
from claims.desk import matches, merging
from claims.models import Claim, Match
from tests import factories

TURN = "/admin/claims/match/"


@pytest.fixture(autouse=True)
def signed_in(client, editor, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(editor)


def url_of(claim: Claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def page_of(client, claim: Claim) -> str:
    return client.get(url_of(claim)).content.decode()


def section(page: str, heading: str) -> str:
    return page.partition(f"<h2>{heading}</h2>")[2].partition("</section>")[0]


def press(client, match, step: str, **fields):
    """Press a button of a match, as its page would."""
    url = reverse(f"admin:claims_{match._meta.model_name}_{step}", args=[match.pk])
    return client.post(url, {"version": match.version, **fields}, follow=True)


def told(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def where(answer) -> str:
    return answer.redirect_chain[-1][0]


# --- On the workbench -----------------------------------------------------------------------------


def test_what_is_possibly_the_same_says_all_that_an_editor_needs(client, researcher, editor):
    known = factories.published_verdict(researcher, editor).claim
    claim = factories.AppearanceFactory().claim
    less = factories.MatchFactory(claim=claim, score=0.55)
    factories.MatchFactory(
        claim=known,
        other=claim,
        score=0.934,
        agreeing=["both name May"],
        differing=["4 ferries here, 9 ferries there"],
    )
    likely = section(page_of(client, claim), "Possibly the same")
    place = known.appearances.get()
    for shown in (
        known.text,
        known.claimant.name,
        place.article.outlet.name,
        "4 May 2026",
        "Published",
        "Mostly false",
        "is-orange",
        "93%",
        "both name May",
        "4 ferries there, 9 ferries here",
        url_of(known),
    ):
        assert shown in likely, shown
    assert likely.index(known.text) < likely.index(less.other.text), "best first"
    assert "4 ferries here, 9 ferries there" in page_of(client, known)


def test_confirming_leads_to_the_claim_that_stays(client, researcher, editor):
    known = factories.published_verdict(researcher, editor).claim
    match = factories.MatchFactory(claim=known)
    answer = press(client, match, "confirm", on=match.other_id)
    assert where(answer) == url_of(known)
    assert "is merged into" in told(answer)
    assert "published as Mostly false" in told(answer)
    page = answer.content.decode()
    assert "1 claim merged into it" in page
    assert "Possibly the same" not in page
    match.other.refresh_from_db()
    assert match.other.merged_into == known
    assert known.appearances.count() == 2


def test_rejecting_can_be_taken_back(client):
    match = factories.MatchFactory()
    answer = press(client, match, "reject", on=match.other_id)
    assert where(answer) == url_of(match.other)
    page = answer.content.decode()
    assert "Possibly the same" not in page
    assert match.claim.text in page.partition("Rejected as another claim")[2]
    match.refresh_from_db()
    again = press(client, match, "reopen", on=match.claim_id)
    assert match.other.text in section(again.content.decode(), "Possibly the same")


def test_a_refusal_tells_what_to_do_and_changes_nothing(client, researcher, editor):
    one, two = (factories.published_verdict(researcher, editor).claim for _ in range(2))
    match = factories.MatchFactory(claim=one, other=two)
    answer = press(client, match, "confirm", on=two.pk)
    assert where(answer) == url_of(two)
    assert "Retract the one that should not stand" in told(answer)
    match.refresh_from_db()
    assert match.state == "suggested"


def test_the_second_of_two_editors_is_told(client, other_editor):
    match = factories.MatchFactory()
    seen = match.version
    matches.match_reject(match, by=other_editor)
    match.version = seen
    answer = press(client, match, "confirm", on=match.claim_id)
    assert "Otis" in told(answer)
    assert not Claim.objects.filter(status="merged").exists()


@pytest.mark.parametrize("data", [{}, {"version": "x"}, {"version": 1, "on": "9" * 5000}])
def test_nonsense_decides_nothing(client, data):
    match = factories.MatchFactory()
    url = reverse("admin:claims_match_confirm", args=[match.pk])
    assert client.post(url, data).status_code == 400
    assert client.get(url).url == url_of(match.claim)
    assert client.post(url.replace(str(match.pk), "999999"), {"version": 1}).status_code == 404
    match.refresh_from_db()
    assert match.state == "suggested"


def test_other_desks_verdicts_stand_beside_the_claim(client):
    script = "<script>alert(1)</script>"
    external = factories.ExternalVerdictFactory(rating="Pants on fire", claim_reviewed=script)
    match = factories.ExternalMatchFactory(external=external, score=0.71)
    sly = factories.ExternalVerdictFactory(url="javascript:alert(1)")
    factories.ExternalMatchFactory(claim=match.claim, external=sly)
    page = page_of(client, match.claim)
    shown = section(page, "Checked elsewhere")
    for words in ("Pants on fire", "Lantern Checks", external.url, "11 May 2026", "71%"):
        assert words in shown, words
    assert script not in page
    assert "javascript:" not in page

    answer = press(client, match, "confirm", on=match.claim_id)
    assert "confirmed by Edda" in section(answer.content.decode(), "Checked elsewhere")
    assert "Lantern Checks" in told(answer)
    match.refresh_from_db()
    press(client, match, "reopen", on=match.claim_id)
    match.refresh_from_db()
    answer = press(client, match, "reject", on=match.claim_id)
    page = answer.content.decode()
    assert external.url not in section(page, "Checked elsewhere")
    assert external.url in page.partition("Rejected as another claim")[2]


def test_the_page_asks_as_much_for_many_matches_as_for_few(client):
    def asked(claim: Claim) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of(claim))
        return len(queries)

    few, many = (factories.AppearanceFactory().claim for _ in range(2))
    factories.MatchFactory(claim=few)
    factories.ExternalMatchFactory(claim=few)
    for _ in range(5):
        factories.MatchFactory(claim=many)
        factories.ExternalMatchFactory(claim=many)
    client.get(url_of(few))
    assert asked(many) <= asked(few) + 1, "one counts those that are not shown"


# --- The queue ------------------------------------------------------------------------------------


def texts(client, query: str) -> list[str]:
    rows = client.get(f"/admin/claims/claim/{query}").context["cl"].result_list
    return sorted(claim.text for claim in rows)


def test_the_queue_tells_which_claims_are_possibly_the_same(client, editor):
    plain = factories.AppearanceFactory().claim
    match = factories.MatchFactory()
    factories.MatchFactory(claim=match.claim)
    matches.match_reject(factories.MatchFactory(claim=plain), by=editor)
    page = client.get("/admin/claims/claim/").content.decode()
    assert page.count("possibly the same as another") == 2
    assert page.count("possibly the same as 2 others") == 1
    found = texts(client, "?same=suggested")
    assert match.claim.text in found
    assert match.other.text in found
    assert (len(found), plain.text in found) == (3, False)
    elsewhere = factories.ExternalMatchFactory()
    assert texts(client, "?same=elsewhere") == [elsewhere.claim.text]
    assert len(texts(client, "?same=x")) == 6


def test_the_queue_asks_as_much_for_many_matches_as_for_few(client):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/claims/claim/")
        return len(queries)

    factories.MatchFactory()
    client.get("/admin/claims/claim/")
    few = asked()
    for _ in range(8):
        factories.MatchFactory()
    assert asked() == few


def test_the_first_page_shows_the_best_pairs_to_who_decides(client, reader):
    pairs = [factories.MatchFactory(score=score) for score in (0.5, 0.9, 0.7, 0.6)]
    page = client.get("/admin/").content.decode().partition("Possibly the same (")[2]
    listed = page.partition("</section>")[0]
    assert pairs[1].other.text in listed
    assert pairs[0].claim.text not in listed
    client.force_login(reader)
    assert "Possibly the same (" not in client.get("/admin/").content.decode()


# --- One by one -----------------------------------------------------------------------------------


def turn(client, query: str = "") -> Match | None:
    pair = client.get(TURN + query).context["pair"]
    return pair.match if pair else None


def test_pairs_come_one_by_one_best_first(client):
    low, high, middle = (factories.MatchFactory(score=score) for score in (0.5, 0.9, 0.7))
    assert turn(client) == high
    assert "3 pairs to decide on" in client.get(TURN).content.decode()
    assert turn(client, f"?after={high.pk}") == middle
    answer = press(client, middle, "reject", after=high.pk)
    assert where(answer) == f"{TURN}?after={high.pk}"
    assert answer.context["pair"].match == low
    answer = press(client, low, "confirm", after=high.pk)
    assert "is merged into" in told(answer)
    assert "That was the last one" in answer.content.decode()
    press(client, high, "confirm", after="")
    assert "No pair waits" in client.get(TURN).content.decode()


def test_pairs_of_one_score_are_all_seen(client):
    rows = [factories.MatchFactory(score=0.6) for _ in range(3)]
    seen, query = [], ""
    while match := turn(client, query):
        seen.append(match)
        query = f"?after={match.pk}"
    assert seen == rows
    for nonsense in ("?after=x", f"?after={'9' * 30}", "?after=-1"):
        assert turn(client, nonsense) == rows[0]


# --- Merging --------------------------------------------------------------------------------------


def merge_url(claim: Claim) -> str:
    return reverse("admin:claims_claim_merge", args=[claim.pk])


def test_merging_with_a_claim_that_was_searched_for(client):
    claim = factories.AppearanceFactory().claim
    place = factories.AppearanceFactory(claim__text="Crabs are fewer.", claim__slug="crabs")
    other = place.claim
    assert merge_url(claim) in page_of(client, claim)
    assert client.get(merge_url(claim)).context["candidates"] == []
    found = client.get(merge_url(claim), {"q": "fewer crabs"})
    assert found.context["candidates"] == [other]
    page = client.get(merge_url(claim), {"with": other.pk})
    first, second = page.context["ways"]
    assert (first["stays"], second["stays"]) == (claim, other), "the older one is offered first"
    sent = {"stays": other.pk, "goes": claim.pk, "version": second["version"]}
    answer = client.post(merge_url(claim), sent, follow=True)
    assert where(answer) == url_of(other)
    claim.refresh_from_db()
    assert claim.merged_into == other


def test_what_is_suggested_is_offered_for_merging(client):
    match = factories.MatchFactory()
    assert client.get(merge_url(match.other)).context["candidates"] == [match.claim]


def test_a_merge_that_cannot_be_says_why(client, researcher, editor):
    known = factories.published_verdict(researcher, editor).claim
    claim = factories.AppearanceFactory().claim
    page = client.get(merge_url(claim), {"with": known.pk}).content.decode()
    assert page.count("this one stays</button>") == 1
    assert "has a published verdict" in page
    sent = {"stays": claim.pk, "goes": known.pk, "version": known.version}
    answer = client.post(f"{merge_url(claim)}?with={known.pk}", sent)
    assert answer.status_code == 409
    claim_services.claim_triage(claim, by=researcher)
    stale = {"stays": known.pk, "goes": claim.pk, "version": 1}
    answer = client.post(f"{merge_url(claim)}?with={known.pk}", stale)
    assert answer.status_code == 409
    assert "Tove" in answer.content.decode()
    for nonsense in (
        {},
        {"stays": known.pk, "goes": "x", "version": 1},
        {"stays": known.pk, "goes": 999999, "version": 1},
        {"stays": claim.pk, "goes": claim.pk, "version": 2},
    ):
        assert client.post(merge_url(claim), nonsense).status_code == 422
    assert client.get(merge_url(claim), {"with": "x", "q": "\x00%"}).status_code == 200
    assert not Claim.objects.filter(status="merged").exists()


# --- Splitting ------------------------------------------------------------------------------------


def split(client, claim: Claim, places, **fields):
    url = reverse("admin:claims_claim_split", args=[claim.pk])
    data = {"version": claim.version, "places": [place.pk for place in places], **fields}
    return client.post(url, data, follow=True)


def test_splitting_off_what_was_merged_by_mistake(client, editor):
    kept, doubled = (factories.AppearanceFactory().claim for _ in range(2))
    [place] = doubled.appearances.all()
    assert "Some of these places" not in page_of(client, kept)
    merging.claim_merge(doubled, into=kept, by=editor)
    page = page_of(client, kept)
    assert f"came with “{doubled.text}”" in page.partition("Some of these places")[2]
    answer = split(client, kept, [place], text="")
    assert where(answer) == url_of(kept)
    assert url_of(doubled) in told(answer)
    doubled.refresh_from_db()
    assert (doubled.status, doubled.appearances.get()) == ("new", place)
    assert "Split off from another claim" not in page_of(client, doubled)
    assert "Back from a merge" in page_of(client, doubled)


def test_what_was_ticked_and_typed_stays_when_splitting_is_refused(client, researcher):
    claim = factories.AppearanceFactory().claim
    places = [factories.AppearanceFactory(claim=claim) for _ in range(2)]
    seen = Claim.objects.get(pk=claim.pk)
    claim_services.claim_triage(claim, by=researcher)
    answer = split(client, seen, places, text="Other words.")
    assert answer.status_code == 409
    assert "Tove was faster" in answer.content.decode()
    form = answer.context["bench"].panels["split"]
    assert form["places"].value() == [str(place.pk) for place in places]
    assert form["text"].value() == "Other words."
    assert int(form["version"].value()) == claim.version

    assert split(client, claim, [], text="").status_code == 422
    everything = split(client, claim, claim.appearances.all())
    assert "Leave it one place at least" in everything.content.decode()
    stranger = split(client, claim, [factories.AppearanceFactory()])
    assert "no longer of this claim" in stranger.content.decode()
    assert claim.appearances.count() == 3
