"""A small training run through its command; skipped where the `train` group is not installed."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from claims.matching import model

pytest.importorskip("sklearn")

TOWNS = ("Ashby", "Brill", "Corby", "Deal", "Ely", "Frome", "Goole", "Hythe", "Ilkley", "Jarrow")
CLAIM = "The mayor of {town} closed {n} libraries."
TWEET = "BREAKING: {town} loses {n} libraries! #Libraries https://example.org"


def lines(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(path)


@pytest.fixture
def files(tmp_path):
    numbered = list(enumerate(TOWNS, 3))
    claims = [{"id": town, "text": CLAIM.format(town=town, n=n)} for n, town in numbered]
    queries = [
        {"id": n, "text": TWEET.format(town=town, n=n), "relevant": [town]} for n, town in numbered
    ]
    return lines(tmp_path / "claims.jsonl", claims), lines(tmp_path / "queries.jsonl", queries)


def train(claims, queries, out, **options):
    told = io.StringIO()
    call_command(
        "train_matching", claims=[claims], queries=[queries], out=out, stdout=told, **options
    )
    return told.getvalue()


def test_the_same_files_give_the_same_bytes(files, tmp_path):
    told = train(*files, tmp_path / "one.npz")
    train(*files, tmp_path / "two.npz")
    assert "queries.jsonl, bare: MAP@5 1.0000, recall at 20 1.0000" in told
    assert "expected calibration error" in told
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    learned = model.read(tmp_path / "one.npz")
    assert learned.rarities(["mayor", "zeppelin"], model.Frequencies())["zeppelin"] == 1
    assert learned.rarities(["mayor", "zeppelin"], model.Frequencies())["mayor"] < 0.2


def test_copies_of_a_query_are_left_out(files, tmp_path):
    copy = {"id": "x", "text": TWEET.format(town="Ely", n=7), "relevant": []}
    left_out = lines(tmp_path / "dev.jsonl", [copy])
    told = train(*files, tmp_path / "out.npz", leave_out=[left_out])
    assert f"queries.jsonl: {len(TOWNS) - 1} queries" in told


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": 7, "text": "One."}, 'query 7 needs "relevant"'),
        ({"id": 7, "text": "One.", "relevant": ["nowhere"]}, "no query has a claim"),
    ],
)
def test_clear_errors(files, tmp_path, row, message):
    queries = lines(tmp_path / "bad.jsonl", [row])
    with pytest.raises(CommandError, match=message):
        train(files[0], queries, tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()


def test_a_file_of_claims_for_every_file_of_queries(files, tmp_path):
    with pytest.raises(CommandError, match="as many files"):
        call_command(
            "train_matching", claims=[files[0]], queries=[files[1]] * 2, out=tmp_path / "out.npz"
        )
