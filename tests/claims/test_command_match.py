"""`manage.py match`: the nearest claims and, apart, what other desks say."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from claims import tasks
from claims.desk import merging
from claims.desk.wordings import claim_wordings_write, wordings_of_externals_write
from claims.models import Claim, MatchingSettings
from tests.factories import ArticleFactory, ClaimFactory, ExternalVerdictFactory, published_verdict

pytestmark = pytest.mark.django_db

QUAYS = "Harlow Bay closed 14 of its 32 quays between 2019 and 2024."
IN_OTHER_WORDS = "Fourteen of the 32 quays in Harlow Bay were closed from 2019 to 2024"


def known(text: str, **fields) -> Claim:
    """A claim that the desk recognises, by meaning and by words."""
    claim = ClaimFactory(text=text, **fields)
    claim_wordings_write(claim)
    tasks.match()
    return claim


def elsewhere(text: str, **fields):
    external = ExternalVerdictFactory(claim_reviewed=text, **fields)
    wordings_of_externals_write([external])
    tasks.match()
    return external


def match(*arguments: str) -> str:
    out = io.StringIO()
    call_command("match", *arguments, stdout=out)
    return out.getvalue()


def found(*arguments: str) -> dict:
    return json.loads(match(*arguments, "--format", "json"))


def test_an_empty_desk_knows_nothing():
    assert match(QUAYS) == "Claims: none\n\nOther desks: none\n"
    answer = found(QUAYS)
    assert (answer["language"], answer["claims"], answer["external"]) == ("en", [], [])


def test_the_same_sentence_is_exact_and_the_same_in_other_words_likely():
    claim = known(QUAYS)
    known("Doctors at Emmet hospital treated 1,200 patients with measles in 2024.")

    first = found("Harlow Bay closed 14 of its 32 quays between 2019 and 2024")["claims"][0]
    assert (first["id"], first["match"]) == (str(claim.uid), "exact")
    first, *others = found(IN_OTHER_WORDS)["claims"]
    assert (first["id"], first["match"]) == (str(claim.uid), "likely")
    assert first["score"] >= MatchingSettings().suggest_from
    assert any("quays" in phrase for phrase in first["agreeing"])
    assert all(one["match"] == "far" for one in others)


def test_what_differs_is_told():
    known(QUAYS)
    first = found("Harlow Bay closed 15 of its 32 quays between 2019 and 2024.")["claims"][0]
    assert first["match"] != "exact"
    assert any("15 here" in phrase for phrase in first["differing"])


def test_status_and_verdict_are_told_and_a_merged_claim_is_found_as_the_one_that_stays(editor):
    verdict = published_verdict(claim=known(QUAYS))
    gone = known("Of 32 quays, Harlow Bay shut 14 in five years.")
    merging.claim_merge(gone, into=verdict.claim, by=editor)

    for text in (QUAYS, gone.text):
        rows = found(text)["claims"]
        assert [row["id"] for row in rows] == [str(verdict.claim.uid)]
        assert (rows[0]["match"], rows[0]["status"]) == ("exact", "published")
        assert rows[0]["verdict"]["rating"] == "Mostly false"
        assert rows[0]["verdict"]["url"].endswith(verdict.get_absolute_url())
    assert "published, Mostly false: http" in match(QUAYS)


def test_other_desks_stand_apart_with_their_publisher():
    external = elsewhere(QUAYS)
    answer = found(QUAYS)
    assert answer["claims"] == []
    assert answer["external"] == [
        {
            "id": str(external.uid),
            "text": QUAYS,
            "publisher": "Lantern Checks",
            "rating": "Misleading",
            "url": external.url,
            **{name: answer["external"][0][name] for name in ("score", "agreeing", "differing")},
            "match": "exact",
        }
    ]
    assert f"Lantern Checks: Misleading, {external.url}" in match(QUAYS)


def test_a_language_without_a_model_is_matched_by_words():
    german = "Harlow Bay hat seit 2019 genau 14 von 32 Kais geschlossen."
    claim = known(german, language="de")
    assert claim.wordings.get().vector is None

    answer = found("Seit 2019 hat Harlow Bay 14 von 32 Kais geschlossen, heißt es")
    assert answer["language"] == "de"
    assert [row["id"] for row in answer["claims"]] == [str(claim.uid)]
    assert found(german, "--language", "de-at")["claims"][0]["match"] == "exact"


def test_standard_input_and_a_limit(monkeypatch):
    for year in range(2010, 2014):
        known(f"Harlow Bay closed 14 of its 32 quays in {year}.")
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Harlow Bay closed\n14 of its 32 quays.\n"))
    )
    answer = found("-", "--limit", "3")
    assert answer["text"] == "Harlow Bay closed 14 of its 32 quays."
    assert len(answer["claims"]) == 3
    scores = [row["score"] for row in answer["claims"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("arguments", [[""], ["  "], ["a\x00b"], [QUAYS, "--limit", "0"]])
def test_what_cannot_be_looked_up_says_why(arguments):
    with pytest.raises(CommandError):
        match(*arguments)


def test_it_finds_what_the_worker_found():
    article = ArticleFactory(text=f"“{QUAYS[:-1]},” Mayor Mara Quill said.", language="en")
    tasks.extract(article.pk)
    claim = Claim.objects.get()
    assert found(IN_OTHER_WORDS)["claims"][0]["id"] == str(claim.uid)
