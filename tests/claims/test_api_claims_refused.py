"""What is not done with a claim: bad input, another state, and who comes second."""

import pytest

from articles.models import Event
from claims.models import Claim, Verdict
from tests.asking import client_of, errors, refusal
from tests.factories import AppearanceFactory

CLAIMS = "/api/v1/claims/"


@pytest.fixture
def desk(editor):
    return client_of(editor)


@pytest.fixture
def claim(db):
    return AppearanceFactory().claim


def at(claim, action=""):
    return f"{CLAIMS}{claim.uid}/{action and action + '/'}"


SCRIPT = "<script>alert('gull')</script>"

BAD = {
    "no reason": ("post", "dismiss", {}, [("reason", "reason_required")]),
    "blank reason": ("post", "dismiss", {"reason": " "}, [("reason", "reason_required")]),
    "long reason": ("post", "dismiss", {"reason": "a" * 501}, [("reason", "reason_too_long")]),
    "NUL": ("post", "dismiss", {"reason": "a\x00"}, [("reason", "control_characters")]),
    "reason a number": ("post", "dismiss", {"reason": 5}, [("reason", "invalid")]),
    "reason null": ("post", "dismiss", {"reason": None}, [("reason", "null")]),
    "no object": ("post", "dismiss", ["late"], [(None, "invalid")]),
    "no wording": ("patch", "", {"text": " "}, [("text", "text_required")]),
    "wording with NUL": ("patch", "", {"text": "a\x00"}, [("text", "control_characters")]),
    "unknown claimant": ("patch", "", {"claimant": "Gull"}, [("claimant", "unknown_claimant")]),
    "claimant with NUL": ("patch", "", {"claimant": "\x00"}, [("claimant", "control_characters")]),
    "claimant a list": ("patch", "", {"claimant": []}, [("claimant", "invalid")]),
    "to nobody known": ("post", "assign", {"to": "gull"}, [("to", "unknown_user")]),
    "to NUL": ("post", "assign", {"to": "\x00"}, [("to", "control_characters")]),
    "to a reader": ("post", "assign", {"to": "reader"}, [("to", "not_a_researcher")]),
    "to left out": ("post", "assign", {}, [("to", "required")]),
    "into no id": ("post", "merge", {"into": "gull"}, [("into", "invalid")]),
    "into nothing": (
        "post",
        "merge",
        {"into": "00000000-0000-0000-0000-000000000000"},
        [("into", "unknown_claim")],
    ),
}


@pytest.mark.parametrize(("method", "action", "body", "expected"), BAD.values(), ids=BAD)
def test_bad_input_is_named_and_nothing_changes(
    desk, claim, reader, method, action, body, expected
):
    response = getattr(desk, method)(at(claim, action), body)

    assert errors(response) == (400, expected)
    unchanged = Claim.objects.get(pk=claim.pk)
    assert (unchanged.version, unchanged.status, unchanged.text) == (1, "new", claim.text)
    assert not Event.objects.exists()


def test_a_claim_is_not_merged_into_itself(desk, claim):
    response = desk.post(at(claim, "merge"), {"into": str(claim.uid)})

    assert errors(response) == (400, [("into", "bad_merge_target")])


def test_markup_is_kept_as_given(desk, claim):
    assert desk.patch(at(claim), {"text": SCRIPT}).json()["text"] == SCRIPT
    response = desk.post(at(claim, "dismiss"), {"reason": SCRIPT})

    assert response["Content-Type"] == "application/json"
    assert response.json()["dismissal"] == SCRIPT


def test_what_the_state_forbids_is_refused(desk, claim):
    assert refusal(desk.post(at(claim, "reopen"), {"reason": "Late."})) == (409, "wrong_state")
    desk.post(at(claim, "triage"))
    assert refusal(desk.post(at(claim, "triage"))) == (409, "wrong_state")
    assert Claim.objects.get(pk=claim.pk).version == 2


def test_someone_elses_claim_is_not_taken(claim, editor, other_editor, researcher):
    client_of(editor).post(at(claim, "assign"), {"to": "editor"})

    response = client_of(researcher).post(at(claim, "take"))

    assert refusal(response) == (409, "assigned_to_other")
    assert not Verdict.objects.exists()


STEPS = {
    "triage": ("post", {}),
    "take": ("post", {}),
    "assign": ("post", {"to": "editor"}),
    "dismiss": ("post", {"reason": "Late."}),
    "": ("patch", {"text": "Late."}),
}


@pytest.mark.parametrize(("action", "how"), STEPS.items(), ids=lambda x: str(x))
def test_who_comes_second_is_told(desk, claim, action, how):
    method, body = how
    read = desk.get(at(claim))["ETag"]
    desk.patch(at(claim), {"text": "Someone was quicker."})

    response = getattr(desk, method)(at(claim, action), body, HTTP_IF_MATCH=read)

    assert refusal(response) == (412, "changed_meanwhile")
    assert "Edda" in response.json()["detail"]
    after = Claim.objects.get(pk=claim.pk)
    assert (after.text, after.version, after.status) == ("Someone was quicker.", 2, "new")
    now = desk.get(at(claim))["ETag"]
    response = getattr(desk, method)(at(claim, action), body, HTTP_IF_MATCH=now)
    assert response.status_code == 200
    assert response["ETag"] == '"v3"'


@pytest.mark.parametrize("header", ["*", '"v1"', 'W/"v1"', '"v7", "v1"', '"v1-abc"'])
def test_an_if_match_that_holds(desk, claim, header):
    assert desk.post(at(claim, "triage"), HTTP_IF_MATCH=header).status_code == 200


@pytest.mark.parametrize("header", ['"v2"', "v1", "gull", '"v99999999999999999999"', ""])
def test_an_if_match_that_does_not(desk, claim, header):
    response = desk.post(at(claim, "triage"), HTTP_IF_MATCH=header)

    assert refusal(response) == (412, "changed_meanwhile")
