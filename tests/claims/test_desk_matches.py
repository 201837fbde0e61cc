"""Deciding on matches: confirmed, rejected, taken back, ours and those of other desks."""

import pytest
from django.core.exceptions import PermissionDenied

from claims.desk import claims as desk
from claims.desk import matches
from claims.desk.errors import Conflict, Refused
from claims.desk.merging import claim_merge
from claims.models import Claim, Match
from tests.claims.pairs import found, kinds, pair, rejected, state_between
from tests.factories import (
    AppearanceFactory,
    ExternalMatchFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db


def claim_in(state: str, researcher, editor) -> Claim:
    match state:
        case "in_progress":
            return draft_verdict(researcher, complete=False).claim
        case "in_review":
            return submitted_verdict(researcher).claim
        case "published":
            return published_verdict(researcher, editor).claim
    claim = AppearanceFactory().claim
    if state == "triaged":
        desk.claim_triage(claim, by=editor)
    elif state == "dismissed":
        desk.claim_dismiss(claim, reason="A matter of taste.", by=editor)
    return claim


@pytest.mark.parametrize(
    ("older", "newer", "stays"),
    [
        ("new", "new", "older"),
        ("new", "dismissed", "newer"),
        ("dismissed", "triaged", "newer"),
        ("triaged", "new", "older"),
        ("new", "in_progress", "newer"),
        ("in_review", "in_progress", "older"),
        ("in_progress", "published", "newer"),
        ("published", "dismissed", "older"),
    ],
)
def test_of_a_confirmed_pair_the_further_one_stays(researcher, editor, older, newer, stays):
    first, second = (claim_in(state, researcher, editor) for state in (older, newer))
    match = pair(first, second)
    kept = matches.match_confirm(match, by=editor)
    assert kept == (first if stays == "older" else second)
    assert kept.appearances.count() == 2
    assert (match.state, match.decided_by) == ("confirmed", editor)
    for claim in (first, second):
        assert kinds(claim).count("match.confirmed") == 1


def test_a_confirmed_claim_has_the_published_verdict(researcher, editor):
    verdict = published_verdict(researcher, editor)
    [again] = found(1)
    kept = matches.match_confirm(pair(verdict.claim, again), by=editor)
    assert kept.verdicts.published().get() == verdict
    assert again.appearances.count() == 0


@pytest.mark.parametrize(
    ("state", "code"), [("published", "both_published"), ("in_review", "verdict_in_review")]
)
def test_two_verdicts_are_not_made_one(researcher, editor, state, code):
    match = pair(*(claim_in(state, researcher, editor) for _ in range(2)))
    with pytest.raises(Refused) as refused:
        matches.match_confirm(match, by=editor)
    assert refused.value.code == code
    match.refresh_from_db()
    assert match.state == "suggested"


def test_a_rejected_pair_may_be_taken_back(editor, researcher):
    match = pair(*found())
    with pytest.raises(PermissionDenied):
        matches.match_reject(match, by=researcher)
    matches.match_reject(match, by=editor)
    assert (match.state, match.decided_by) == ("rejected", editor)
    with pytest.raises(Refused):
        matches.match_confirm(match, by=editor)
    matches.match_reopen(match, by=editor)
    assert (match.state, match.decided_by, match.decided_at) == ("suggested", None, None)
    assert kinds(match.claim) == kinds(match.other) == ["match.rejected", "match.reopened"]


def test_a_rejection_of_a_claim_that_is_gone_is_not_taken_back(editor):
    one, two, three = found(3)
    match = rejected(one, two, editor)
    claim_merge(two, into=three, by=editor)
    with pytest.raises(Refused) as refused:
        matches.match_reopen(match, by=editor)
    assert refused.value.code == "claim_merged"
    assert state_between(one, three) == "rejected"


def test_other_desks_verdicts_are_confirmed_rejected_and_taken_back(editor, reader):
    match = ExternalMatchFactory()
    with pytest.raises(PermissionDenied):
        matches.external_match_confirm(match, by=reader)
    matches.external_match_confirm(match, by=editor)
    assert (match.state, match.claim.status) == ("confirmed", "new"), "it is no verdict of ours"
    matches.external_match_reopen(match, by=editor)
    matches.external_match_reject(match, by=editor)
    assert kinds(match.claim) == [
        "external_match.confirmed",
        "external_match.reopened",
        "external_match.rejected",
    ]


def test_who_decides_on_what_a_merge_led_elsewhere_is_told(editor, other_editor):
    one, two, three = found(3)
    seen = pair(two, three)
    claim_merge(two, into=one, by=other_editor)
    with pytest.raises(Conflict):
        matches.match_confirm(seen, by=editor)
    double = pair(*found())
    Match.objects.filter(pk=double.pk).delete()
    with pytest.raises(Refused) as refused:
        matches.match_reject(double, by=editor)
    assert refused.value.code == "match_gone"
