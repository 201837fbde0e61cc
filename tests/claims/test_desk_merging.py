"""Merging two claims: what goes along, what stays, and two who do it at once."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from articles.events import Event
from claims.desk import claims as desk
from claims.desk import matches, verdicts
from claims.desk.errors import Refused
from claims.desk.merging import claim_merge
from claims.models import Appearance, Claim, Match
from tests.claims.pairs import found, kinds, pair, rejected, split, state_between
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    ExternalMatchFactory,
    ExternalVerdictFactory,
    WordingFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db


# --- What a merge takes along ---------------------------------------------------------------------


def test_every_place_remembers_what_it_was_found_as(editor):
    kept, middle, last = found(3)
    claim_merge(last, into=middle, by=editor)
    middle.refresh_from_db()
    claim_merge(middle, into=kept, by=editor)
    places = kept.appearances.order_by("id")
    assert [place.found_as for place in places] == [None, middle, last]
    last.refresh_from_db()
    assert last.merged_into == kept, "a chain of merges is one step long"
    assert kinds(last) == ["claim.merged"]
    assert kinds(kept) == ["claim.received"]


def test_the_words_of_a_merged_claim_lead_to_its_target(editor):
    kept, doubled = found()
    WordingFactory(claim=kept, text="Ferries ran late.")
    WordingFactory(claim=doubled, text="Ferries were tardy.")
    WordingFactory(claim=doubled, text="Ferries ran late.", kind="earlier")
    claim_merge(doubled, into=kept, by=editor)
    assert not doubled.wordings.exists()
    assert set(kept.wordings.values_list("text", "kind")) == {
        ("Ferries ran late.", "claim"),
        ("Ferries were tardy.", "earlier"),
    }


def test_topics_worth_and_who_has_it_come_along(editor, researcher):
    kept, doubled = found()
    Claim.objects.filter(pk=kept.pk).update(topics=["ferries", "may"], check_worthiness=0.3)
    Appearance.objects.filter(claim=kept).update(check_worthiness=0.3)
    Claim.objects.filter(pk=doubled.pk).update(topics=["may", "harbour"])
    doubled.refresh_from_db()
    claim_merge(doubled, into=kept, by=editor)
    assert kept.topics == ["ferries", "may", "harbour"]
    assert (kept.check_worthiness, kept.status, kept.assignee) == (0.8, "new", None)
    third = found(1)[0]
    desk.claim_assign(third, to=researcher, by=editor)
    claim_merge(third, into=kept, by=editor)
    assert (kept.status, kept.assignee) == ("triaged", researcher)


def test_what_somebody_has_stays_theirs(editor, researcher, other_editor):
    kept, doubled = found()
    desk.claim_assign(kept, to=researcher, by=editor)
    desk.claim_assign(doubled, to=other_editor, by=editor)
    claim_merge(doubled, into=kept, by=editor)
    assert kept.assignee == researcher


def test_suggestions_move_to_the_target_and_never_pair_it_with_itself(editor):
    kept, doubled, third = found(3)
    pair(kept, doubled)
    moved = pair(doubled, third, score=0.6, agreeing=["ferries"])
    claim_merge(doubled, into=kept, by=editor)
    moved.refresh_from_db()
    assert (moved.claim, moved.other, moved.state) == (kept, third, "suggested")
    assert (moved.score, moved.agreeing) == (0.6, ["ferries"])
    assert state_between(kept, doubled) == "confirmed"
    assert Match.objects.count() == 2


def test_what_differs_is_told_from_the_side_it_is_on_after_a_merge(editor):
    kept, doubled, third = found(3)
    moved = pair(doubled, third, differing=["3% here, “there” there"])
    claim_merge(kept, into=doubled, by=editor)
    moved.refresh_from_db()
    assert moved.differing == ["3% here, “there” there"]
    last = found(1)[0]
    claim_merge(doubled, into=last, by=editor)
    moved.refresh_from_db()
    assert (moved.claim, moved.other) == (third, last)
    assert moved.differing == ["3% there, “there” here"]


def test_of_two_suggestions_of_one_pair_the_better_one_stays(editor):
    kept, doubled, third = found(3)
    standing = pair(kept, third, score=0.55)
    pair(doubled, third, score=0.75)
    claim_merge(doubled, into=kept, by=editor)
    standing.refresh_from_db()
    assert standing.score == 0.75
    assert Match.objects.of(third).get() == standing


@pytest.mark.parametrize("which", ["target", "merged"])
def test_a_rejection_outweighs_a_suggestion(editor, which):
    kept, doubled, third = found(3)
    apart, alike = (kept, doubled) if which == "target" else (doubled, kept)
    rejected(apart, third, editor)
    pair(alike, third)
    claim_merge(doubled, into=kept, by=editor)
    assert state_between(kept, third) == "rejected"
    assert Match.objects.of(third).waiting().count() == 0


def test_other_desks_verdicts_come_along(editor):
    kept, doubled = found()
    both, theirs, no = (ExternalVerdictFactory() for _ in range(3))
    ExternalMatchFactory(claim=kept, external=both)
    matches.external_match_confirm(ExternalMatchFactory(claim=doubled, external=both), by=editor)
    ExternalMatchFactory(claim=doubled, external=theirs)
    matches.external_match_reject(ExternalMatchFactory(claim=kept, external=no), by=editor)
    ExternalMatchFactory(claim=doubled, external=no)
    claim_merge(doubled, into=kept, by=editor)
    states = dict(kept.external_matches.values_list("external", "state"))
    assert states == {both.pk: "confirmed", theirs.pk: "suggested", no.pk: "rejected"}


# --- Verdicts -------------------------------------------------------------------------------------


def test_a_draft_goes_along_where_there_is_none(editor, researcher):
    draft = draft_verdict(researcher)
    doubled, kept = draft.claim, ClaimFactory()
    claim_merge(doubled, into=kept, by=editor)
    draft.refresh_from_db()
    assert draft.claim == kept
    assert (kept.status, kept.assignee) == ("in_progress", researcher)
    assert kinds(draft)[-1] == "verdict.moved"
    verdicts.verdict_submit(draft, by=researcher)
    assert verdicts.verdict_approve(draft, by=editor).approved_by == editor, "moving is no writing"


def test_a_draft_with_anything_in_it_is_not_lost(editor, researcher):
    target = published_verdict(researcher, editor).claim
    draft = draft_verdict(researcher)
    with pytest.raises(Refused, match="dismiss") as refused:
        claim_merge(draft.claim, into=target, by=editor)
    assert refused.value.code == "draft_in_the_way"
    draft.claim.refresh_from_db()
    assert (draft.claim.status, draft.claim.version) == ("in_progress", 2)
    desk.claim_dismiss(draft.claim, reason="Checked already.", by=editor)
    claim_merge(draft.claim, into=target, by=editor)
    assert draft.claim.verdicts.open().get() == draft, "it is kept where it was"


def test_a_draft_that_nobody_wrote_in_stops_no_merge(editor, researcher):
    target = published_verdict(researcher, editor).claim
    taken = draft_verdict(researcher, complete=False).claim
    claim_merge(taken, into=target, by=editor)
    assert (taken.status, target.status) == ("merged", "published")


def test_nothing_goes_along_into_a_dismissed_claim_but_places(editor, researcher):
    gone = ClaimFactory(status="dismissed", dismissal="A matter of taste.")
    with pytest.raises(Refused, match="is dismissed"):
        claim_merge(draft_verdict(researcher).claim, into=gone, by=editor)
    [again] = found(1)
    claim_merge(again, into=gone, by=editor)
    assert (gone.status, gone.appearances.count()) == ("dismissed", 1)


def test_what_is_in_review_or_published_is_not_merged_away(editor, researcher):
    [target] = found(1)
    for verdict, code in (
        (submitted_verdict(researcher), "verdict_in_review"),
        (published_verdict(researcher, editor), "verdict_published"),
    ):
        with pytest.raises(Refused) as refused:
            claim_merge(verdict.claim, into=target, by=editor)
        assert refused.value.code == code
    assert target.appearances.count() == 1


def test_only_editors_merge_and_split(researcher):
    kept, doubled = found()
    with pytest.raises(PermissionDenied):
        claim_merge(doubled, into=kept, by=researcher)
    AppearanceFactory(claim=kept)
    with pytest.raises(PermissionDenied):
        split(kept, kept.appearances.all()[:1], researcher)


def test_the_machine_merges_too_and_is_named(db):
    kept, doubled = found()
    claim_merge(doubled, into=kept, by=None)
    assert Event.objects.about(doubled).get().actor_name == "Plumbline"


# --- Two at once ----------------------------------------------------------------------------------


def at_once(*steps) -> list[str]:
    """Run each step in a thread of its own, all from one moment on; what came of each."""
    outcomes, gate = [], threading.Barrier(len(steps))

    def run(step):
        gate.wait()
        try:
            step()
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        except ValidationError as error:
            outcomes.append(next(iter(error.error_dict.values()))[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(steps)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_opposite_merges_at_once_make_no_circle(editor, other_editor):
    one, two = found()
    outcomes = at_once(
        lambda: claim_merge(Claim.objects.get(pk=one.pk), into=two, by=editor),
        lambda: claim_merge(Claim.objects.get(pk=two.pk), into=one, by=other_editor),
    )
    assert outcomes == ["bad_merge_target", "done"]
    assert Claim.objects.filter(status="merged").count() == 1
    assert Appearance.objects.values("claim").distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_editors_confirm_and_reject_one_pair_at_once(editor, other_editor):
    match = pair(*found())
    outcomes = at_once(
        lambda: matches.match_confirm(Match.objects.get(pk=match.pk), by=editor, version=1),
        lambda: matches.match_reject(Match.objects.get(pk=match.pk), by=other_editor, version=1),
    )
    assert outcomes == ["changed_meanwhile", "done"]
    match.refresh_from_db()
    merged = Claim.objects.filter(status="merged").count()
    assert merged == (1 if match.state == "confirmed" else 0)


@pytest.mark.django_db(transaction=True)
def test_merges_at_once_that_share_a_suggestion_leave_it_between_their_targets(
    editor, other_editor
):
    for _ in range(5):
        one, two, three, four = found(4)
        pair(two, three)
        outcomes = at_once(
            lambda gone=two, into=one: claim_merge(gone, into=into, by=editor),
            lambda gone=three, into=four: claim_merge(gone, into=into, by=other_editor),
        )
        assert outcomes == ["done", "done"]
        assert state_between(one, four) == "suggested"
        assert not Match.objects.of(two).exists()


@pytest.mark.django_db(transaction=True)
def test_a_draft_submitted_while_its_claim_is_merged_is_never_lost(editor, researcher):
    for _ in range(5):
        draft = draft_verdict(user_in("researcher"))
        [target] = found(1)
        outcomes = at_once(
            lambda claim=draft.claim, into=target: claim_merge(claim, into=into, by=editor),
            lambda verdict=draft: verdicts.verdict_submit(verdict, by=researcher),
        )
        assert outcomes in (["done", "done"], ["done", "verdict_in_review"])
        draft.refresh_from_db()
        assert draft.state == "in_review"
        assert draft.claim.status == "in_review"
