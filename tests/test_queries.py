"""How many queries each page and each answer of the API asks for, and that rows add none.

`queries.json` holds the numbers. Where one is meant to change:

    QUERIES=write python -m pytest tests/test_queries.py
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk_rows import desk_with
from tests.pages import ANSWERS, PAGES

pytestmark = pytest.mark.django_db

BASELINE = Path(__file__).with_name("queries.json")
#: No page asks for as many.
MOST = 30


def asked(client: Client, path: str) -> int:
    """Queries of the second visit: the first fills what Django keeps in memory, and is read."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        b"".join(answer)
    assert answer.status_code == 200, path
    return len(queries)


@pytest.mark.parametrize("count", [3, 12])
def test_every_page_asks_what_is_written_down_for_few_rows_and_for_many(client, count):
    rows = desk_with(count)
    client.force_login(rows.admin)
    numbers = {name: asked(client, page.path(rows)) for name, page in (PAGES | ANSWERS).items()}
    if os.environ.get("QUERIES") == "write" and count == 3:
        BASELINE.write_text(json.dumps(numbers, indent=2, ensure_ascii=False) + "\n")
    written = json.loads(BASELINE.read_text())
    changed = {name: f"{written.get(name)} -> {numbers.get(name)}" for name in written | numbers
               if written.get(name) != numbers.get(name)}  # fmt: skip
    assert changed == {}, f"with {count} rows of everything; see docs/pages.md"
    assert {name: number for name, number in numbers.items() if number >= MOST} == {}
