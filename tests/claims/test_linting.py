"""What is wrong with a ClaimReview is told before it is published, and errors stop it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from articles.models import Article
from claims.desk import verdicts as desk
from claims.desk.correcting import verdict_reopen
from claims.models import Claim, Evidence, Rating, Verdict
from claims.publishing import linting
from tests.asking import client_of, errors, refusal
from tests.factories import (
    AppearanceFactory,
    RatingFactory,
    RatingScaleFactory,
    draft_verdict,
    published_verdict,
    submitted_verdict,
    user_in,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def verdict(researcher, editor):
    """One in review, approved, with nothing wrong."""
    verdict = submitted_verdict(researcher)
    desk.verdict_approve(verdict, by=editor)
    Verdict.objects.filter(pk=verdict.pk).update(explanation="The log says so, again. " * 10)
    verdict.evidence.update(archived_url="https://archive.example/log", link_state="alive")
    verdict.refresh_from_db()
    return verdict


def told(verdict) -> dict[str, str]:
    """The codes that the desk's API tells of it, with their levels."""
    answer = client_of(user_in("reader")).get(f"/api/v1/verdicts/{verdict.uid}/lint/")
    assert answer.status_code == 200
    assert all(one["message"] and one["todo"] for one in answer.json())
    return {one["code"]: one["level"] for one in answer.json()}


def of(model, **lookup):
    def change(verdict, **fields):
        rows = {name: value(verdict) for name, value in lookup.items()}
        assert model.objects.filter(**rows).update(**fields)

    return change


claim = of(Claim, pk=lambda v: v.claim_id)
own = of(Verdict, pk=lambda v: v.pk)
source = of(Evidence, verdict=lambda v: v)
article = of(Article, appearances__claim=lambda v: v.claim)


def rated(name, value=9, scale="other", steps=()):
    def change(verdict):
        of_scale = RatingScaleFactory(slug=scale, name=scale, default=False)
        for step in steps:
            RatingFactory(scale=of_scale, name=f"Step {step}", value=step)
        own(verdict, rating=RatingFactory(scale=of_scale, name=name, value=value))

    return change


def nowhere(verdict):
    verdict.claim.appearances.all().delete()


def without_claimant(verdict):
    claim(verdict, claimant=None, text="Ferries ran late 9 times in May, the harbourmaster said.")


def with_a_source_of_words(verdict):
    claim(verdict, claimant=None)
    place = verdict.claim.appearances.get()
    place.attribution.source_start, place.attribution.source_end = 0, 7
    place.attribution.save()


def unnamed(verdict):
    Rating.objects.filter(pk=verdict.rating_id).update(name=" ")


WRONG = [
    ("claim_missing", "error", lambda v: claim(v, text=" ")),
    ("rating_name_missing", "error", unnamed),
    ("explanation_missing", "error", lambda v: own(v, explanation=" ")),
    ("claim_long", "warning", lambda v: claim(v, text="Ferries ran late nine times in May. " * 3)),
    ("rating_in_claim", "error", lambda v: claim(v, text="Mostly false: ferries ran late.")),
    ("rating_in_claim", "error", lambda v: claim(v, text="Ferries ran late (mostly false)")),
    ("rating_in_claim", "error", lambda v: claim(v, text="It is mostly false that they ran.")),
    ("language_missing", "warning", lambda v: claim(v, language="")),
    ("rating_long", "warning", rated("Not quite as it was told to us all", 1, steps=(2,))),
    ("scale_without_order", "warning", rated("Only", 1)),
    ("title_missing", "warning", lambda v: own(v, title="")),
    ("rating_in_title", "warning", lambda v: own(v, title="Mostly false: late ferries")),
    ("explanation_short", "warning", lambda v: own(v, explanation="The log says so.")),
    ("made_on_missing", "warning", lambda v: claim(v, made_on=None)),
    (
        "made_after_publication",
        "error",
        lambda v: claim(v, made_on=TODAY + timedelta(days=2)),
    ),
    (
        "review_after_expiry",
        "warning",
        lambda v: own(
            v,
            review_on=TODAY + timedelta(days=9),
            expires_on=TODAY + timedelta(days=8),
        ),
    ),
    ("review_due_at_once", "warning", lambda v: own(v, review_on=TODAY)),
    ("no_appearance", "warning", nowhere),
    ("no_appearance_address", "warning", lambda v: article(v, url="", normalised_url="")),
    ("claimant_missing", "warning", without_claimant),
    ("claimant_missing", "warning", with_a_source_of_words),
    ("made_after_appearance", "warning", lambda v: claim(v, made_on=TODAY)),
    ("evidence_missing", "error", lambda v: v.evidence.all().delete()),
    (
        "evidence_dead",
        "error",
        lambda v: source(v, link_state="dead", link_note="404 Not Found", archived_url=""),
    ),
    ("evidence_archived", "warning", lambda v: source(v, link_state="dead")),
    ("evidence_unreachable", "warning", lambda v: source(v, link_state="unreachable")),
    ("evidence_unreachable", "warning", lambda v: source(v, link_state="refused")),
    ("evidence_unchecked", "warning", lambda v: source(v, link_state="unchecked")),
    ("archive_missing", "warning", lambda v: source(v, archived_url="")),
]


def test_nothing_is_wrong_with_one_that_is_whole(verdict):
    assert told(verdict) == {}


