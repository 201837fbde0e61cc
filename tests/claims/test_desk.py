"""The desk's services: who may do what, in which state, and what is left when two do it at once."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from articles.events import Event
from claims.desk import claims as desk
from claims.desk import correcting, merging, verdicts
from claims.desk.errors import Conflict, Refused
from claims.models import Claim, Rating, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    draft_verdict,
    published_verdict,
    rating_scale,
    submitted_verdict,
)

pytestmark = pytest.mark.django_db


def kinds(row) -> list[str]:
    return list(Event.objects.about(row).order_by("id").values_list("kind", flat=True))


def codes(refused) -> dict[str, str]:
    return {name: errors[0].code for name, errors in refused.value.error_dict.items()}


def test_from_new_to_published_every_step_is_an_event(researcher, editor):
    verdict = published_verdict(researcher, editor)
    assert kinds(verdict) == [
        "verdict.edited",
        "verdict.evidence_added",
        "verdict.submitted",
        "verdict.approved",
        "verdict.published",
    ]
    assert kinds(verdict.claim) == ["claim.taken", "claim.in_review", "claim.published"]
    taken = Event.objects.about(verdict.claim).get(kind="claim.taken")
    assert (taken.before["status"], taken.after["status"]) == ("new", "in_progress")
    assert taken.actor == researcher
    verdict.refresh_from_db()
    assert (verdict.state, verdict.approved_by) == ("published", editor)
    assert verdict.published_at


@pytest.mark.parametrize("role", ["reader", "researcher"])
def test_only_editors_approve(role, request, editor):
    verdict = submitted_verdict(editor)
    with pytest.raises(PermissionDenied):
        verdicts.verdict_approve(verdict, by=request.getfixturevalue(role))
    verdict.refresh_from_db()
    assert verdict.approved_by is None


def test_who_wrote_a_verdict_cannot_approve_it(editor, other_editor):
    own = submitted_verdict(editor)
    with pytest.raises(PermissionDenied):
        verdicts.verdict_approve(own, by=editor)
    verdicts.verdict_approve(own, by=other_editor)
    assert own.approved_by == other_editor


def test_who_edited_a_verdict_cannot_approve_it_either(researcher, editor):
    verdict = draft_verdict(researcher)
    verdicts.verdict_edit(
        verdict, rating=verdict.rating, explanation="Edda's own words.", by=editor
    )
    verdicts.verdict_submit(verdict, by=researcher)
    with pytest.raises(PermissionDenied):
        verdicts.verdict_approve(verdict, by=editor)


def test_a_desk_of_one_may_approve_its_own(editor, settings):
    settings.FOUR_EYES = False
    verdict = verdicts.verdict_approve(submitted_verdict(editor), by=editor)
    assert verdict.approved_by == editor


def test_what_is_missing_is_named_by_field(researcher):
    verdict = draft_verdict(researcher, complete=False)
    with pytest.raises(ValidationError) as refused:
        verdicts.verdict_submit(verdict, by=researcher)
    assert codes(refused) == {
        "rating": "rating_required",
        "explanation": "explanation_required",
        "evidence": "evidence_required",
    }
    verdict.refresh_from_db()
    assert verdict.state == "draft"


def test_nothing_is_published_unapproved(researcher, editor):
    verdict = submitted_verdict(researcher)
    with pytest.raises(Refused) as refused:
        verdicts.verdict_publish(verdict, by=editor)
    assert refused.value.code == "not_approved"


def test_the_second_of_two_is_told_and_the_first_stays(researcher, editor):
    verdict = draft_verdict(researcher)
    seen = verdict.version
    rating_scale()
    verdicts.verdict_edit(
        verdict, rating=None, explanation="Tove's words.", by=researcher, version=seen
    )
    with pytest.raises(Conflict) as refused:
        verdicts.verdict_edit(
            verdict, rating=None, explanation="Edda's words.", by=editor, version=seen
        )
    assert "Tove" in refused.value.message
    verdict.refresh_from_db()
    assert verdict.explanation == "Tove's words."


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_claim_in_the_same_moment(researcher, editor):
    claim = AppearanceFactory().claim
    outcomes, gate = [], threading.Barrier(2)

    def take(user):
        mine = Claim.objects.get(pk=claim.pk)
        gate.wait()
        try:
            desk.claim_take(mine, by=user, version=1)
            outcomes.append("taken")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[user]) for user in (researcher, editor)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed_meanwhile", "taken"]
    assert Verdict.objects.count() == 1


def test_returned_with_a_note_and_submitted_again(researcher, editor):
    verdict = submitted_verdict(researcher)
    verdicts.verdict_approve(verdict, by=editor)
    verdicts.verdict_return(verdict, note="Cite the log's page.", by=editor)
    assert (verdict.state, verdict.approved_by) == ("draft", None)
    assert Event.objects.about(verdict).first().note == "Cite the log's page."
    verdict.claim.refresh_from_db()
    assert verdict.claim.status == "in_progress"
    verdicts.verdict_submit(verdict, by=researcher)
    assert verdict.state == "in_review"


def test_a_correction_replaces_the_published_verdict_when_it_is_published(
    researcher, editor, other_editor
):
    old = published_verdict(researcher, editor)
    draft = correcting.verdict_correct(old, note="The log had a fifth entry.", by=editor)
    assert draft.evidence.count() == old.evidence.count()
    old.refresh_from_db()
    assert old.state == "published"
    verdicts.verdict_edit(
        draft,
        rating=Rating.objects.get(slug="half-true"),
        explanation="Five were late.",
        correction_note="The log had a fifth entry.",
        by=editor,
    )
    verdicts.verdict_submit(draft, by=editor)
    verdicts.verdict_approve(draft, by=other_editor)
    verdicts.verdict_publish(draft, by=other_editor)
    old.refresh_from_db()
    assert (old.state, draft.state) == ("corrected", "published")
    assert draft.published_at == old.published_at
    draft.claim.refresh_from_db()
    assert draft.claim.status == "published"


def test_a_retracted_verdict_leaves_the_claim_to_be_checked_again(researcher, editor):
    verdict = published_verdict(researcher, editor)
    verdicts.verdict_retract(verdict, note="The log was forged.", by=editor)
    verdict.claim.refresh_from_db()
    assert (verdict.state, verdict.claim.status) == ("retracted", "triaged")
    again = desk.claim_take(verdict.claim, by=researcher)
    assert again != verdict


def test_dismissed_with_a_reason_and_reopened(researcher, editor):
    claim = draft_verdict(researcher).claim
    with pytest.raises(ValidationError):
        desk.claim_dismiss(claim, reason=" ", by=editor)
    desk.claim_dismiss(claim, reason="Nobody can check this.", by=editor)
    desk.claim_reopen(claim, reason="Now there is a log.", by=editor)
    assert claim.status == "in_progress", "its draft was kept"
    assert claim.verdicts.open().count() == 1


def test_merging_moves_appearances(editor):
    kept, doubled = AppearanceFactory().claim, AppearanceFactory().claim
    merging.claim_merge(doubled, into=kept, by=editor)
    assert kept.appearances.count() == 2
    assert (doubled.status, doubled.merged_into) == ("merged", kept)
    with pytest.raises(ValidationError):
        merging.claim_merge(kept, into=kept, by=editor)


def test_the_wording_of_a_person_is_marked(researcher):
    claim = ClaimFactory()
    desk.claim_word(claim, text="  Four ferries \n were late. ", claimant=None, by=researcher)
    assert (claim.text, claim.edited) == ("Four ferries were late.", True)


@pytest.mark.parametrize(
    "broken",
    [
        lambda v: Verdict.objects.create(claim=v.claim, author=v.author),
        lambda v: Verdict.objects.filter(pk=v.pk).update(state="published"),
        lambda v: Verdict.objects.filter(pk=v.pk).update(state="in_review", explanation=""),
        lambda v: Claim.objects.filter(pk=v.claim_id).update(status="dismissed"),
        lambda v: Claim.objects.filter(pk=v.claim_id).update(status="merged"),
        lambda v: Claim.objects.filter(pk=v.claim_id).update(check_worthiness=1.5),
    ],
)
def test_the_database_itself_refuses_what_the_rules_forbid(researcher, broken):
    verdict = draft_verdict(researcher)
    with pytest.raises(IntegrityError), transaction.atomic():
        broken(verdict)


def test_a_verdict_is_approved_once(researcher, editor, other_editor):
    verdict = submitted_verdict(researcher)
    verdicts.verdict_approve(verdict, by=editor)
    with pytest.raises(Refused, match="Edda") as refused:
        verdicts.verdict_approve(verdict, by=other_editor)
    assert refused.value.code == "already_approved"
    assert kinds(verdict).count("verdict.approved") == 1
    verdict.refresh_from_db()
    assert verdict.approved_by == editor


def test_the_draft_of_a_dismissed_claim_cannot_be_submitted(researcher, editor):
    verdict = draft_verdict(researcher)
    desk.claim_dismiss(verdict.claim, reason="Nobody can check this.", by=editor)
    with pytest.raises(Refused, match="dismissed"):
        verdicts.verdict_submit(verdict, by=researcher)
    verdict.refresh_from_db()
    verdict.claim.refresh_from_db()
    assert (verdict.state, verdict.claim.status) == ("draft", "dismissed")


def test_a_claim_retracted_while_its_correction_is_written_stays_with_the_correction(
    researcher, editor, other_editor
):
    old = published_verdict(researcher, editor)
    correction = correcting.verdict_correct(old, note="A fifth ferry was late.", by=editor)
    verdicts.verdict_retract(old, note="The log was forged.", by=editor)
    claim = Claim.objects.get(pk=old.claim_id)
    assert claim.status == "in_progress"
    with pytest.raises(Refused):
        merging.claim_merge(claim, into=AppearanceFactory().claim, by=editor)

    verdicts.verdict_submit(correction, by=editor)
    claim.refresh_from_db()
    assert claim.status == "in_review"
    verdicts.verdict_approve(correction, by=other_editor)
    verdicts.verdict_publish(correction, by=other_editor)
    claim.refresh_from_db()
    old.refresh_from_db()
    assert (claim.status, old.state, correction.state) == ("published", "retracted", "published")


def test_publishing_a_correction_is_told_of_its_published_claim(researcher, editor, other_editor):
    old = published_verdict(researcher, editor)
    before = kinds(old.claim)
    draft = correcting.verdict_correct(old, note="A fifth ferry was late.", by=editor)
    verdicts.verdict_submit(draft, by=editor)
    verdicts.verdict_approve(draft, by=other_editor)
    verdicts.verdict_publish(draft, by=other_editor)
    assert kinds(old.claim) == [*before, "claim.corrected"]
    told = Event.objects.about(old.claim).first()
    assert told.before == {}
    assert told.after == {
        "verdict": str(draft.uid),
        "verdict_state": "published",
        "rating": "Mostly false",
        "corrects": str(old.uid),
    }
    old.claim.refresh_from_db()
    assert old.claim.status == "published"


def test_a_correction_without_its_note_cannot_be_submitted(researcher, editor):
    draft = correcting.verdict_correct(
        published_verdict(researcher, editor), note="A fifth ferry was late.", by=editor
    )
    verdicts.verdict_edit(draft, rating=draft.rating, explanation="Five were late.", by=editor)
    with pytest.raises(ValidationError) as refused:
        verdicts.verdict_submit(draft, by=editor)
    assert codes(refused) == {"correction_note": "note_required"}


def test_who_may_not_submit_is_told_so_and_not_what_is_missing(researcher, reader):
    with pytest.raises(PermissionDenied):
        verdicts.verdict_submit(draft_verdict(researcher, complete=False), by=reader)


def test_a_claim_given_to_someone_is_not_taken_by_who_read_it_before(researcher, editor):
    claim = AppearanceFactory().claim
    read_before = Claim.objects.get(pk=claim.pk)
    desk.claim_assign(claim, to=editor, by=editor)
    with pytest.raises(Refused, match="Edda") as refused:
        desk.claim_take(read_before, by=researcher)
    assert refused.value.code == "assigned_to_other"


def test_merged_claims_were_made_on_the_earlier_day(editor):
    kept, doubled = AppearanceFactory().claim, AppearanceFactory().claim
    earlier = kept.made_on - timedelta(days=3)
    Claim.objects.filter(pk=doubled.pk).update(made_on=earlier)
    merging.claim_merge(doubled, into=kept, by=editor)
    kept.refresh_from_db()
    assert kept.made_on == earlier


def test_a_passage_is_no_claim(researcher):
    claim = ClaimFactory()
    with pytest.raises(ValidationError) as refused:
        desk.claim_word(claim, text="late " * 500, claimant=None, by=researcher)
    assert codes(refused) == {"text": "text_too_long"}
