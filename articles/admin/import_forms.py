"""The forms of bulk intake: a file, and how it is to be read."""

from collections.abc import Sequence
from typing import Any

from django import forms

from articles.importing.models import ImportProfile
from articles.intake.reading import FORMATS
from articles.intake.reading.rows import FIELDS

DELIMITERS = (("", "Found out"), (",", "Comma"), (";", "Semicolon"), ("\t", "Tab"), ("|", "Bar"))
ENCODINGS = (
    ("", "Found out"),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Windows, Western"),
    ("cp1250", "Windows, Central European"),
    ("cp1251", "Windows, Cyrillic"),
    ("mac_roman", "Mac, Western"),
    ("iso8859_15", "ISO 8859-15"),
    ("cp932", "Windows, Japanese"),
    ("gb18030", "Chinese"),
)
#: What a select of columns calls each field.
LABELS = {"html": "HTML", "url": "URL", "published_at": "Published"}


class UploadForm(forms.Form):
    file = forms.FileField(
        help_text="CSV, JSON Lines, JSON, a ZIP of TXT and HTML, WARC, TXT or HTML; gzip'd or not.",
        allow_empty_file=True,
    )
    format = forms.ChoiceField(
        required=False,
        choices=[("", "By its name"), *((n, n.upper()) for n in FORMATS if n != "folder")],
    )
    profile = forms.ModelChoiceField(
        queryset=ImportProfile.objects.all(),
        required=False,
        empty_label="None",
        help_text="How files from this source were read before.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="import-%s", label_suffix="")


class ReadingForm(forms.Form):
    """How a file is to be read; `header` are the columns to choose from, none for no table."""

    outlet = forms.CharField(
        required=False, help_text="Name or domain; of rows that name none and have no URL."
    )
    date_format = forms.CharField(
        required=False,
        label="Dates are written as",
        help_text="Empty: 2026-05-04. Else as “%d.%m.%Y” for 04.05.2026.",
    )
    encoding = forms.ChoiceField(required=False, choices=ENCODINGS)
    delimiter = forms.ChoiceField(required=False, choices=DELIMITERS)
    profile_name = forms.CharField(
        required=False,
        label="Save as a profile",
        help_text="A name, to read the next file of this source the same way. Empty: not saved.",
    )
    mail = forms.BooleanField(required=False, initial=True, label="E-mail me at the end")

    def __init__(self, data: Any, *, header: Sequence[str], initial: dict[str, Any]) -> None:
        super().__init__(data, auto_id="reading-%s", label_suffix="", initial=initial)
        choices = [("", "None"), *((name, name) for name in dict.fromkeys(header) if name)]
        if not header:
            del self.fields["delimiter"]
            return
        for name in FIELDS:
            label = LABELS.get(name, name.capitalize())
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=choices, required=False, label=label
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("column_")]

    def options(self, format: str) -> dict[str, Any]:
        data = self.cleaned_data
        # A field without a column is named, too: else one would be guessed for it.
        columns = {f.name.removeprefix("column_"): data[f.name] for f in self.columns}
        names = ("outlet", "date_format", "encoding", "delimiter")
        return {"format": format, "columns": columns, **{n: data.get(n, "") for n in names}}


def initial_of(options: dict[str, Any]) -> dict[str, Any]:
    """The values of ReadingForm for options that are known."""
    columns = options.get("columns", {})
    return {**options, **{f"column_{name}": columns.get(name, "") for name in FIELDS}}
