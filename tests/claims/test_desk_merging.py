"""Merging two claims and splitting one: what goes along, what stays, and two who do it at once."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from articles.events import Event
from claims.desk import claims as desk
from claims.desk import matches, verdicts
from claims.desk.errors import Conflict, Refused
from claims.desk.merging import claim_merge
from claims.desk.splitting import claim_split
from claims.models import Appearance, Claim, Match, Wording
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ExternalMatchFactory,
    ExternalVerdictFactory,
    MatchFactory,
    WordingFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db


def kinds(row) -> list[str]:
    return list(Event.objects.about(row).order_by("id").values_list("kind", flat=True))


def found(claims: int = 2) -> list[Claim]:
    """So many claims, each found in an article of its own, oldest first."""
    return [AppearanceFactory().claim for _ in range(claims)]


def pair(one: Claim, two: Claim, **fields) -> Match:
    claim, other = sorted((one, two), key=lambda row: row.pk)
    return MatchFactory(claim=claim, other=other, **fields)


def rejected(one: Claim, two: Claim, by) -> Match:
    return matches.match_reject(pair(one, two), by=by)


def state_between(one: Claim, two: Claim) -> str | None:
    return Match.objects.of(one).of(two).values_list("state", flat=True).first()


def split(claim: Claim, places, by, **fields) -> Claim:
    claim.refresh_from_db()
    return claim_split(claim, appearances=places, by=by, **fields)


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


# --- Matches --------------------------------------------------------------------------------------


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


# --- Splitting ------------------------------------------------------------------------------------


def test_a_new_claim_from_one_of_the_places(editor):
    claim = AppearanceFactory().claim
    article = ArticleFactory(
        text="Buses ran late, the mayor said.", published_at=claim.appearances.get().created_at
    )
    place = AppearanceFactory(
        claim=claim, article=article, check_worthiness=0.9, reasons=[["names nobody", 0.1]]
    )
    place.attribution.claimant = mayor = ClaimFactory().claimant
    place.attribution.save()
    Claim.objects.filter(pk=claim.pk).update(topics=["traffic"])

    apart = split(claim, [place], editor)

    assert (apart.text, apart.claimant, apart.status) == ("Buses ran late", mayor, "new")
    assert (apart.made_on, apart.language) == (article.published_at.date(), "en")
    assert (apart.check_worthiness, apart.topics) == (0.9, ["traffic"])
    assert (apart.edited, apart.matched_at) == (False, None)
    assert apart.slug.startswith("buses-ran-late-")
    place.refresh_from_db()
    assert (place.claim, place.found_as) == (apart, claim)
    assert claim.appearances.count() == 1
    assert state_between(claim, apart) == "rejected"
    assert kinds(apart) == ["claim.split_off", "match.rejected"]
    assert kinds(claim) == ["claim.split", "match.rejected"]


def test_an_editor_may_word_what_is_split_off(editor):
    place = AppearanceFactory()
    AppearanceFactory(claim=place.claim)
    apart = split(place.claim, [place], editor, text=" Buses  ran late. ")
    assert (apart.text, apart.edited) == ("Buses ran late.", True)
    with pytest.raises(ValidationError) as refused:
        split(place.claim, place.claim.appearances.all(), editor, text="late " * 500)
    assert refused.value.error_dict["text"][0].code == "text_too_long"


def test_a_merged_claim_comes_back_as_it_was(editor, researcher):
    kept, doubled, third = found(3)
    desk.claim_triage(doubled, by=researcher)
    WordingFactory(claim=kept)
    WordingFactory(claim=doubled)
    rejected(doubled, third, editor)
    before = Claim.objects.get(pk=doubled.pk)
    places = list(doubled.appearances.all())
    claim_merge(doubled, into=kept, by=editor)

    back = split(kept, places, editor)

    assert (back.pk, back.uid, back.slug, back.text) == (
        before.pk,
        before.uid,
        before.slug,
        before.text,
    )
    assert (back.status, back.merged_into, back.made_on) == ("triaged", None, before.made_on)
    assert [(p.claim, p.found_as) for p in back.appearances.all()] == [(back, None)]
    assert list(back.wordings.values_list("text", "kind")) == [(back.text, "claim")]
    assert list(kept.wordings.values_list("text", flat=True)) == [kept.text]
    assert state_between(kept, back) == "rejected"
    assert state_between(back, third) == "rejected", "what was decided before is not forgotten"
    assert kinds(back)[-2:] == ["claim.revived", "match.rejected"]


def test_a_dismissed_claim_comes_back_dismissed(editor):
    kept, doubled = found()
    desk.claim_dismiss(doubled, reason="A matter of taste.", by=editor)
    places = list(doubled.appearances.all())
    claim_merge(doubled, into=kept, by=editor)
    back = split(kept, places, editor)
    assert (back.status, back.dismissal) == ("dismissed", "A matter of taste.")


def test_places_of_two_merged_claims_are_a_new_one(editor):
    kept, one, two = found(3)
    places = [*one.appearances.all(), *two.appearances.all()]
    for claim in (one, two):
        claim_merge(claim, into=kept, by=editor)
    apart = split(kept, places, editor)
    assert apart not in (one, two)
    assert apart.appearances.count() == 2


def test_a_confirmed_match_that_was_wrong_is_rejected_by_splitting(editor):
    one, two = found()
    match = pair(one, two)
    places = list(two.appearances.all())
    matches.match_confirm(match, by=editor)
    split(one, places, editor)
    match.refresh_from_db()
    assert (match.state, match.score) == ("rejected", 0.8)
    two.refresh_from_db()
    claim_merge(two, into=one, by=editor)
    match.refresh_from_db()
    assert match.state == "confirmed", "the last word counts"


def test_the_verdict_stays_where_it_was_published(editor, researcher):
    verdict = published_verdict(researcher, editor)
    place = AppearanceFactory(claim=verdict.claim)
    apart = split(verdict.claim, [place], editor)
    assert not apart.verdicts.exists()
    verdict.claim.refresh_from_db()
    assert verdict.claim.status == "published"
    assert verdict.claim.verdicts.published().get() == verdict


def test_a_claim_was_made_on_the_first_day_of_what_is_left(editor):
    claim = AppearanceFactory().claim
    first = AppearanceFactory(claim=claim)
    first.article.published_at -= timedelta(days=9)
    first.article.save()
    Claim.objects.filter(pk=claim.pk).update(made_on=first.article.published_at.date())
    apart = split(claim, [first], editor)
    claim.refresh_from_db()
    assert claim.made_on - apart.made_on == timedelta(days=9)


def test_the_words_of_what_is_split_off_no_longer_lead_back(editor):
    claim = AppearanceFactory().claim
    place = AppearanceFactory(claim=claim)
    WordingFactory(claim=claim, text=place.text, kind="earlier")
    apart = split(claim, [place], editor, text="Other words.")
    assert Wording.objects.get(text=place.text).claim == apart


@pytest.mark.parametrize(
    ("places", "code"),
    [
        (lambda claim: [], "appearances_required"),
        (lambda claim: claim.appearances.all(), "appearances_all"),
        (lambda claim: [claim.appearances.first(), AppearanceFactory()], "appearances_elsewhere"),
    ],
)
def test_some_places_and_not_all_are_split_off(editor, places, code):
    claim = AppearanceFactory().claim
    AppearanceFactory(claim=claim)
    with pytest.raises(ValidationError) as refused:
        split(claim, places(claim), editor)
    assert refused.value.error_dict["appearances"][0].code == code
    claim.refresh_from_db()
    assert (claim.version, claim.appearances.count(), Match.objects.count()) == (1, 2, 0)


def test_a_stale_page_splits_nothing(editor, researcher):
    claim = AppearanceFactory().claim
    place = AppearanceFactory(claim=claim)
    desk.claim_triage(claim, by=researcher)
    with pytest.raises(Conflict, match="Tove"):
        claim_split(claim, appearances=[place], by=editor, version=1)
    assert Claim.objects.count() == 1


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