@pytest.mark.parametrize(
    ("code", "level", "spoil"), WRONG, ids=[f"{n}-{one[0]}" for n, one in enumerate(WRONG)]
)
def test_what_is_wrong_is_told_and_only_errors_stop_publishing(verdict, editor, code, level, spoil):
    spoil(verdict)

    assert told(verdict)[code] == level
    answer = client_of(editor).post(f"/api/v1/verdicts/{verdict.uid}/publish/")

    verdict.refresh_from_db()
    if level == "error":
        assert refusal(answer) == (409, "claimreview_errors")
        assert (verdict.state, verdict.published_at) == ("in_review", None)
    else:
        assert answer.status_code == 200, answer.content
        assert verdict.state == "published"


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("It is true that ferries ran late.", "True"),
        ("True-blue voters stayed at home in May.", "True"),
        ("A false alarm closed the harbour in May.", "False"),
    ],
)
def test_a_claim_may_hold_a_word_that_is_also_its_rating(verdict, editor, text, rating):
    claim(verdict, text=text)
    own(verdict, rating=Rating.objects.get(name=rating))
    assert told(verdict) == {"rating_word_in_claim": "warning"}
    desk.verdict_publish(verdict, by=editor)


def test_the_workbench_says_what_to_do_in_place_of_the_button(client, verdict, editor):
    page = reverse("admin:claims_claim_change", args=[verdict.claim_id])
    client.force_login(editor)
    assert "Nothing is missing or wrong" in client.get(page).content.decode()
    publish = reverse("admin:claims_claim_publish", args=[verdict.claim_id])
    assert publish in client.get(page).content.decode()

    source(verdict, link_state="dead", link_note="404 Not Found", archived_url="")

    shown = client.get(page).content.decode()
    assert "is gone: 404 Not Found" in shown
    assert "Give its new address, or its archived copy." in shown
    assert publish not in shown
    answer = client.post(publish, {"version": verdict.version, "verdict": verdict.pk})
    assert answer.status_code == 409
    assert "It cannot be published like this" in answer.content.decode()
    verdict.refresh_from_db()
    assert verdict.state == "in_review"


def test_a_draft_is_told_as_well_and_may_be_submitted(client, researcher):
    draft = draft_verdict(researcher)
    source(draft, link_state="dead", link_note="410 Gone")
    client.force_login(researcher)
    page = client.get(reverse("admin:claims_claim_change", args=[draft.claim_id]))
    assert "is gone: 410 Gone" in page.content.decode()
    desk.verdict_submit(draft, by=researcher)
    assert draft.state == "in_review"


def test_a_draft_is_told_what_it_lacks(researcher):
    draft = draft_verdict(researcher, complete=False)
    errors_told = {code for code, level in told(draft).items() if level == "error"}
    assert errors_told == {"rating_missing", "explanation_missing", "evidence_missing"}


def test_a_reopened_verdict_is_not_published_without_its_note(editor):
    draft = verdict_reopen(published_verdict(), note="A new log.", by=editor)
    assert told(draft)["correction_note_missing"] == "error"


def test_a_number_that_is_no_place_on_its_scale(verdict):
    found = linting.of_number(Rating(name="Off", value=9, scale=verdict.rating.scale))
    assert [(one.code, one.level) for one in found] == [("rating_out_of_scale", "error")]


def test_the_workbench_asks_as_much_for_many_sources_as_for_few(
    client, researcher, django_assert_max_num_queries
):
    draft = draft_verdict(researcher)
    page = reverse("admin:claims_claim_change", args=[draft.claim_id])
    client.force_login(researcher)

    def asked() -> int:
        with django_assert_max_num_queries(29) as asking:
            assert client.get(page).status_code == 200
        return len(asking)

    few = asked()
    for number in range(4):
        url = f"https://harbour.example/log/{number}"
        desk.evidence_add(draft, desk.Source(url=url, stance="context"), by=researcher)
        AppearanceFactory(claim=draft.claim)
    assert asked() == few, few


def test_a_wrong_day_is_corrected_and_the_verdict_published(client, verdict, editor):
    claim(verdict, made_on=TODAY + timedelta(days=300))
    assert told(verdict)["made_after_publication"] == "error"
    row = Claim.objects.get(pk=verdict.claim_id)
    client.force_login(editor)
    url = reverse("admin:claims_claim_date", args=[row.pk])
    ahead = {"version": row.version, "made_on": (TODAY + timedelta(days=1)).isoformat()}
    assert client.post(url, ahead).status_code == 422
    assert client.post(url, ahead | {"made_on": "2026-05-04"}).status_code == 302
    assert Event.objects.about(row).first().kind == "claim.dated"
    assert told(verdict) == {}
    desk.verdict_publish(verdict, by=editor)


def test_the_api_dates_a_claim_without_wording_it(verdict, editor):
    url = f"/api/v1/claims/{verdict.claim.uid}/"
    api = client_of(editor)
    assert api.patch(url, {"made_on": "2026-05-01"}).json()["made_on"] == "2026-05-01"
    assert not Claim.objects.get(pk=verdict.claim_id).edited
    answer = api.patch(url, {"made_on": None, "text": "Ferries ran late in May."})
    assert (answer.json()["made_on"], answer.json()["text"]) == (None, "Ferries ran late in May.")
    ahead = api.patch(url, {"made_on": "2199-01-01", "text": "Ferries ran early."})
    assert errors(ahead) == (400, [("made_on", "made_on_ahead")])
    assert Claim.objects.get(pk=verdict.claim_id).text == "Ferries ran late in May."
