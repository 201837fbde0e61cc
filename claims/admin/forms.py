"""The forms of the desk's pages. They parse; the services check and write."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from claims.models import (
    Appearance,
    Claim,
    Claimant,
    ClaimantAlias,
    Evidence,
    KeptDraft,
    Rating,
    RatingScale,
    Verdict,
)


class DeskForm(forms.Form):
    """One action's form. It carries the version of the row that it was rendered with."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, name: str, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{name}-%s", label_suffix="", **kwargs)
        self.name = name

    @property
    def read_version(self) -> int:
        """The version of the row that its sender saw."""
        return int(self.cleaned_data["version"])

    def catch(self, error: ValidationError) -> None:
        """Put a service's errors beside their fields, or above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)

    def renew(self, version: int) -> None:
        """Keep what was sent as it is, for the row's version of now."""
        sent = self.data.copy()  # type: ignore[attr-defined]
        sent["version"] = version
        self.data = sent

    def catch_up(self, version: int, now: dict[str, Any]) -> None:
        """After a conflict: keep what was typed, carry the row's version of now, tell its values.

        Whoever sends the form again has seen what it replaces. A field that its sender had left
        as it was takes the value of now: two people who change different fields both keep theirs.
        """
        data = {**self.data.dict(), "version": version}  # type: ignore[attr-defined]
        for name in now.keys() & self.fields.keys() - {"version", "verdict"}:
            typed, seen = data.get(name, ""), data.get(f"seen-{name}")
            if seen is not None and same(typed, seen):
                data[name] = now[name] or ""
            elif not same(typed, now[name]) and (seen is None or not same(seen, now[name])):
                field = self.fields[name]
                field.now = spoken(field, now[name]) or "(empty)"  # type: ignore[attr-defined]
        self.data = data
        self.initial = now


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field are the same text to a browser, which ends lines with CRLF."""
    texts = ("" if value is None else str(value) for value in (one, other))
    first, second = (text.replace("\r\n", "\n").strip() for text in texts)
    return first == second


def spoken(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField):
        row = (
            field.queryset.filter(pk=value).first()
            if value and field.queryset is not None
            else None
        )
        return field.label_from_instance(row) if row else ""
    return str(value or "")


class ClaimantField(forms.CharField):
    """A claimant by name or alias. The page suggests names while one is typed."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_length=200,
            help_text="Name of the person or organisation. Empty: the outlet's own claim.",
            widget=forms.TextInput(
                attrs={"data-suggest": "claims.claim.claimant", "autocomplete": "off"}
            ),
        )

    def clean(self, value: str) -> Claimant | None:
        name = " ".join(super().clean(value).split())
        if not name:
            return None
        known = Claimant.objects.filter(name__iexact=name, merged_into=None).first()
        alias = ClaimantAlias.objects.select_related("claimant").filter(name__iexact=name).first()
        if claimant := known or (alias and alias.claimant):
            return claimant
        raise ValidationError(
            "Nobody is called “%(name)s”. Choose a known claimant, or add this one under "
            "Claimants first.",
            code="unknown_claimant",
            params={"name": name},
        )


class WordForm(DeskForm):
    text = forms.CharField(
        label="Claim",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="One checkable assertion that can be read alone.",
    )
    claimant = ClaimantField()


class DateForm(DeskForm):
    made_on = forms.DateField(
        label="Made on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day the claim was first made, not the day it was checked. Empty: not known.",
    )


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


def researchers() -> QuerySet[User]:
    """Who may have a claim."""
    return User.objects.with_perm(
        "claims.draft_verdict", backend="django.contrib.auth.backends.ModelBackend"
    ).order_by("first_name", "username")


