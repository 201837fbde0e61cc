"""A small training run through its command; skipped where the `train` group is not installed."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from claims.extraction import checkworthiness

pytest.importorskip("sklearn")

YES = "Taxes in district {n} rose by {n} percent in 19{n}."
NO = "I really hope that you {n} will be happy, my friends."


def table(path, count=30):
    rows = [f"{n}\t{YES.format(n=n)}\tYes\n{n + 50}\t{NO.format(n=n)}\tNo\n" for n in range(count)]
    path.write_text(f"Sentence_id\tText\tclass_label\n{''.join(rows)}7\tcut short\n")
    return path


def train(data, out, **options):
    told = io.StringIO()
    call_command("train_checkworthiness", data=data, out=out, stdout=told, **options)
    return told.getvalue()


def test_the_same_data_gives_the_same_bytes(tmp_path):
    data = table(tmp_path / "train.tsv")
    told = train(data, tmp_path / "one.npz")
    train(data, tmp_path / "two.npz")
    assert "60 sentences, 1 malformed left out" in told
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    checkworthiness.read(tmp_path / "one.npz")


def test_news_labels_calibrate(tmp_path):
    data = table(tmp_path / "train.tsv")
    texts = [YES.format(n=n) if n % 2 else NO.format(n=n) for n in range(20)]
    labels = []
    for n, text in enumerate(texts):
        (tmp_path / f"a{n}.txt").write_text(text)
        label = {"article": f"a{n}", "start": 0, "end": len(text)}
        labels.append(label | {"weight": 1.0, "worth_checking": n % 2 == 1})
    news = tmp_path / "news.jsonl"
    news.write_text("\n".join(map(json.dumps, labels)))
    told = train(data, tmp_path / "out.npz", news=news, texts=tmp_path)
    assert "expected calibration error" in told
    assert checkworthiness.read(tmp_path / "out.npz").news[1] > 0


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), ("id\ttext\tlabel\n1\tOne.\tYes\n", "labelled No")],
)
def test_clear_errors(tmp_path, content, message):
    path = tmp_path / "train.tsv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError, match=message):
        train(path, tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()


def test_labels_without_texts(tmp_path):
    with pytest.raises(CommandError, match="go together"):
        train(table(tmp_path / "t.tsv"), tmp_path / "out.npz", news=tmp_path / "n.jsonl")
