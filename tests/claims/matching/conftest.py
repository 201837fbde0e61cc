import json
from pathlib import Path

import pytest

PAIRS = Path(__file__).with_name("pairs.jsonl")


@pytest.fixture(scope="session")
def pairs():
    """Pairs of sentences nearly alike, as (a, b), under whether they claim the same."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return {
        same: [(row["a"], row["b"]) for row in rows if row["same"] is same]
        for same in (True, False)
    }
