"""What the desk's actions take. Types are checked here, everything else by the services."""

from typing import Any

from rest_framework import serializers

from articles.api.examples import shown
from articles.api.fields import Text
from claims.api import examples
from claims.models import Evidence


@shown(examples.REASON)
class ReasonInput(serializers.Serializer[Any]):
    reason = Text(default="", help_text="Why, in a few words. Required.")


@shown(examples.NOTE)
class NoteInput(serializers.Serializer[Any]):
    note = Text(default="", help_text="What the author or the public is told. Required.")


@shown(examples.CONFIRM)
class ConfirmInput(serializers.Serializer[Any]):
    note = Text(default="", help_text="What was looked at, for the desk. Required.")
    review_on = serializers.DateField(
        default=None, allow_null=True, help_text="The day of the next review; null for none."
    )


@shown(examples.ASSIGN)
class AssignInput(serializers.Serializer[Any]):
    to = Text(allow_null=True, help_text="A username, or null for nobody.")


@shown(examples.TOPICS)
class TopicsInput(serializers.Serializer[Any]):
    add = serializers.ListField(child=Text(), default=list, max_length=100)
    remove = serializers.ListField(child=Text(), default=list, max_length=100)


@shown(examples.MERGE)
class MergeInput(serializers.Serializer[Any]):
    into = serializers.UUIDField(help_text="The claim that stays.")


@shown(examples.SPLIT)
class SplitInput(serializers.Serializer[Any]):
    appearances = serializers.ListField(
        child=serializers.UUIDField(), max_length=1000, help_text="Those that are another claim."
    )
    text = Text(
        default="",
        help_text="Its words. Empty: those it had before it was merged, or of its first place.",
    )


@shown(examples.WORDING)
class WordingInput(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    text = Text(required=False)
    claimant = Text(required=False, allow_null=True, help_text="Id, name or alias; null for none.")
    made_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day it was first made; null: not known."
    )


@shown(examples.DRAFT)
class DraftInput(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    rating = Text(required=False, allow_null=True, help_text="The rating's slug, or null.")
    title = Text(required=False)
    explanation = Text(required=False)
    correction_note = Text(required=False)
    expires_on = serializers.DateField(
        required=False, allow_null=True, help_text="From this day on it is out of date."
    )
    review_on = serializers.DateField(
        required=False, allow_null=True, help_text="From this day on it is due for another look."
    )


@shown(examples.SOURCE)
class EvidenceInput(serializers.Serializer[Any]):
    url = Text()
    stance = serializers.ChoiceField(Evidence.Stance.choices)
    title = Text(default="")
    quotation = Text(default="")
    archived_url = Text(default="")


@shown(examples.DRAFT_ON)
class DraftOnInput(serializers.Serializer[Any]):
    claim = serializers.UUIDField(
        default=None, allow_null=True, help_text="Ours to draft on; left out, theirs becomes one."
    )
