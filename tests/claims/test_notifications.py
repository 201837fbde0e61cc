"""Who is told what: of an assignment, an approval, a return, a mention; and who is not."""

import pytest
from django.db import transaction

from articles.events import Event
from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.errors import Refused
from claims.desk.notifications import choices_set, notifications_read, notify
from claims.models import Notification, NotificationKind
from tests import factories

pytestmark = pytest.mark.django_db

Kind = NotificationKind


def told(user) -> list[tuple]:
    rows = Notification.objects.filter(to=user).order_by("id")
    return [(row.kind, row.claim_id, row.by) for row in rows]


def test_who_is_given_a_claim_is_told_and_who_takes_one_is_not(editor, researcher):
    claim = factories.ClaimFactory()
    claim_services.claim_assign(claim, to=researcher, by=editor)
    claim_services.claim_assign(claim, to=researcher, by=editor)
    assert told(researcher) == [("assigned", claim.pk, editor)]
    claim_services.claim_assign(claim, to=None, by=editor)
    claim_services.claim_assign(claim, to=editor, by=editor)
    claim_services.claim_take(factories.ClaimFactory(), by=researcher)
    assert told(editor) == []
    assert len(told(researcher)) == 1


def test_all_authors_are_told_what_becomes_of_their_verdict(editor, other_editor, researcher):
    verdict = factories.draft_verdict(researcher)
    verdict_services.verdict_submit(verdict, by=other_editor)
    verdict_services.verdict_return(verdict, note="Name the log.", by=editor)
    [returned] = Notification.objects.filter(to=researcher)
    assert (returned.kind, returned.verdict, returned.note) == (
        "returned",
        verdict,
        "Name the log.",
    )
    verdict_services.verdict_submit(verdict, by=researcher)
    verdict_services.verdict_approve(verdict, by=editor)
    both = [("returned", verdict.claim_id, editor), ("approved", verdict.claim_id, editor)]
    assert told(researcher) == told(other_editor) == both
    assert told(editor) == []


def test_who_returns_their_own_verdict_is_not_told(editor):
    verdict = factories.submitted_verdict(editor)
    verdict_services.verdict_return(verdict, note="Not yet.", by=editor)
    assert told(editor) == []


def test_a_step_that_fails_tells_nobody(editor, other_editor, researcher):
    claim = factories.ClaimFactory(status="dismissed", dismissal="A matter of taste.")
    with pytest.raises(Refused):
        claim_services.claim_assign(claim, to=researcher, by=editor)
    verdict = factories.submitted_verdict(researcher)

    def approve_and_fail():
        with transaction.atomic():
            verdict_services.verdict_approve(verdict, by=other_editor)
            verdict_services.verdict_retract(verdict, note="Wrong.", by=other_editor)

    with pytest.raises(Refused):
        approve_and_fail()
    assert not Event.objects.filter(kind="verdict.approved").exists()
    assert told(researcher) == []


def test_nobody_is_told_of_what_they_may_not_see(editor):
    claim = factories.ClaimFactory()
    outsider = factories.UserFactory()
    gone = factories.user_in("researcher", is_active=False)
    for person in (outsider, gone, None):
        assert notify(Kind.MENTIONED, to=person, about=claim, by=editor) is None
    assert not Notification.objects.exists()


def test_each_kind_can_be_switched_off_both_ways(editor):
    tove = factories.user_in("researcher", email="tove@desk.example")
    claim = factories.ClaimFactory()
    choices_set(tove, on_home=["mentioned"], by_mail=["assigned", "mentioned"])
    mentioned = notify(Kind.MENTIONED, to=tove, about=claim, by=editor, note="See here.")
    assigned = notify(Kind.ASSIGNED, to=tove, about=claim, by=editor)
    assert (mentioned.on_home, bool(mentioned.mail_due_at)) == (True, True)
    assert (assigned.on_home, bool(assigned.mail_due_at)) == (False, True)
    assert notify(Kind.APPROVED, to=tove, about=claim, by=editor) is None
    assert list(Notification.objects.at_home_of(tove)) == [mentioned]

    choices_set(tove, on_home=Kind.values, by_mail=[])
    again = notify(Kind.APPROVED, to=tove, about=claim, by=editor)
    assert (again.on_home, again.mail_due_at) == (True, None)


def test_without_an_address_there_is_no_mail(editor, researcher):
    claim = factories.ClaimFactory()
    assert notify(Kind.ASSIGNED, to=researcher, about=claim, by=editor).mail_due_at is None


def test_reading_is_everyones_own(editor, other_editor, researcher):
    claim = factories.ClaimFactory()
    mine = [notify(Kind.MENTIONED, to=researcher, about=claim, by=editor) for _ in range(3)]
    theirs = notify(Kind.MENTIONED, to=other_editor, about=claim, by=editor)
    assert notifications_read(by=researcher, only=theirs.pk) == 0
    assert notifications_read(by=researcher, only=mine[0].pk) == 1
    assert notifications_read(by=researcher) == 2
    theirs.refresh_from_db()
    assert theirs.read_at is None
