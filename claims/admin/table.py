"""The queue's table in the markup of Unfold's lists, made in a tenth of the time.

Unfold works out all headers anew for every row, and templates for every tick box, which was most
of the time of a page of 50 claims. Here what all rows share is made once.
"""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.templatetags.unfold_list import (
    CHECKBOX_CLASSES,
    LINK_CLASSES,
    ROW_CLASSES,
    result_headers,
)

from claims.admin.rows import Row
from claims.models import Claim

TICK = "action_checkbox"


class QueueTable:
    """`headers` as Unfold's template of them reads them; `rows` are the cells of each claim."""

    def __init__(self, listed: ChangeList) -> None:
        self.listed = listed
        self.admin: Any = listed.model_admin
        self.headers = list(result_headers(listed))
        # Those of claim 0, which there is not: its number stands for that of a row.
        self.tick = str(self.admin.action_checkbox(Claim(pk=0)))
        address = add_preserved_filters(
            {"preserved_filters": listed.preserved_filters, "opts": listed.opts},
            reverse("admin:claims_claim_change", args=[0]),
        )
        self.address, self.link_classes = escape(address), " ".join(LINK_CLASSES)
        #: Of each what stands before a cell, the cell of a row, and what stands behind it.
        self.columns = []
        for name, header in zip(map(str, listed.list_display), self.headers, strict=True):
            before, after = self.around(name, header["text"])
            self.columns.append((before, self.cell(name), after))

    @property
    def sorted_by(self) -> int:
        """The number of columns that the list is sorted by."""
        return sum(1 for header in self.headers if header.get("sorted"))

    def rows(self) -> Iterator[SafeString]:
        """Markup: the cells escape what they are given."""
        for row in self.listed.result_list:
            cells = (f"{before}{cell(row)}{after}" for before, cell, after in self.columns)
            yield mark_safe("".join(cells))

    def around(self, name: str, label: str) -> tuple[str, str]:
        """The tags around each cell of a column; a narrow screen shows the label beside it."""
        if name == TICK:
            classes, label = CHECKBOX_CLASSES, "Select record"
        else:
            classes = [f"field-{name}", *ROW_CLASSES]
        tag = "th" if name in self.admin.list_display_links else "td"
        before = format_html('<{} class="{}" data-label="{}">', tag, " ".join(classes), label)
        return before, f"</{tag}>"

    def cell(self, name: str) -> Callable[[Row], str]:
        """What a column shows of a row."""
        if name == TICK:
            return self.ticked
        shown: Callable[[Row], str] = getattr(self.admin, name)
        if name in self.admin.list_display_links:
            return lambda row: self.linked(row, shown(row))
        return shown

    def ticked(self, row: Row) -> str:
        return self.tick.replace('value="0"', f'value="{row.pk}"')

    def linked(self, row: Row, cell: str) -> str:
        address = self.address.replace("/0/change/", f"/{row.pk}/change/", 1)
        # Where one is picked for the form of another page.
        picked = f' data-popup-opener="{row.pk}"' if self.listed.is_popup else ""
        return f'<a href="{address}" class="{self.link_classes}"{picked}>{cell}</a>'