class AssignForm(DeskForm):
    to = PersonField(
        label="Assigned to", queryset=User.objects.none(), required=False, empty_label="Nobody"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = researchers()  # type: ignore[attr-defined]


class ReasonForm(DeskForm):
    reason = forms.CharField(
        label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RespanForm(DeskForm):
    """Where in its article a place starts and ends, in characters."""

    place = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    start = forms.IntegerField(label="From character", min_value=0, max_value=2**31 - 1)
    end = forms.IntegerField(label="To character", min_value=0, max_value=2**31 - 1)


class RemarkForm(DeskForm):
    note = forms.CharField(
        label="Leave a note",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The desk reads it, nobody else. @username tells somebody.",
    )


class TopicsForm(DeskForm):
    topics = forms.CharField(
        label="Topics",
        required=False,
        help_text="Commas between them.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def names(self) -> list[str]:
        return [name for name in self.cleaned_data["topics"].split(",") if name.strip()]


class SplitForm(DeskForm):
    """Which places are another claim, and its words."""

    places = forms.ModelMultipleChoiceField(
        label="Places",
        queryset=Appearance.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Some of these places are no longer of this claim."},
    )
    text = forms.CharField(
        label="The other claim",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Empty: as it was worded before it was merged, or as the first place words it.",
    )

    def __init__(self, *args: Any, claim: Claim | None = None, **kwargs: Any) -> None:
        initial = {**kwargs.pop("initial", {}), "text": ""}
        super().__init__(*args, initial=initial, **kwargs)
        if claim:
            places = claim.appearances.select_related("article__outlet", "found_as")
            self.fields["places"].queryset = (  # type: ignore[attr-defined]
                places.defer("article__text").order_by("id")
            )

    def catch_up(self, version: int, now: dict[str, Any]) -> None:
        """After a conflict what was ticked and typed stays; a claim has no value of either."""
        self.renew(version)


class OfVerdict(DeskForm):
    verdict = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(OfVerdict):
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmForm(NoteForm):
    """What a review looked at, and when the next one is."""

    note = forms.CharField(
        label="What was looked at",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For the desk. The public reads that it was looked at again, and when.",
    )
    review_on = forms.DateField(
        label="Next review",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: none.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The day of this review is not that of the next one."""
        initial = {**kwargs.pop("initial", {}), "review_on": ""}
        super().__init__(*args, initial=initial, **kwargs)


class DraftForm(OfVerdict):
    """The whole draft with room for one more source, so that no button loses what was typed."""

    rating = forms.ModelChoiceField(
        queryset=Rating.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        blank=True,
        empty_label=None,
    )
    title = forms.CharField(
        required=False, help_text="The question that the verdict answers, for the public page."
    )
    explanation = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Why this rating. An empty line starts a paragraph.",
    )
    correction_note = forms.CharField(
        label="What is corrected",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The public reads this with the corrected verdict.",
    )
    expires_on = forms.DateField(
        label="Expires",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="From this day on its page says that it is out of date, and the claim is to be "
        "checked again. Empty: never.",
    )
    review_on = forms.DateField(
        label="Review again",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="From this day on it is listed as due for another look. It stands meanwhile. "
        "Empty: never.",
    )
    source_url = forms.CharField(label="URL", required=False, widget=forms.URLInput)
    source_stance = forms.ChoiceField(
        label="Stance",
        choices=[("", "Choose…"), *Evidence.Stance.choices],
        required=False,
    )
    source_title = forms.CharField(label="Title of the source", required=False)
    source_quotation = forms.CharField(
        label="Quotation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The words that count, as they stand there.",
    )
    source_archived_url = forms.CharField(
        label="Archived copy", required=False, widget=forms.URLInput
    )
    evidence = forms.IntegerField(required=False, widget=forms.HiddenInput)

    DRAFT = ("rating", "title", "explanation", "correction_note", "expires_on", "review_on")
    SOURCE = ("url", "stance", "title", "quotation", "archived_url")

    def __init__(self, *args: Any, verdict: Verdict | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict_row = verdict
        self.fields["rating"].queryset = ratings_for(verdict)  # type: ignore[attr-defined]
        if verdict is None or verdict.corrects_id is None:
            del self.fields["correction_note"]

    def clean(self) -> dict[str, Any]:
        """What was not sent stays: a browser sends no radio button when none is chosen."""
        data = super().clean() or {}
        for name in self.DRAFT:
            if self.verdict_row and name not in self.data:
                data[name] = getattr(self.verdict_row, name)
        return data

    @property
    def source_typed(self) -> bool:
        return any(self.data.get(f"source_{name}") for name in self.SOURCE)

    @property
    def source(self) -> dict[str, str]:
        """The new source as typed; empty when nothing was."""
        typed = {name: self.cleaned_data[f"source_{name}"].strip() for name in self.SOURCE}
        return typed if any(typed.values()) else {}


def kept_form(kept: KeptDraft, verdict: Verdict) -> DraftForm | None:
    """The draft's form as it was typed and kept; None when it is saved like that.

    Typed into an older version, it is shown beside what the draft says now, as after a conflict.
    """
    now = verdict_values(verdict)
    sources = (kept.typed.get(f"source_{name}") for name in DraftForm.SOURCE)
    drafted = (name for name in DraftForm.DRAFT if name in kept.typed)
    if not any(sources) and all(same(kept.typed[name], now[name]) for name in drafted):
        return None
    data = QueryDict(mutable=True)
    data.update({**kept.typed, "version": str(kept.version), "verdict": str(verdict.pk)})
    form = DraftForm(data, name="draft", initial=now, verdict=verdict)
    if kept.version != verdict.version:
        form.catch_up(verdict.version, now)
    return form


def ratings_for(verdict: Verdict | None) -> QuerySet[Rating]:
    """The scale that the verdict is rated on, else the desk's default."""
    if verdict and verdict.rating:
        return Rating.objects.filter(scale=verdict.rating.scale_id)
    scale = RatingScale.objects.order_by("-default", "id").first()
    return Rating.objects.filter(scale=scale)


def claim_values(claim: Claim) -> dict[str, Any]:
    """What the forms about a claim start from."""
    return {
        "version": claim.version,
        "text": claim.text,
        "claimant": claim.claimant.name if claim.claimant else "",
        "made_on": claim.made_on.isoformat() if claim.made_on else "",
        "to": claim.assignee_id,
        "reason": "",
        "topics": ", ".join(claim.topics),
    }


def verdict_values(verdict: Verdict) -> dict[str, Any]:
    """What the forms about a verdict start from."""
    return {
        "version": verdict.version,
        "verdict": verdict.pk,
        "rating": verdict.rating_id,
        "title": verdict.title,
        "explanation": verdict.explanation,
        "correction_note": verdict.correction_note,
        "expires_on": verdict.expires_on.isoformat() if verdict.expires_on else "",
        "review_on": verdict.review_on.isoformat() if verdict.review_on else "",
    }
