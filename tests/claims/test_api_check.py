"""Has this been checked? Anybody asks with a text or an article's URL, and hears what is public."""

import json

import pytest
from rest_framework.test import APIClient

from articles.models import Article
from claims import tasks
from claims.desk import claims as claim_services
from claims.desk import matches, merging
from claims.desk import verdicts as desk
from claims.desk.wordings import claim_wordings_write, wordings_of_externals_write
from claims.models import Claim, ExternalMatch, Match, MatchingSettings
from tests.asking import client_of, errors, refusal
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    ExternalMatchFactory,
    ExternalVerdictFactory,
    draft_verdict,
    published_verdict,
)

pytestmark = pytest.mark.django_db

CHECK = "/api/v1/check/"
QUAYS = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024"
IN_OTHER_WORDS = "Fourteen of the 32 quays in Harlow Bay were closed from 2019 to 2024"
SAID = f"It rained on Monday. “{QUAYS},” Mayor Mara Quill told the council."
GERMAN = "Harlow Bay hat seit 2019 genau 14 von 32 Kais geschlossen."
MARKER = "xyzzy"


def checked(**body) -> dict:
    response = APIClient().post(CHECK, body)
    assert response.status_code == 200, response.content
    return response.json()


def only(answer: dict) -> dict:
    assert len(answer["claims"]) == 1, answer["claims"]
    return answer["claims"][0]


def known(text: str = f"{QUAYS}.", **fields) -> Claim:
    """A claim that the desk recognises."""
    claim = ClaimFactory(text=text, **fields)
    claim_wordings_write(claim)
    tasks.match()
    return claim


def rated(text: str = f"{QUAYS}.", **fields):
    verdict = published_verdict(claim=known(text, **fields))
    tasks.match()
    return verdict


def extracted(text: str, **fields) -> Article:
    article = ArticleFactory(text=text, **fields)
    tasks.extract(article.pk)
    article.refresh_from_db()
    return article


def test_the_claims_in_a_text_have_the_verdicts_on_the_same_sentence():
    verdict = rated()

    answer = checked(text=SAID)

    assert (answer["language"], answer["note"]) == ("en", "")
    claim = only(answer)
    assert SAID[claim["start"] : claim["end"]] == claim["text"] == QUAYS
    assert claim["standalone"].rstrip(".") == QUAYS
    assert claim["claimant"] == "Mara Quill"
    assert 0 < claim["score"] <= 1
    match = claim["matches"]["exact"][0]
    assert match["claim"]["id"] == str(verdict.claim.uid)
    assert match["claim"]["text"] == f"{QUAYS}."
    assert 0.5 < match["score"] <= 1
    assert match["verdict"]["rating"]["slug"] == "mostly-false"
    assert match["verdict"]["title"] == verdict.title
    assert match["verdict"]["url"].endswith(verdict.get_absolute_url())
    assert match["verdict"]["published_at"]
    assert claim["matches"]["likely"] == []
    assert claim["external"] == {"exact": [], "likely": []}


def test_other_words_are_likely_and_never_below_the_desks_threshold():
    verdict = rated()
    rated("Doctors at Emmet hospital treated 1,200 patients with measles in 2024.")

    matches = only(checked(text=f"{IN_OTHER_WORDS}."))["matches"]

    assert matches["exact"] == []
    assert [one["claim"]["id"] for one in matches["likely"]] == [str(verdict.claim.uid)]
    score = matches["likely"][0]["score"]
    assert score >= MatchingSettings().suggest_from
    MatchingSettings.objects.create(pk=1, suggest_from=min(score + 0.001, 1))
    assert only(checked(text=f"{IN_OTHER_WORDS}."))["matches"]["likely"] == []


def test_what_is_published_is_found_behind_many_nearer_claims_that_are_not():
    verdict = rated(IN_OTHER_WORDS)
    for number in range(100, 300):
        claim_wordings_write(ClaimFactory(text=f"Harlow Bay closed {number} of its quays"))
    tasks.match()
    likely = only(checked(text="Harlow Bay closed 14 of its quays"))["matches"]["likely"]
    assert [match["verdict"]["id"] for match in likely] == [str(verdict.uid)]


@pytest.mark.parametrize("ends", ["retracted", "another is merged into it"])
def test_words_are_public_as_long_as_their_claim_is(editor, ends):
    verdict = rated()
    other = known("Fourteen quays of Harlow Bay were closed")
    if ends == "retracted":
        desk.verdict_retract(verdict, note="Wrong.", by=editor)
        assert only(checked(text=f"{QUAYS}."))["matches"] == {"exact": [], "likely": []}
    else:
        merging.claim_merge(other, into=verdict.claim, by=editor)
        [exact] = only(checked(text=other.text))["matches"]["exact"]
        assert exact["verdict"]["id"] == str(verdict.uid)


