"""The first rows of a file as an import with these options would take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from articles.importing.models import Import
from articles.importing.problems import described
from articles.importing.services import looked_at
from articles.intake import reading
from articles.services import Submission, validated

#: Rows that are shown.
MOST = 8
#: Characters of a text that are shown.
MOST_CHARACTERS = 180


@dataclass(frozen=True)
class Shown:
    """A row: its article as it would be, or what is wrong with it."""

    number: int
    name: str
    submission: Submission | None
    problems: list[str]

    @property
    def start(self) -> str:
        text = self.submission.text or self.submission.html if self.submission else ""
        return text[:MOST_CHARACTERS]


def previewed(work: Import, options: Mapping[str, Any]) -> tuple[list[str], list[Shown]]:
    """The columns of a table, and the first rows. Raises ValidationError as reading does."""
    source = looked_at(work, options)
    rows = islice(reading.rows(source, {}), MOST)
    return reading.header(source), [shown(row) for row in rows]


def shown(row: reading.Row) -> Shown:
    submission = None
    try:
        submission = row.make()
        if not submission.html:
            # Finding the article in a page needs much memory, which a worker has.
            validated(submission)
        return Shown(row.number, row.name, submission, [])
    except ValidationError as error:
        problems = [
            f"{one['field']}: {one['message']}" if one["field"] else one["message"]
            for one in described(error)
        ]
        return Shown(row.number, row.name, submission, problems)
