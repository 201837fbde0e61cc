"""Strings and rows in; texts with their words and vectors out. Raises EmbeddingsMissing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from claims.extraction import embeddings

from .candidates import Candidate, Text
from .words import plain

AT_ONCE = 256


def texts(strings: Sequence[str], language: str = "en") -> list[Text]:
    """Each string with its words and the vector of its plain form."""
    vectors = embeddings.shared().embed([plain(s) for s in strings])
    return [Text.read(s, language, vector) for s, vector in zip(strings, vectors, strict=True)]


def claims(rows: Iterable[dict[str, Any]], language: str = "en") -> Iterator[Candidate]:
    """Candidates of rows with "id", "text" and perhaps a "title", some at a time."""
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        wordings = [_wordings(row) for row in batch]
        found = iter(texts([text for own in wordings for text in own], language))
        for row, own in zip(batch, wordings, strict=True):
            yield Candidate(row["id"], tuple(islice(found, len(own))))


def _wordings(row: dict[str, Any]) -> list[str]:
    title = row.get("title")
    return [row["text"], title] if isinstance(title, str) and title.strip() else [row["text"]]