def test_another_figure_is_not_exact_and_says_what_differs():
    rated()
    matches = only(checked(text=f"{QUAYS.replace('14', '15')}."))["matches"]
    assert matches["exact"] == []
    assert any("15 here, 14 there" in phrase for phrase in matches["likely"][0]["differing"])


def test_a_sentence_that_is_no_claim_to_the_extractor_is_looked_up_as_it_is():
    verdict = rated("Gulls are birds of the sea.")
    claim = only(checked(text="Gulls are birds of the sea"))
    assert (claim["start"], claim["end"], claim["claimant"]) == (0, 26, None)
    assert claim["matches"]["exact"][0]["claim"]["id"] == str(verdict.claim.uid)


def test_nothing_of_an_empty_desk_and_nothing_in_a_text_without_claims():
    assert only(checked(text=SAID))["matches"] == {"exact": [], "likely": []}
    assert checked(text="Good morning. How are you?")["claims"] == []


def test_other_desks_are_told_apart_with_their_publisher():
    external = ExternalVerdictFactory(claim_reviewed=f"{QUAYS}.", rating="Three lighthouses")
    other = ExternalVerdictFactory(claim_reviewed=f"{IN_OTHER_WORDS}.")
    wordings_of_externals_write([external, other])
    tasks.match()

    claim = only(checked(text=SAID))

    assert claim["matches"] == {"exact": [], "likely": []}
    exact = claim["external"]["exact"]
    assert [one["verdict"]["url"] for one in exact] == [external.url]
    assert exact[0]["claim"] == f"{QUAYS}."
    assert exact[0]["verdict"]["publisher"] == {
        "name": "Lantern Checks",
        "site": "checkers.example",
    }
    assert exact[0]["verdict"]["rating"] == "Three lighthouses"
    assert [one["verdict"]["url"] for one in claim["external"]["likely"]] == [other.url]


def test_what_is_not_published_reaches_nobody(researcher, editor):
    """Not a draft, not a claim, not what the desk made of one."""
    drafted = draft_verdict(researcher, claim=known(f"{QUAYS}, {MARKER}."))
    reworded = extracted(SAID, url="https://herald.example/quays", language="en")
    claim = Claim.objects.get(appearances__article=reworded)
    claim_services.claim_word(claim, text=f"{QUAYS} {MARKER}", claimant=None, by=researcher)
    retracted = rated(f"{QUAYS}, {MARKER}, he said.")
    desk.verdict_retract(retracted, note=MARKER, by=editor)
    tasks.match()

    for body in (
        {"text": SAID},
        {"text": f"{QUAYS}."},
        {"text": f"{drafted.claim.text}"},
        {"url": reworded.url},
    ):
        for client in (APIClient(), client_of(editor)):
            response = client.post(CHECK, body)
            answer = response.json()
            assert answer["claims"], body
            told = json.dumps([[c["matches"], c["external"]] for c in answer["claims"]])
            assert told == json.dumps([[{"exact": [], "likely": []}] * 2] * len(answer["claims"]))
            if MARKER not in json.dumps(body):
                assert MARKER not in response.content.decode()


def test_of_an_article_that_we_hold_the_claims_are_those_that_were_found():
    article = extracted(SAID, url="https://www.herald.example/quays/?utm_source=x", language="en")
    verdict = published_verdict(claim=Claim.objects.get(appearances__article=article))
    place = article.appearances.get()

    answer = checked(url="http://herald.example/quays#top")

    claim = only(answer)
    assert answer["language"] == "en"
    assert (claim["start"], claim["end"], claim["text"]) == (place.start, place.end, place.text)
    assert (claim["claimant"], claim["standalone"]) == ("Mara Quill", verdict.claim.text)
    assert claim["matches"]["exact"][0]["verdict"]["id"] == str(verdict.uid)
    # The desk knows it as a claim in quite other words.
    other = rated("The council gave up nearly half of its docks.")
    place.claim = other.claim
    place.save()
    exact = only(checked(url=article.url))["matches"]["exact"]
    assert [one["claim"]["id"] for one in exact] == [str(other.claim.uid)]


def test_what_people_decided_on_an_articles_claim_holds(editor):
    article = extracted(f"“{IN_OTHER_WORDS},” Mayor Mara Quill said.", language="en")
    claim = Claim.objects.get()
    verdict = rated()
    same, unlike = (
        ExternalVerdictFactory(claim_reviewed=text)
        for text in ("The docks of a coastal town.", f"{QUAYS}.")
    )
    wordings_of_externals_write([same, unlike])
    tasks.match()
    found = only(checked(url=article.url))
    assert [one["claim"]["id"] for one in found["matches"]["likely"]] == [str(verdict.claim.uid)]
    assert [one["verdict"]["url"] for one in found["external"]["likely"]] == [unlike.url]

    matches.match_reject(Match.objects.get(), by=editor)
    suggested = ExternalMatch.objects.get(claim=claim, external=unlike)
    matches.external_match_reject(suggested, by=editor)
    confirmed = ExternalMatchFactory(claim=claim, external=same)
    matches.external_match_confirm(confirmed, by=editor)

    found = only(checked(url=article.url))
    assert found["matches"] == {"exact": [], "likely": []}
    assert [one["verdict"]["url"] for one in found["external"]["exact"]] == [same.url]
    assert found["external"]["likely"] == []


