"""An Event in words: what happened, and what was there before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.events import Event

#: Kinds whose own words are not a sentence.
WORDS = {
    "claim.worded": "Claim reworded",
    "claim.dated": "Day of the claim changed",
    "claim.triaged": "Claim marked as to be checked",
    "claim.respanned": "Passage marked anew",
    "claim.place_vanished": "Its outlet has taken the passage out",
    "claim.place_reworded": "Its outlet has worded the passage anew",
    "claim.place_back": "The passage is back in its article",
    "claim.noted": "Note left",
    "claim.flagged": "Claim flagged to be looked at first",
    "claim.unflagged": "Flag taken from the claim",
    "claim.tagged": "Topics of the claim changed",
    "article.copy_found": "A copy of another article",
    "article.revised": "Changed by its outlet",
    "claim.from_elsewhere": "Claim taken over from a verdict elsewhere",
    "reviewsource.added": "Source of verdicts added",
    "reviewsource.changed": "Source of verdicts changed",
    "reviewsource.asked": "Source to be asked now",
    "reviewsource.failed": "Source failed",
    "feed.added": "Feed added",
    "feed.changed": "Feed changed",
    "feed.asked": "Feed to be asked now",
    "feed.failed": "Feed failed",
    "link.submitted": "Link given",
    "link.retried": "To be fetched again",
    "link.failed": "Not fetched",
    "savedfilter.saved": "Filter saved",
    "savedfilter.deleted": "Saved filter deleted",
    "claim.found": "Claim found in an article",
    "claim.merged": "Merged into another claim",
    "claim.received": "Another claim merged into this one",
    "claim.split": "Another claim split off",
    "claim.split_off": "Split off from another claim",
    "claim.revived": "Back from a merge",
    "claim.in_review": "Claim goes to review",
    "claim.in_progress": "Claim goes back to work",
    "external.changed": "Verdict elsewhere changed by its publisher",
    "external.imported": "Verdicts elsewhere imported",
    "claim.corrected": "Verdict on the claim corrected",
    "verdict.edited": "Draft saved",
    "verdict.expired": "Verdict expired",
    "verdict.submitted": "Verdict submitted for review",
    "verdict.returned": "Verdict returned to its author",
    "verdict.correction_opened": "Correction begun",
    "claim.claimant_merged": "Its claimant became another one",
    "claim.claimant_restored": "Its claimant is one of its own again",
    "claimant.received": "Another claimant merged into this one",
    "claimant.released": "Another claimant is one of its own again",
    "claimant.merged": "Merged into another claimant",
    "claimant.restored": "Back from a merge",
    "verdict.reopened": "Verdict looked at again",
    "verdict.confirmed": "Looked at again: the verdict stands",
    "verdict.correction_dropped": "Draft of a correction set aside",
    "verdict.moved": "Draft carried over from a merged claim",
    "match.confirmed": "The same as another claim",
    "match.rejected": "Not the same as another claim",
    "match.reopened": "Perhaps the same as another claim after all",
    "import.started": "Import started",
    "import.paused": "Import paused",
    "import.resumed": "Import goes on",
    "import.cancelled": "Import cancelled",
    "import.finished": "Import finished",
    "import.failed": "Import broken off by its file",
    "importprofile.saved": "Profile of imports saved",
    "external_match.confirmed": "Checked elsewhere",
    "external_match.rejected": "Another claim was checked elsewhere",
    "user.key_made": "API key made",
    "user.key_revoked": "API key revoked",
    "user.locked_out": "Sign-in stopped after failed tries",
    "user.lockout_lifted": "Sign-in allowed again",
    "user.password_changed": "New password",
    "user.recovery_codes_made": "New recovery codes",
    "user.recovery_code_used": "Signed in with a recovery code",
    "user.second_factor_removed": "Second factor removed",
    "user.second_factor_set": "Second factor set up",
    "user.sessions_ended": "Sessions ended",
    "webhook.created": "Webhook made",
    "webhook.changed": "Webhook changed",
    "webhook.secret_renewed": "New secret",
    "webhook.switched_off": "Switched off",
    "webhook.switched_on": "Switched on",
    "webhook.pinged": "Test message sent",
    "webhook.resent": "Message sent again",
    "external_match.reopened": "Perhaps checked elsewhere after all",
}
#: Longer values are folded away.
LONG = 90


@dataclass(frozen=True)
class Difference:
    """One field of an Event: its name, and its value before and after, in words."""

    field: str
    before: str
    after: str

    @property
    def long(self) -> bool:
        return max(len(self.before), len(self.after)) > LONG


def happened(event: Event) -> str:
    """“Draft saved” for `verdict.edited`."""
    return WORDS.get(event.kind) or event.kind.replace(".", " ").replace("_", " ").capitalize()


def differences(event: Event) -> list[Difference]:
    return list(told(event))


def worded(events: Iterable[Event]) -> list[Event]:
    """The events, each with its words, as histories show them."""
    found = list(events)
    for event in found:
        event.happened = happened(event)  # type: ignore[attr-defined]
        event.differences = differences(event)  # type: ignore[attr-defined]
    return found


def told(event: Event) -> Iterator[Difference]:
    model = subject_model(event.subject_type)
    for name in {**event.before, **event.after}:
        # Times of a step are the Event's own time; the id of a row tells a reader nothing.
        if not name.endswith("_at") and name not in ("article", "match", "verdict", "corrects"):
            field = model_field(model, name)
            label = str(getattr(field, "verbose_name", name)).replace("_", " ")
            before = shown(field, event.before.get(name))
            yield Difference(
                label[:1].upper() + label[1:], before, shown(field, event.after.get(name))
            )


def shown(field: Any, value: Any) -> str:
    """A value in words: a choice by its label, nothing as nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


def moment(at: datetime | None) -> SafeString | str:
    """A time as lists show it, in the desk's zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time class="desk-time" datetime="{}">{}</time>',
        local.isoformat(),
        f"{local:%Y-%m-%d %H:%M}",
    )


def subject_model(subject_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def model_field(model: type[models.Model] | None, name: str) -> Any:
    known = {field.name: field for field in model._meta.get_fields()} if model else {}
    return known.get(name)


def subject_url(event: Event) -> str:
    """The admin page of what the Event is about; empty when it has none."""
    name = event.subject_type.replace(".", "_")
    try:
        return reverse(f"admin:{name}_change", args=[event.subject_id])
    except NoReverseMatch:
        return ""
