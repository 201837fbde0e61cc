"""The e-mails of notifications. When each is due is a column: nothing is lost with a message."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from claims.models import Notification

log = logging.getLogger(__name__)

#: Told in full in one e-mail; of the rest it gives the number.
MOST_TOLD = 20
#: People who get their e-mail in one run; the next one is seconds away.
MOST_PEOPLE = 100
#: With a wait that doubles from a minute on, the last is tried after two hours.
MOST_ATTEMPTS = 8


def notifications_mail() -> int:
    """Send everybody one e-mail of what is due for them; returns how many were sent.

    Two runs at once send nothing twice: one person's e-mail is one run's. One that dies between
    sending and committing leaves its e-mail due, and that is sent again. With the server away all
    stays due; the error is raised.
    """
    notifications_drop_mail()
    due = Notification.objects.to_mail().order_by().values("to")
    people = list(User.objects.filter(pk__in=due).order_by("pk")[:MOST_PEOPLE])
    if not people:
        return 0
    with get_connection() as server:
        return sum(mail_to(person, server) for person in people)


def notifications_drop_mail() -> None:
    """Who left, or has no address any more, gets none."""
    gone = Q(to__is_active=False) | Q(to__email="")
    Notification.objects.to_mail().filter(gone).update(mail_due_at=None)


@transaction.atomic
def mail_to(person: User, server: BaseEmailBackend) -> bool:
    """Whether an e-mail was sent: false when another run has it, or the server refused."""
    if not taken(person):
        return False
    due = list(Notification.objects.to_mail().filter(to=person).for_lists().order_by("id"))
    if not due:
        return False
    rows = Notification.objects.filter(pk__in=[row.pk for row in due])
    try:
        message(person, due, server).send()
    except SMTPException as error:
        log.warning("no e-mail to user %s: %r", person.pk, error)
        postpone(rows, f"{type(error).__name__}: {error}")
        return False
    rows.update(mail_due_at=None, mailed_at=Now(), mail_error="")
    return True


def taken(person: User) -> bool:
    """Whether this transaction may write to `person`; no other may until it ends.

    Of locked rows two runs could take some each, and send two e-mails.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('notifications', %s))", [person.pk]
        )
        return bool(cursor.fetchone()[0])


def postpone(rows: QuerySet[Notification], error: str) -> None:
    """Due again later, ever later; after the last attempt no more."""
    for row in rows:
        attempts = row.mail_attempts + 1
        wait = timedelta(minutes=2**row.mail_attempts)
        row.mail_due_at = timezone.now() + wait if attempts < MOST_ATTEMPTS else None
        row.mail_attempts, row.mail_error = attempts, error
        row.save(update_fields=["mail_due_at", "mail_attempts", "mail_error"])


def message(person: User, rows: list[Notification], server: BaseEmailBackend) -> EmailMessage:
    context = {
        "person": person,
        "told": [
            {"row": row, "url": settings.PUBLIC_URL + row.admin_path} for row in rows[:MOST_TOLD]
        ],
        "more": max(len(rows) - MOST_TOLD, 0),
        "all_url": settings.PUBLIC_URL + reverse("admin:claims_notification_changelist"),
    }
    first = rows[0]
    one = f"{first.sentence}: {first.about}"
    return EmailMessage(
        subject=" ".join(one.split()) if len(rows) == 1 else f"{len(rows)} notifications",
        body=render_to_string("mail/notifications.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
        connection=server,
    )
