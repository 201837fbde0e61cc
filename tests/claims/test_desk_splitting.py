"""Splitting a claim: what is split off, what comes back, and what stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from claims.desk import claims as desk
from claims.desk import matches
from claims.desk.errors import Conflict
from claims.desk.merging import claim_merge
from claims.desk.splitting import claim_split
from claims.models import Claim, Match, Wording
from tests.claims.pairs import found, kinds, pair, rejected, split, state_between
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    WordingFactory,
    published_verdict,
)

pytestmark = pytest.mark.django_db


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
