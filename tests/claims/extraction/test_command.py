"""`manage.py extract`, through its own door."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

SENTENCE = "Ann Lee said that taxes rose by 3 percent in 2015."


def run(*paths, **options):
    out = io.StringIO()
    call_command("extract", *map(str, paths), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_text_files_and_json_lines(tmp_path):
    text, lines = tmp_path / "one.txt", tmp_path / "more.jsonl"
    text.write_text(SENTENCE)
    lines.write_text("".join(json.dumps({"id": n, "text": SENTENCE}) + "\n\n" for n in "ab"))
    rows = run(text, lines)
    assert [row["id"] for row in rows] == ["one.txt", "a", "b"]
    assert {row["claims"][0]["claimant"] for row in rows} == {"Ann Lee"}


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SENTENCE.encode())))
    (row,) = run("-")
    assert row["id"] == "-"
    assert len(row["claims"]) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.txt", b"caf\xe9", "not UTF-8 at byte 3"),
        ("bad.jsonl", b'{"id": 1, "text": "x"}\n{"id"\n', "line 2: not JSON"),
        ("bad.jsonl", b'\n{"id": 1}\n', 'line 2: needs an "id" and a "text"'),
        ("none.txt", None, "No such file"),
    ],
)
def test_clear_errors(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run(path)


def test_unknown_language(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text(SENTENCE)
    with pytest.raises(CommandError, match="'xx'"):
        run(path, language="xx")
