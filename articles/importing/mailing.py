"""The e-mail that an import has ended. When it is due is a column: no message can lose it."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from articles.importing.models import Import

log = logging.getLogger(__name__)

#: With a wait that doubles from a minute on, the last is tried after two hours.
MOST_ATTEMPTS = 8
#: E-mails of one run; the next one is seconds away.
MOST = 50


def imports_mail() -> None:
    """Tell whoever submitted an import that it ended. With the server away the error is raised."""
    for pk in Import.objects.to_mail().values_list("pk", flat=True)[:MOST]:
        mail(pk)


@transaction.atomic
def mail(import_id: int) -> None:
    """One e-mail, which is one run's: what another run has locked it is sending."""
    rows = Import.objects.to_mail().select_for_update(skip_locked=True, of=("self",))
    work = rows.select_related("submitted_by").filter(pk=import_id).first()
    if work is None:
        return
    person = work.submitted_by
    work.mail_due_at = None
    if person and person.is_active and person.email:
        try:
            message(work).send()
        except SMTPException as error:
            log.warning("no e-mail about import %s: %r", work.pk, error)
            postpone(work)
    work.save(update_fields=["mail_due_at", "mail_attempts"])


def postpone(work: Import) -> None:
    work.mail_attempts += 1
    if work.mail_attempts < MOST_ATTEMPTS:
        work.mail_due_at = timezone.now() + timedelta(minutes=2**work.mail_attempts)


def message(work: Import) -> EmailMessage:
    url = settings.PUBLIC_URL + reverse("admin:articles_import_change", args=[work.pk])
    assert work.submitted_by is not None
    return EmailMessage(
        subject=f"Import {work.get_state_display().lower()}: {' '.join(work.name.split())}"[:200],
        body=render_to_string("mail/import.txt", {"work": work, "url": url}),
        to=[work.submitted_by.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
