"""Files as newsrooms have them, and as nobody should; and the turns of a worker at them."""

import csv
import io
import json
import zipfile

from articles.importing.models import Import
from articles.importing.services import imports_sweep
from articles.tasks import import_turn

TEXT = "The harbour closed for {n} days in May, the harbour master said."


def reports(count: int, *, start: int = 0) -> list[dict]:
    return [
        {"title": f"Report {n}", "text": TEXT.format(n=n), "outlet": "Harbour Herald"}
        for n in range(start, start + count)
    ]


def json_lines(rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def table(rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return file.getvalue()


def work_off() -> None:
    """What workers do when the sweep wakes them, until no import waits."""
    while waiting := imports_sweep():
        for import_id in waiting:
            import_turn(import_id)


def sums(work: Import) -> tuple[int, int, int, int]:
    """Rows read, and of them created, known and failed."""
    work.refresh_from_db()
    return work.rows_read, work.created, work.known, work.failed
