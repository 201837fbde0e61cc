"""From brat files to what the network learns, and a small training run through the command."""

import importlib.util
import io

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from claims.extraction.pipelines import load
from claims.extraction.tagging.network import Network
from claims.extraction.training.dataset import NONE, example, known_keys, paragraphs
from claims.extraction.training.gold import BadData, read_articles

FIRST = "Ann Lee said taxes rose, and added: \u201cJobs fell.\n\n"
TEXT = f"{FIRST}Nobody knows why,\u201d she told\nus.\n"
HAS_TORCH = importlib.util.find_spec("torch") is not None


def span(words, kind, name, text=TEXT):
    start = text.index(words)
    return f"{name}\t{kind} {start} {start + len(words)}\t{words}"


def annotated(folder, text=TEXT, records=None, name="a1"):
    (folder / "text").mkdir(parents=True, exist_ok=True)
    (folder / "attributions").mkdir(exist_ok=True)
    records = records or [
        span("Ann Lee", "Source", "T1"),
        span("said", "Cue", "T2"),
        span("taxes rose", "Content", "T3"),
        span("added", "Cue", "T4"),
        span("\u201cJobs fell.\n\nNobody knows why,\u201d", "Content", "T5"),
        span("she told\nus", "Attribution", "T6"),
        "E1\tAttribution:T2 Source:T1 Cue:T2 Content:T3",
        "E2\tAttribution:T4 Source:T1 Cue:T4 Content:T5",
        "E3\tDiscuss:T6 Cue:T6",
    ]
    (folder / "text" / f"{name}.txt").write_text(text)
    (folder / "attributions" / f"{name}_00ff.ann").write_text("\n".join(records) + "\n")
    # A second annotator, who comes later by name, does not count.
    (folder / "attributions" / f"{name}_0fff.ann").write_text("T1\tSource 0 1\tA\n")
    return folder


def test_brat_records_with_line_ends_in_their_text(tmp_path):
    (article,) = read_articles(annotated(tmp_path))
    words = [
        [[article.text[a:b] for a, b in part] for part in (gold.source, gold.cue, gold.content)]
        for gold in article.attributions
    ]
    assert words[0] == [["Ann Lee"], ["said"], ["taxes rose"]]
    assert words[1][2] == ["\u201cJobs fell.\n\nNobody knows why,\u201d"]
    assert len(words) == 2


def test_discontinuous_spans_and_numbered_roles(tmp_path):
    records = [
        "T1\tContent 25 28;0 3\tand Ann",
        "T2\tCue 8 12\tsaid",
        "T3\tContent 13 18\ttaxes",
        "E1\tAttribution-no-source:T2 Cue:T2 Content:T1 Content2:T3",
    ]
    (article,) = read_articles(annotated(tmp_path, records=records))
    (gold,) = article.attributions
    assert gold.content == ((0, 3), (13, 18), (25, 28))
    assert gold.source == ()


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (["T1\tCue 0 9999\tx"], "outside the text"),
        (["E1\tAttribution:T1 Cue:T1 Content:T7"], "T1"),
        (["T1\tCue zero one\tx"], "a1_00ff.ann"),
    ],
)
def test_broken_annotations_name_their_file(tmp_path, records, message):
    with pytest.raises(BadData, match=message):
        read_articles(annotated(tmp_path, records=records))


def test_a_folder_without_articles_or_annotations(tmp_path):
    with pytest.raises(BadData, match="no text"):
        read_articles(tmp_path)
    (annotated(tmp_path) / "attributions" / "a1_00ff.ann").unlink()
    (tmp_path / "attributions" / "a1_0fff.ann").unlink()
    with pytest.raises(BadData, match="no attributions/a1"):
        read_articles(tmp_path)


def test_labels_and_links_of_a_paragraph(tmp_path):
    nlp = load("en_core_web_sm")
    found = list(paragraphs(nlp, read_articles(annotated(tmp_path))))
    keys = known_keys(nlp, (paragraph.doc for paragraph in found))
    one = example(found[0], keys)
    words = [token.text for token in found[0].doc]
    labels = dict(zip(words, one.labels, strict=True))
    assert [labels[w] for w in ("Ann", "Lee", "said", "taxes", "rose")] == [1, 2, 3, 5, 6]
    assert [words[place] for place in one.cues] == ["said", "added"]
    assert [words[place] for place in one.sources] == ["Ann"]
    assert one.speaker == [0, 0]
    assert one.owner[words.index("rose")] == 0
    assert one.owner[words.index("Jobs")] == 1
    assert one.owner[words.index("and")] == NONE


def train(data, out):
    told = io.StringIO()
    call_command("train_attribution", data=data, out=out, epochs=1, stdout=told)
    return told.getvalue()


@pytest.mark.skipif(HAS_TORCH, reason="the `train` group is installed")
def test_without_torch_the_command_says_so(tmp_path):
    with pytest.raises(CommandError, match="`train` group"):
        train(annotated(tmp_path), tmp_path / "out")


@pytest.mark.skipif(not HAS_TORCH, reason="the `train` group is not installed")
def test_the_same_articles_give_the_same_files(tmp_path):
    data = annotated(tmp_path / "data")
    for name in ("one", "two"):
        assert "epoch 1 of 1: loss" in train(data, tmp_path / name)
    files = [
        [(tmp_path / name / file).read_bytes() for file in ("attribution.onnx", "attribution.npz")]
        for name in ("one", "two")
    ]
    assert files[0][0] == files[1][0]
    tables = [dict(np.load(io.BytesIO(pair[1]))) for pair in files]
    assert all((tables[0][name] == tables[1][name]).all() for name in tables[0])
    nlp = load("en_core_web_sm")
    network = Network(tables[0], files[0][0])
    assert network.reads(nlp)
    assert len(network.tag([(nlp("Ann Lee said taxes rose."), 0, [])])) == 1


@pytest.mark.skipif(not HAS_TORCH, reason="the `train` group is not installed")
def test_bad_data_is_a_clear_error_and_writes_nothing(tmp_path):
    with pytest.raises(CommandError, match="no text"):
        train(tmp_path / "missing", tmp_path / "out")
    assert not (tmp_path / "out").exists()
