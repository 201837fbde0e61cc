"""A published verdict is looked at again, on its day or for a reason, and how that ends."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.events import Event
from claims.desk import claims as claim_desk
from claims.desk import correcting
from claims.desk import verdicts as desk
from claims.desk.errors import Refused
from claims.models import Rating, Verdict
from tests.asking import client_of, errors, ids, refusal
from tests.factories import draft_verdict, published_verdict, submitted_verdict, user_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=90)


@pytest.fixture
def verdict():
    return published_verdict()


def at(verdict, action=""):
    return f"/api/v1/verdicts/{verdict.uid}/{action and action + '/'}"


def due_on(verdict, day):
    Verdict.objects.filter(pk=verdict.pk).update(review_on=day)
    verdict.refresh_from_db()
    return verdict


def kinds(verdict):
    return list(Event.objects.about(verdict).values_list("kind", flat=True))


def page_of(client, verdict):
    return client.get(
        reverse("admin:claims_claim_change", args=[verdict.claim_id])
    ).content.decode()


def test_a_draft_names_the_day_and_from_then_on_it_is_listed_as_due(client, researcher, editor):
    draft = draft_verdict(researcher)
    answer = client_of(researcher).patch(at(draft), {"review_on": TODAY.isoformat()})
    assert answer.json()["review_on"] == TODAY.isoformat()
    later = due_on(published_verdict(), LATER)
    never = published_verdict()
    client.force_login(editor)
    listed = reverse("admin:claims_verdict_changelist")

    # Not while it is a draft, only once it is before the public.
    assert ids(client.get("/api/v1/verdicts/", {"review_due": "true"})) == []
    desk.verdict_submit(draft, by=researcher)
    desk.verdict_approve(draft, by=editor)
    desk.verdict_publish(draft, by=editor)

    assert ids(client.get("/api/v1/verdicts/", {"review_due": "true"})) == [str(draft.uid)]
    due = client.get(listed, {"review": "due"}).content.decode()
    assert draft.claim.text in due
    assert later.claim.text not in due
    assert never.claim.text not in due
    planned = client.get(listed, {"review": "planned"}).content.decode()
    assert later.claim.text in planned
    assert draft.claim.text not in planned
    assert "Another look is due since" in page_of(client, draft)
    assert "Another look is due" not in page_of(client, later)
    draft.refresh_from_db()
    assert (draft.state, draft.claim.status) == ("published", "published")


def test_reopening_a_published_claim_opens_a_draft_and_the_verdict_stands(client, verdict, editor):
    client.force_login(editor)
    url = reverse("admin:claims_claim_reopen", args=[verdict.claim_id])
    sent = {"version": verdict.claim.version, "reason": "A new log came out."}

    assert client.post(url, sent).status_code == 302

    draft = Verdict.objects.open().get()
    assert (draft.claim, draft.corrects, draft.author) == (verdict.claim, verdict, editor)
    assert (draft.rating, draft.explanation) == (verdict.rating, verdict.explanation)
    assert [e.url for e in draft.evidence.all()] == [e.url for e in verdict.evidence.all()]
    assert draft.correction_note == ""
    verdict.refresh_from_db()
    assert (verdict.state, verdict.claim.status) == ("published", "published")
    event = Event.objects.about(verdict).first()
    assert (event.kind, event.note, event.actor) == (
        "verdict.reopened",
        "A new log came out.",
        editor,
    )
    # The reason is the desk's own.
    assert "A new log" not in client.get(verdict.get_absolute_url()).content.decode()
    assert "Verdict looked at again" in page_of(client, verdict)
    # A second one is refused, and the page offers none.
    assert url not in page_of(client, verdict)
    assert client.post(url, sent).status_code == 409


def test_reopening_in_the_api_needs_a_reason(verdict, editor):
    url = f"/api/v1/claims/{verdict.claim.uid}/reopen/"
    api = client_of(editor)
    assert errors(api.post(url, {"reason": " "})) == (400, [("reason", "reason_required")])
    assert not Verdict.objects.open().exists()
    answer = api.post(url, {"reason": "A new log."})
    assert answer.status_code == 200
    assert answer.json()["open_verdict"]["state"] == "draft"
    assert refusal(api.post(url, {"reason": "A new log."})) == (409, "correction_open")


def test_a_stale_version_opens_nothing(verdict, editor):
    with pytest.raises(Refused) as refused:
        claim_desk.claim_reopen(verdict.claim, reason="Late.", by=editor, version=1)
    assert refused.value.code == "changed_meanwhile"
    assert not Verdict.objects.open().exists()
    assert "verdict.reopened" not in kinds(verdict)


def test_a_review_may_find_that_the_verdict_stands(client, verdict, editor):
    due_on(verdict, TODAY)
    draft = correcting.verdict_reopen(verdict, note="It is due.", by=editor)
    client.force_login(editor)
    url = reverse("admin:claims_claim_confirm", args=[verdict.claim_id])
    sent = {"version": verdict.version, "verdict": verdict.pk}
    assert client.post(url, sent).status_code == 422

    sent |= {"note": "The log of June says the same.", "review_on": LATER.isoformat()}
    assert client.post(url, sent).status_code == 302

    verdict.refresh_from_db()
    assert (verdict.state, verdict.review_on) == ("published", LATER)
    assert timezone.localdate(verdict.reviewed_at) == TODAY
    assert not Verdict.objects.filter(pk=draft.pk).exists()
    assert kinds(verdict)[:2] == ["verdict.confirmed", "verdict.correction_dropped"]
    dropped = Event.objects.get(kind="verdict.correction_dropped")
    assert dropped.before["explanation"] == verdict.explanation
    public = client.get(verdict.get_absolute_url()).content.decode()
    assert "Looked at again" in public
    assert "says the same" not in public
    told = client.get(at(verdict)).json()
    assert (told["review_on"], told["state"]) == (LATER.isoformat(), "published")
    assert told["reviewed_at"]


def test_the_next_review_is_on_a_later_day(verdict, editor):
    answer = client_of(editor).post(at(verdict, "confirm"), {"note": "Yes.", "review_on": TODAY})
    assert errors(answer) == (400, [("review_on", "review_past")])
    verdict.refresh_from_db()
    assert verdict.reviewed_at is None


def test_a_correction_in_review_is_decided_on_first(client, verdict, editor):
    draft = correcting.verdict_correct(verdict, note="A fifth.", by=editor)
    desk.verdict_submit(draft, by=editor)
    client.force_login(editor)
    assert reverse("admin:claims_claim_confirm", args=[verdict.claim_id]) not in page_of(
        client, verdict
    )
    answer = client_of(editor).post(at(verdict, "confirm"), {"note": "Yes."})
    assert refusal(answer) == (409, "correction_in_review")
    draft.refresh_from_db()
    assert draft.state == "in_review"


@pytest.mark.parametrize("submitted", [False, True])
def test_nothing_may_come_of_a_correction(client, verdict, editor, submitted):
    draft = correcting.verdict_correct(verdict, note="A fifth.", by=editor)
    if submitted:
        desk.verdict_submit(draft, by=editor)
    client.force_login(editor)
    url = reverse("admin:claims_claim_drop", args=[verdict.claim_id])
    assert url in page_of(client, verdict)

    sent = {"version": draft.version, "verdict": draft.pk, "note": "The fifth was a tug."}
    assert client.post(url, sent).status_code == 302

    verdict.refresh_from_db()
    assert (verdict.state, verdict.claim.status) == ("published", "published")
    assert list(Verdict.objects.all()) == [verdict]
    event = Event.objects.about(verdict).first()
    assert (event.kind, event.note) == ("verdict.correction_dropped", "The fifth was a tug.")
    assert event.before["correction_note"] == "A fifth."
    assert "The fifth was a tug." in page_of(client, verdict)
    # And another one can be begun.
    assert correcting.verdict_correct(verdict, note="A sixth.", by=editor).state == "draft"


def test_a_first_verdict_is_not_dropped(client, researcher, editor):
    first = submitted_verdict(researcher)
    client.force_login(editor)
    assert reverse("admin:claims_claim_drop", args=[first.claim_id]) not in page_of(client, first)
    answer = client_of(editor).post(at(first, "drop"), {"note": "No."})
    assert refusal(answer) == (409, "nothing_stands")
    assert Verdict.objects.filter(pk=first.pk).exists()


def test_the_draft_of_a_retracted_verdict_is_not_dropped(verdict, editor):
    draft = correcting.verdict_correct(verdict, note="A fifth.", by=editor)
    desk.verdict_retract(verdict, note="Forged.", by=editor)
    answer = client_of(editor).post(at(draft, "drop"), {"note": "No."})
    assert refusal(answer) == (409, "nothing_stands")


@pytest.mark.parametrize(
    ("slug", "outcome", "told"),
    [
        ("mostly-false", "rating_stands", "The rating stands."),
        ("false", "rating_changed", "The rating changed."),
    ],
)
def test_what_became_of_a_correction_is_told(
    client, verdict, researcher, editor, slug, outcome, told
):
    draft = correcting.verdict_correct(verdict, note="The log had a fifth entry.", by=editor)
    desk.verdict_edit(
        draft,
        rating=Rating.objects.get(slug=slug),
        title=draft.title,
        explanation="The log counts five.",
        correction_note=draft.correction_note,
        by=researcher,
    )
    desk.verdict_submit(draft, by=researcher)
    second = user_in("editor")
    desk.verdict_approve(draft, by=second)
    desk.verdict_publish(draft, by=second)

    assert client.get(at(draft)).json()["correction_outcome"] == outcome
    assert client.get(at(verdict)).json()["correction_outcome"] is None
    assert told in client.get(reverse("verdict-feed")).content.decode()
    client.force_login(editor)
    assert f"The log had a fifth entry. {told}" in page_of(client, draft)
    public = client.get(reverse("corrections")).content.decode()
    assert ("became" in public) is (outcome == "rating_changed")
    assert ("The rating stays" in public) is (outcome == "rating_stands")


def test_what_is_dismissed_is_reopened_as_before(editor):
    draft = draft_verdict(user_in("researcher"))
    claim = claim_desk.claim_dismiss(draft.claim, reason="A matter of taste.", by=editor)
    claim_desk.claim_reopen(claim, reason="It is not.", by=editor)
    assert claim.status == "in_progress"
    assert Event.objects.about(claim).first().kind == "claim.reopened"
