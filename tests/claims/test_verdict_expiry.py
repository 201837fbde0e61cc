"""A verdict names the day on which it runs out; then it says so, and its claim is checked again."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from articles.events import Event
from claims import tasks
from claims.desk import correcting
from claims.desk import verdicts as desk
from claims.models import Verdict, Wording
from tests.asking import client_of, errors, refusal
from tests.factories import draft_verdict, published_verdict

pytestmark = pytest.mark.django_db


def at(verdict, action=""):
    return f"/api/v1/verdicts/{verdict.uid}/{action and action + '/'}"


def holding_until(days: int, **kwargs) -> Verdict:
    """A published verdict that runs out in so many days."""
    verdict = published_verdict(**kwargs)
    day = timezone.localdate() + timedelta(days=days)
    Verdict.objects.filter(pk=verdict.pk).update(expires_on=day)
    verdict.refresh_from_db()
    return verdict


def test_on_its_day_it_is_out_of_date_and_its_claim_to_be_checked_again():
    verdict = holding_until(0)

    tasks.expire()

    verdict.refresh_from_db()
    assert verdict.state == "expired"
    assert verdict.ended_at
    assert verdict.claim.status == "triaged"
    assert not Wording.objects.filter(claim=verdict.claim, kind="title").exists()
    event = Event.objects.about(verdict).first()
    assert (event.kind, event.actor, event.before) == (
        "verdict.expired",
        None,
        {"state": "published", "ended_at": None},
    )


@pytest.mark.parametrize("days", [1, None])
def test_until_then_it_stands(days):
    verdict = holding_until(days) if days else published_verdict()

    tasks.expire()

    verdict.refresh_from_db()
    assert (verdict.state, verdict.claim.status) == ("published", "published")


def test_running_out_twice_happens_once():
    verdict = holding_until(0)

    tasks.expire()
    tasks.expire()

    assert Event.objects.about(verdict).filter(kind="verdict.expired").count() == 1


def test_one_that_was_retracted_meanwhile_stays_retracted(editor, monkeypatch):
    verdict = holding_until(0)
    due = list(Verdict.objects.run_out())
    desk.verdict_retract(verdict, note="The log was forged.", by=editor)
    monkeypatch.setattr(type(Verdict.objects.all()), "run_out", lambda self: due)

    tasks.expire()

    verdict.refresh_from_db()
    assert verdict.state == "retracted"


def test_the_public_is_told(client):
    verdict = holding_until(0)
    before = client.get(verdict.get_absolute_url()).content.decode()
    assert "To be checked again on" in before
    assert f'"expires": "{verdict.expires_on.isoformat()}"' in before

    tasks.expire()

    page = client.get(verdict.get_absolute_url()).content.decode()
    assert "Out of date." in page
    assert "ld+json" not in page
    anyone = APIClient()
    answer = anyone.get(at(verdict)).json()
    assert (answer["state"], answer["expires_on"]) == ("expired", verdict.expires_on.isoformat())
    assert answer["explanation"]
    assert anyone.get("/api/v1/verdicts/").json()["results"] == []
    feed = json.loads(client.get("/claimreview.json").getvalue())
    assert feed["dataFeedElement"] == []


def test_a_correction_being_written_replaces_nothing_then(editor, other_editor):
    verdict = holding_until(0)
    draft = correcting.verdict_correct(verdict, note="Newer counts.", by=editor)
    assert draft.expires_on == verdict.expires_on
    tasks.expire()
    verdict.claim.refresh_from_db()
    assert verdict.claim.status == "in_progress"
    desk.verdict_edit(
        draft, rating=draft.rating, explanation="Five.", correction_note="Newer.", by=editor
    )
    desk.verdict_submit(draft, by=editor)
    desk.verdict_approve(draft, by=other_editor)
    desk.verdict_publish(draft, by=other_editor)

    verdict.refresh_from_db()
    assert (verdict.state, draft.state) == ("expired", "published")
    answer = APIClient().get(at(verdict)).json()
    assert answer["successor"]["id"] == str(draft.uid)


def test_the_day_is_set_with_the_draft(researcher, client):
    day = timezone.localdate() + timedelta(days=30)
    draft = draft_verdict(researcher)
    api = client_of(researcher)
    assert api.patch(at(draft), {"expires_on": day.isoformat()}).json()["expires_on"] == str(day)
    assert api.patch(at(draft), {"title": "How late?"}).json()["expires_on"] == str(day)
    assert errors(api.patch(at(draft), {"expires_on": "soon"})) == (
        400,
        [("expires_on", "invalid")],
    )

    client.force_login(researcher)
    page = client.get(reverse("admin:claims_claim_change", args=[draft.claim_id]))
    assert f'name="expires_on" value="{day}"' in page.content.decode()
    draft.refresh_from_db()
    sent = {"version": draft.version, "verdict": draft.pk, "title": "How often?", "expires_on": ""}
    saved = client.post(reverse("admin:claims_claim_draft", args=[draft.claim_id]), sent)
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.expires_on) == ("How often?", None)
    assert draft.explanation


def test_a_day_that_is_here_already_is_refused(researcher, editor):
    day = timezone.localdate()
    draft = draft_verdict(researcher)
    api = client_of(researcher)
    assert api.patch(at(draft), {"expires_on": str(day)}).status_code == 200
    assert errors(api.post(at(draft, "submit"))) == (400, [("expires_on", "run_out")])
    api.patch(at(draft), {"expires_on": str(day + timedelta(days=1))})
    assert api.post(at(draft, "submit")).status_code == 200
    # The day came while it was in review.
    Verdict.objects.filter(pk=draft.pk).update(expires_on=day)
    api = client_of(editor)
    assert api.post(at(draft, "approve")).status_code == 200
    assert refusal(api.post(at(draft, "publish"))) == (409, "run_out")
