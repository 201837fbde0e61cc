"""The dump: every published verdict as JSON Lines and as CSV, with the licence they are under.

The worker writes the files, each in one step, so that nobody reads half of one; the web hands them
out. A verdict that was retracted, corrected or ran out is not left in them until the night.
"""

import csv
import filecmp
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone

from claims.models import Verdict
from claims.publishing.claimreview import claim_review

#: The licence is written last, at every run; the day of the file is that of the dump.
JSON_LINES, TABLE, LICENCE = FILES = ("verdicts.jsonl", "verdicts.csv", "LICENCE.txt")
#: Verdicts held in memory at a time.
CHUNK = 500
#: A change may be written down a while before others can see it.
OVERLAP = timedelta(minutes=1)
#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "url",
    "claim",
    "claimant",
    "claimant_type",
    "claimant_same_as",
    "claim_date",
    "rating",
    "rating_value",
    "worst_rating",
    "best_rating",
    "title",
    "explanation",
    "published",
    "modified",
    "expires",
    "language",
    "appearances",
    "evidence",
)


def dump_due() -> bool:
    """Whether there is none, or a verdict in it may not stand any more."""
    if not all((settings.DUMP_DIR / name).exists() for name in FILES):
        return True
    made = (settings.DUMP_DIR / LICENCE).stat().st_mtime
    ended = Verdict.objects.aggregate(last=Max("ended_at"))["last"]
    return ended is not None and ended.timestamp() > made - OVERLAP.total_seconds()


def dump_write() -> int:
    """Write the files anew; returns how many verdicts are in them. Raises OSError."""
    settings.DUMP_DIR.mkdir(parents=True, exist_ok=True)
    begun = timezone.now()
    with ExitStack() as files:
        lines = files.enter_context(replaced(settings.DUMP_DIR / JSON_LINES))
        table = files.enter_context(replaced(settings.DUMP_DIR / TABLE))
        count = verdicts_write(lines, table)
    licence = settings.DUMP_DIR / LICENCE
    with replaced(licence) as text:
        context = {"publisher": settings.PUBLISHER, "licence": settings.LICENCE}
        site = {"site": settings.PUBLIC_URL, "made": begun, "count": count}
        text.write(render_to_string("public/licence.txt", context | site))
    os.utime(licence, (begun.timestamp(), begun.timestamp()))
    return count


@contextmanager
def replaced(path: Path) -> Iterator[IO[str]]:
    """A new file that takes the place of the one at `path` when it is whole, and differs."""
    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=".", encoding="utf-8", newline="", delete=False
    ) as file:
        new = Path(file.name)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            # Of its maker alone until now, and what it holds is public.
            new.chmod(0o644)
            if not (path.exists() and filecmp.cmp(new, path, shallow=False)):
                new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def verdicts_write(lines: IO[str], table: IO[str]) -> int:
    """The published verdicts, oldest first, so that two dumps are easily compared."""
    rows = csv.DictWriter(table, COLUMNS)
    rows.writeheader()
    published = Verdict.objects.published().order_by("published_at", "claim_id")
    count = 0
    for verdict in published.iterator(chunk_size=CHUNK):
        count += 1
        review = claim_review(verdict)
        row = row_of(review, [source.url for source in verdict.evidence.all()])
        lines.write(json.dumps(review, ensure_ascii=False) + "\n")
        rows.writerow({name: defused(cell) for name, cell in row.items()})
    return count


def row_of(review: Mapping[str, Any], evidence: list[str]) -> dict[str, Any]:
    """A row of the table, by column; several addresses are parted by spaces."""
    item, rating = review["itemReviewed"], review["reviewRating"]
    author = item.get("author", {})
    return {
        "url": review["url"],
        "claim": review["claimReviewed"],
        "claimant": author.get("name"),
        "claimant_type": author.get("@type"),
        "claimant_same_as": author.get("sameAs"),
        "claim_date": item.get("datePublished"),
        "rating": rating["alternateName"],
        "rating_value": rating.get("ratingValue"),
        "worst_rating": rating.get("worstRating"),
        "best_rating": rating.get("bestRating"),
        "title": review.get("name"),
        "explanation": review["reviewBody"],
        "published": review["datePublished"],
        "modified": review["dateModified"],
        "expires": review.get("expires"),
        "language": review["inLanguage"],
        "appearances": " ".join(place["url"] for place in item.get("appearance", [])),
        "evidence": " ".join(evidence),
    }


def defused(cell: Any) -> Any:
    """`cell` so that a spreadsheet shows it and computes nothing."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
