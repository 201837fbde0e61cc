"""Notes on a claim, and who is mentioned in one."""

import re
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from articles import events
from articles.intake.text import check_characters
from claims.desk.changing import locked
from claims.desk.notifications import notify_all
from claims.desk.rules import CLAIM_RULES
from claims.models import Claim, Note

NOTE_MAX_CHARACTERS = 5_000
#: A mention starts a word: the address edda@desk.example mentions nobody.
MENTION = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")


def note_add(claim: Claim, *, text: str, by: Any) -> Note:
    """Leave a note on a claim in any state; whoever it mentions as @username is told.

    Raises ValidationError for `note`: `note_required`, `note_too_long` or `control_characters`.
    """
    text = note_checked(text)
    with transaction.atomic():
        locked(claim, CLAIM_RULES["note"], by=by, version=None)
        note = Note.objects.create(claim=claim, author=by, text=text)
        people = mentioned(text)
        told = {"mentioned": ", ".join(events.name_of(user) for user in people)} if people else {}
        events.record("claim.noted", claim, actor=by, after=told)
        notify_all("mentioned", to=people, about=claim, by=by, note=text)
    return note


def note_checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    try:
        if not text:
            raise ValidationError("Write something first.", code="note_required")
        if len(text) > NOTE_MAX_CHARACTERS:
            raise ValidationError(
                f"{NOTE_MAX_CHARACTERS:,} characters at most.", code="note_too_long"
            )
        check_characters(text)
    except ValidationError as error:
        raise ValidationError({"note": error}) from error
    return text


def mentioned(text: str) -> list[User]:
    """The people whose @username stands in `text`, each once, in the order of their names."""
    # A username may end in a full stop, and a sentence does: both readings are looked for.
    names = {form for name in MENTION.findall(text) for form in (name, name.rstrip(".-+@_"))}
    return list(mentionable().filter(username__in=names).order_by("username"))


def mentionable(begins: str = "") -> QuerySet[User]:
    """Who may be mentioned: who works here and may see claims; of names that begin so."""
    people = User.objects.with_perm(
        "claims.view_claim", backend="django.contrib.auth.backends.ModelBackend"
    ).filter(is_active=True, is_staff=True)
    if begins:
        people = people.filter(
            Q(username__istartswith=begins)
            | Q(first_name__istartswith=begins)
            | Q(last_name__istartswith=begins)
        )
    return people.distinct()