def test_an_article_that_we_do_not_hold():
    response = APIClient().post(CHECK, {"url": "https://herald.example/nowhere"})
    assert refusal(response) == (404, "unknown_article")
    assert "Retry-After" not in response


@pytest.mark.parametrize("state", ["pending", "failed", "set_aside"])
def test_an_article_without_its_claims_says_so(state):
    article = ArticleFactory(state=state)
    response = APIClient().post(CHECK, {"url": article.url})
    if state == "pending":
        assert refusal(response) == (409, "not_extracted")
        assert int(response["Retry-After"]) > 0
    else:
        assert refusal(response) == (409, "extraction_failed")
        assert "Retry-After" not in response


def test_an_article_that_is_read_again_is_answered_from_the_last_time():
    article = extracted(SAID, language="en")
    Article.objects.filter(pk=article.pk).update(state="pending")
    assert len(checked(url=article.url)["claims"]) == 1


def test_a_merged_claim_is_answered_by_the_one_that_stays(editor):
    verdict = rated()
    gone = known("Nearly half of the quays of Harlow Bay were shut down by 2024.")
    merging.claim_merge(gone, into=verdict.claim, by=editor)

    exact = only(checked(text=gone.text))["matches"]["exact"]

    assert [one["claim"]["id"] for one in exact] == [str(verdict.claim.uid)]


def test_a_language_that_no_pipeline_reads_is_looked_up_by_words(settings):
    verdict = rated(GERMAN, language="de")
    text = f"Es regnete am Montag sehr lange. {GERMAN} Das sagte die Bürgermeisterin im Rat."

    answer = checked(text=text)

    assert answer["language"] == "de"
    assert "No pipeline" in answer["note"]
    assert [claim["text"] for claim in answer["claims"]] == [
        "Es regnete am Montag sehr lange.",
        GERMAN,
        "Das sagte die Bürgermeisterin im Rat.",
    ]
    claim = answer["claims"][1]
    assert text[claim["start"] : claim["end"]] == claim["text"]
    assert (claim["score"], claim["claimant"]) == (None, None)
    exact = claim["matches"]["exact"]
    assert [one["claim"]["id"] for one in exact] == [str(verdict.claim.uid)]
    article = ArticleFactory(text=text, language="de")
    tasks.extract(article.pk)
    assert checked(url=article.url) == answer
    settings.CHECK_MAX_CHARACTERS = 40
    cut = checked(url=article.url)
    assert cut["claims"][0] == answer["claims"][0]
    assert "first 40 characters" in cut["note"]


def test_a_language_that_is_told_is_not_guessed():
    assert checked(text=GERMAN, language="EN-gb")["language"] == "en"
    assert checked(text="Vaccines cause autism")["language"] == "en"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, (None, "text_or_url")),
        ({"text": " \n"}, (None, "text_or_url")),
        ({"text": "Late.", "url": "https://herald.example/"}, (None, "text_or_url")),
        ({"text": 14}, ("text", "invalid")),
        ({"text": "a" * 20_001}, ("text", "text_too_long")),
        ({"text": "Late\x00."}, ("text", "control_characters")),
        ({"text": "Late\ud800."}, ("text", "control_characters")),
        ({"text": "Late.", "language": "English, I think"}, ("language", "invalid_language")),
        ({"url": "gopher://herald.example/"}, ("url", "invalid")),
        ({"url": "https://herald.example:99999/"}, ("url", "invalid")),
    ],
)
def test_what_cannot_be_checked_says_why(body, wrong):
    response = APIClient().post(CHECK, json.dumps(body), content_type="application/json")
    assert errors(response) == (400, [wrong])


def test_a_text_at_the_limit_is_checked(settings):
    settings.CHECK_MAX_CHARACTERS = len(SAID)
    assert len(checked(text=SAID)["claims"]) == 1
    response = APIClient().post(CHECK, {"text": f"{SAID} "})
    assert errors(response) == (400, [("text", "text_too_long")])


def test_of_many_claims_the_most_worth_checking_are_looked_up(monkeypatch):
    monkeypatch.setattr("claims.desk.checking.MOST", 2)
    figures = ("14 of its 32 quays", "8 schools", "22 percent of its libraries")
    text = " ".join(f"“Harlow Bay closed {figure} in 2024,” Mara Quill said." for figure in figures)

    answer = checked(text=text)

    assert len(answer["claims"]) == 2
    assert "looked up" in answer["note"]
    assert answer["claims"][0]["start"] < answer["claims"][1]["start"]


def test_it_is_for_asking_only():
    assert refusal(APIClient().get(CHECK)) == (405, "method_not_allowed")
