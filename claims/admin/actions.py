"""The workbench's actions: which form each reads, which service it calls, what it tells then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html

from claims.admin import forms
from claims.desk import claims as claim_services
from claims.desk import correcting, splitting
from claims.desk import verdicts as verdict_services
from claims.desk.drafts import draft_forget
from claims.desk.errors import Refused
from claims.desk.notes import note_add
from claims.desk.respanning import appearance_respan
from claims.desk.rules import CLAIM_RULES, VERDICT_RULES, Rule
from claims.models import Claim, Verdict


@dataclass(frozen=True)
class Action:
    """One button of the workbench. `run` calls the service and returns what to tell.

    Buttons of one panel share a form, so that none of them loses what was typed for another.
    """

    name: str
    rule: Rule
    panel: str
    form: type[forms.DeskForm]
    run: Callable[[Any, Any, Any], str]

    @property
    def about_verdict(self) -> bool:
        return issubclass(self.form, forms.OfVerdict)

    def extra(self, row: Claim | Verdict | None) -> dict[str, Any]:
        """What its form needs of the row that it is about."""
        if self.panel == "draft":
            return {"verdict": row}
        return {"claim": row} if self.panel == "split" else {}


def take(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_take(claim, by=by, version=form.read_version)
    return "This claim is yours. Its verdict is a draft until you submit it."


def triage(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_triage(claim, by=by, version=form.read_version)
    return "Marked as to be checked."


def word(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_word(
        claim,
        text=form.cleaned_data["text"],
        claimant=form.cleaned_data["claimant"],
        by=by,
        version=form.read_version,
    )
    return "The claim's words are saved."


def dated(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_date(
        claim, made_on=form.cleaned_data["made_on"], by=by, version=form.read_version
    )
    return "The day is saved."


def respan(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    place = claim.appearances.filter(pk=form.cleaned_data["place"]).first()
    if place is None:
        raise Refused("place_gone", "This place is no longer of this claim.")
    appearance_respan(
        place,
        start=form.cleaned_data["start"],
        end=form.cleaned_data["end"],
        by=by,
        version=form.read_version,
    )
    return "The passage is marked anew."


def note(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    note_add(claim, text=form.cleaned_data["note"], by=by)
    return "The note is left."


def assign(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    to = form.cleaned_data["to"]
    claim_services.claim_assign(claim, to=to, by=by, version=form.read_version)
    name = (to.get_full_name() or to.get_username()) if to else "nobody"
    return f"Assigned to {name}."


def dismiss(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_dismiss(
        claim, reason=form.cleaned_data["reason"], by=by, version=form.read_version
    )
    return "Dismissed. The claim left the queue; it can be reopened here."


def reopen(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_reopen(
        claim, reason=form.cleaned_data["reason"], by=by, version=form.read_version
    )
    if claim.status == Claim.Status.PUBLISHED:
        return "You look at it again. What is published stands until you publish a correction."
    return "Reopened. The claim is in the queue again."


def flag(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_flag(claim, by=by, version=form.read_version)
    return "Flagged: it stands above what is of its age and worth."


def unflag(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    claim_services.claim_unflag(claim, by=by, version=form.read_version)
    return "The flag is taken away."


def tag(claim: Claim, form: forms.TopicsForm, by: Any) -> str:
    names = form.names
    left_out = set(claim.topics) - {claim_services.topic_of(name) for name in names}
    claim_services.claim_tag(claim, add=names, remove=left_out, by=by, version=form.read_version)
    return "The topics are saved."


def split(claim: Claim, form: forms.DeskForm, by: Any) -> str:
    apart = splitting.claim_split(
        claim,
        appearances=form.cleaned_data["places"],
        text=form.cleaned_data["text"],
        by=by,
        version=form.read_version,
    )
    return format_html(
        "“{}” is a claim of its own: <a class='desk-link' href='{}'>open it</a>.",
        str(apart),
        reverse("admin:claims_claim_change", args=[apart.pk]),
    )


def draft(verdict: Verdict, form: forms.DraftForm, by: Any) -> str:
    save(verdict, form, by, always=True)
    return "The draft is saved."


def add_evidence(verdict: Verdict, form: forms.DraftForm, by: Any) -> str:
    if not form.source:
        raise ValidationError({"source_url": ValidationError("Give the URL.", code="required")})
    save(verdict, form, by)
    return "The source is added, the draft saved."


def remove_evidence(verdict: Verdict, form: forms.DraftForm, by: Any) -> str:
    evidence = verdict.evidence.filter(pk=form.cleaned_data["evidence"]).first()
    if evidence is None:
        raise Refused("evidence_gone", "Somebody has removed this source already.")
    with transaction.atomic():
        version = save(verdict, form, by)
        evidence.verdict = verdict
        verdict_services.evidence_remove(evidence, by=by, version=version)
    return "The source is removed, the draft saved."


def submit(verdict: Verdict, form: forms.DraftForm, by: Any) -> str:
    with transaction.atomic():
        version = save(verdict, form, by)
        verdict_services.verdict_submit(verdict, by=by, version=version)
    return "Submitted. Somebody else reads it now and approves it."


def save(verdict: Verdict, form: forms.DraftForm, by: Any, *, always: bool = False) -> int:
    """Write what differs from the draft, and the new source; returns the version after that.

    Without `always` an unchanged draft is left alone: who only submits it is not its author.
    """
    version = form.read_version
    written = {name: form.cleaned_data[name] for name in form.DRAFT if name in form.cleaned_data}
    with transaction.atomic():
        if always or any(getattr(verdict, name) != value for name, value in written.items()):
            verdict_services.verdict_edit(verdict, **written, by=by, version=version)
            version = verdict.version
        if form.source:
            source_add(verdict, form.source, by, version)
            version = verdict.version
        draft_forget(verdict, by=by)
    return version


def source_add(verdict: Verdict, source: dict[str, str], by: Any, version: int) -> None:
    try:
        given = verdict_services.Source(**source)
        verdict_services.evidence_add(verdict, given, by=by, version=version)
    except ValidationError as error:
        raise ValidationError(
            {f"source_{name}": errors for name, errors in error.error_dict.items()}
        ) from error


def give_back(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    verdict_services.verdict_return(
        verdict, note=form.cleaned_data["note"], by=by, version=form.read_version
    )
    return "Returned to its author, with your note."


def approve(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    verdict_services.verdict_approve(verdict, by=by, version=form.read_version)
    return "Approved. It can be published."


def publish(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    verdict_services.verdict_publish(verdict, by=by, version=form.read_version)
    return "Published."


def approve_and_publish(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    with transaction.atomic():
        approve(verdict, form, by)
        verdict_services.verdict_publish(verdict, by=by, version=verdict.version)
    return "Approved and published."


def correct(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    correcting.verdict_correct(
        verdict, note=form.cleaned_data["note"], by=by, version=form.read_version
    )
    return "The correction is a draft. What is published stands until you publish it."


def retract(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    verdict_services.verdict_retract(
        verdict, note=form.cleaned_data["note"], by=by, version=form.read_version
    )
    return "Retracted. The claim is to be checked again."


def confirm(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    correcting.verdict_confirm(
        verdict,
        note=form.cleaned_data["note"],
        review_on=form.cleaned_data["review_on"],
        by=by,
        version=form.read_version,
    )
    return "The verdict stands. Its page says that it was looked at again today."


def drop(verdict: Verdict, form: forms.DeskForm, by: Any) -> str:
    correcting.correction_drop(
        verdict, note=form.cleaned_data["note"], by=by, version=form.read_version
    )
    return "The draft is gone, its words are in the history. What is published stands."


CLAIM, VERDICT = CLAIM_RULES, VERDICT_RULES
ACTIONS = {
    action.name: action
    for action in (
        Action("take", CLAIM["take"], "take", forms.DeskForm, take),
        Action("triage", CLAIM["triage"], "take", forms.DeskForm, triage),
        Action("word", CLAIM["word"], "word", forms.WordForm, word),
        Action("date", CLAIM["date"], "date", forms.DateForm, dated),
        Action("respan", CLAIM["respan"], "respan", forms.RespanForm, respan),
        Action("note", CLAIM["note"], "note", forms.RemarkForm, note),
        Action("assign", CLAIM["assign"], "assign", forms.AssignForm, assign),
        Action("flag", CLAIM["flag"], "flag", forms.DeskForm, flag),
        Action("unflag", CLAIM["unflag"], "flag", forms.DeskForm, unflag),
        Action("tag", CLAIM["tag"], "tag", forms.TopicsForm, tag),
        Action("dismiss", CLAIM["dismiss"], "reason", forms.ReasonForm, dismiss),
        Action("reopen", CLAIM["reopen"], "reason", forms.ReasonForm, reopen),
        Action("split", CLAIM["split"], "split", forms.SplitForm, split),
        Action("draft", VERDICT["edit"], "draft", forms.DraftForm, draft),
        Action("add-evidence", VERDICT["edit"], "draft", forms.DraftForm, add_evidence),
        Action("remove-evidence", VERDICT["edit"], "draft", forms.DraftForm, remove_evidence),
        Action("submit", VERDICT["submit"], "draft", forms.DraftForm, submit),
        Action("return", VERDICT["return"], "review", forms.NoteForm, give_back),
        Action("approve", VERDICT["approve"], "review", forms.NoteForm, approve),
        Action("publish", VERDICT["publish"], "review", forms.NoteForm, publish),
        Action(
            "approve-and-publish",
            VERDICT["approve"],
            "review",
            forms.NoteForm,
            approve_and_publish,
        ),
        Action("correct", VERDICT["correct"], "published", forms.NoteForm, correct),
        Action("confirm", VERDICT["confirm"], "confirm", forms.ConfirmForm, confirm),
        Action("drop", VERDICT["drop"], "drop", forms.NoteForm, drop),
        Action("retract", VERDICT["retract"], "published", forms.NoteForm, retract),
    )
}
