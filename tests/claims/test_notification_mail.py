"""The e-mails: what stands in them, and that each is sent once, whatever happens to the worker."""

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from claims.desk import claims as claim_services
from claims.desk import verdicts as verdict_services
from claims.desk.mailing import MOST_ATTEMPTS, notifications_mail
from claims.desk.notifications import choices_set, notify
from claims.models import Notification
from claims.tasks import mail as mail_task
from tests import factories
from tests.conftest import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def tove(db):
    fields = {"username": "tove", "first_name": "Tove", "email": "tove@desk.example"}
    return factories.user_in("researcher", **fields)


def test_an_assignment_is_mailed_once_with_its_address(editor, tove, settings):
    settings.PUBLIC_URL = "https://desk.example"
    claim = factories.ClaimFactory(text="Ferries ran late\n<often> & “gladly”.")
    claim_services.claim_assign(claim, to=tove, by=editor)
    assert (notifications_mail(), notifications_mail()) == (1, 0)
    [sent] = mail.outbox
    assert sent.to == ["tove@desk.example"]
    assert sent.subject == "Edda gave you a claim: Ferries ran late <often> & “gladly”."
    assert "Hello Tove" in sent.body
    assert "<often> & “gladly”" in sent.body
    assert f"https://desk.example/admin/claims/claim/{claim.pk}/change/" in sent.body
    assert "https://desk.example/admin/claims/notification/" in sent.body
    [row] = Notification.objects.all()
    assert row.mailed_at is not None
    assert row.mail_due_at is None


def test_what_happens_together_is_one_mail_each(editor, other_editor, tove):
    Notification.objects.all().delete()
    wren = factories.user_in("researcher", email="wren@desk.example")
    for to in (tove, tove, wren):
        claim_services.claim_assign(factories.ClaimFactory(), to=to, by=editor)
    verdict = factories.submitted_verdict(tove)
    verdict_services.verdict_return(verdict, note="Name the log.", by=other_editor)
    assert notifications_mail() == 2
    bodies = {sent.to[0]: sent for sent in mail.outbox}
    assert bodies["tove@desk.example"].subject == "3 notifications"
    assert "Otis returned your verdict (Mostly false)" in bodies["tove@desk.example"].body
    assert "They write: Name the log." in bodies["tove@desk.example"].body
    assert bodies["wren@desk.example"].subject.startswith("Edda gave you a claim")


def test_who_switched_it_off_or_left_gets_none(editor, tove):
    choices_set(tove, on_home=["assigned"], by_mail=["returned"])
    claim_services.claim_assign(factories.ClaimFactory(), to=tove, by=editor)
    wren = factories.user_in("researcher", email="wren@desk.example")
    claim_services.claim_assign(factories.ClaimFactory(), to=wren, by=editor)
    wren.is_active = False
    wren.save()
    assert notifications_mail() == 0
    assert mail.outbox == []
    assert Notification.objects.filter(to=tove, read_at=None).count() == 1


class Refusing(EmailBackend):
    """A server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["tove@desk.example"]:
            raise smtplib.SMTPRecipientsRefused({"tove@desk.example": (550, b"unknown")})
        return super().send_messages(messages)


class Away(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("nobody listens")


def test_one_refused_address_does_not_hold_up_the_others(editor, tove, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    wren = factories.user_in("researcher", email="wren@desk.example")
    for to in (tove, wren):
        notify("assigned", to=to, about=factories.ClaimFactory(), by=editor)
    assert notifications_mail() == 1
    row = Notification.objects.get(to=tove)
    assert (row.mail_attempts, row.mailed_at) == (1, None)
    assert "550" in row.mail_error
    assert timezone.now() < row.mail_due_at < timezone.now() + timedelta(minutes=2)
    assert notifications_mail() == 0  # Not due yet.

    for _ in range(MOST_ATTEMPTS):
        Notification.objects.filter(mail_due_at__isnull=False).update(mail_due_at=timezone.now())
        notifications_mail()
    row.refresh_from_db()
    assert (row.mail_attempts, row.mail_due_at) == (MOST_ATTEMPTS, None)


def test_with_the_server_away_all_stays_due(editor, tove, settings):
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    notify("assigned", to=tove, about=factories.ClaimFactory(), by=editor)
    mail_task()
    row = Notification.objects.get()
    assert (row.mail_attempts, row.mailed_at) == (0, None)
    settings.EMAIL_BACKEND = usual
    mail_task()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(editor, tove):
    for _ in range(5):
        notify("assigned", to=tove, about=factories.ClaimFactory(), by=editor)
    start = Barrier(2)
    sent = []

    def work():
        start.wait()
        sent.append(notifications_mail())
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 1
    assert [message.subject for message in mail.outbox] == ["5 notifications"]


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends_what_a_request_caused(client, editor, tove, start_worker, tmp_path):
    claim = factories.ClaimFactory(text="Ferries ran late in May.")
    start_worker(EMAIL_URL=f"file:///{tmp_path}/mails", PUBLIC_URL="https://desk.example")
    client.force_login(editor)
    client.post(f"/admin/claims/claim/{claim.pk}/assign/", {"to": tove.pk, "version": 1})
    wait_until(lambda: Notification.objects.filter(mailed_at__isnull=False).exists())
    [file] = (tmp_path / "mails").iterdir()
    text = file.read_bytes().partition(b"\n" + b"-" * 20)[0]
    sent = message_from_bytes(text, policy=policy.default)
    assert sent["To"] == "tove@desk.example"
    assert sent["Subject"] == "Edda gave you a claim: Ferries ran late in May."
    assert "https://desk.example/admin/claims/claim/" in sent.get_content()
