"""`make quality EVAL=DIR`: scores on the dev sets by the scorers in DIR.

DIR holds `score_attributions.py`, `score_claimants.py`, `score_checkworthiness.py`,
`score_matching.py`, `polnear/`, `checkworthiness/` and `matching/`; none of it is part of the
project. Prints the scorers' own output.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from claims.extraction import Extractor

MATCHING = (
    ("ct22-claims.jsonl", "ct22-queries-dev-test.jsonl"),
    ("ct20-claims.jsonl", "ct20-queries-dev.jsonl"),
)


def main() -> None:
    folder = Path(os.environ.get("EVAL", ""))
    if not (folder / "polnear" / "dev").is_dir():
        sys.exit("Set EVAL to the folder of the scorers and of polnear/.")
    gold = folder / "polnear" / "dev"
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as predictions:
        for line in predicted(gold / "text"):
            predictions.write(f"{json.dumps(line)}\n")
        predictions.flush()
        score(folder, "score_attributions.py", "--gold", gold, "--pred", predictions.name)
        labels = folder / "polnear" / "claimants-dev.jsonl"
        texts = ("--text", gold / "text", "--gold", labels)
        score(folder, "score_claimants.py", *texts, "--pred", predictions.name)
    checkworthiness(folder)
    for claims, queries in MATCHING:
        matching(folder, claims, queries)


def checkworthiness(folder: Path) -> None:
    """What `manage.py checkworthiness` says of the sentences, scored."""
    gold = folder / "checkworthiness" / "ct24-dev-test.tsv"
    cells = [line.split("\t") for line in gold.read_text().splitlines()[1:]]
    with tempfile.TemporaryDirectory() as scratch:
        asked, predictions = Path(scratch) / "asked.jsonl", Path(scratch) / "predictions.jsonl"
        asked.write_text("".join(f"{json.dumps({'id': c[0], 'text': c[1]})}\n" for c in cells))
        with predictions.open("w") as out:
            command = (sys.executable, "manage.py", "checkworthiness", asked)
            subprocess.run(command, stdout=out, check=True)
        score(folder, "score_checkworthiness.py", "--gold", gold, "--pred", predictions)


def matching(folder: Path, claims: str, queries: str) -> None:
    """What `manage.py rank` finds for the tweets, scored."""
    known, gold = folder / "matching" / claims, folder / "matching" / queries
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as predictions:
        command = (sys.executable, "manage.py", "rank", "--claims", known, "--queries", gold)
        subprocess.run(command, stdout=predictions, check=True)
        print(queries, flush=True)
        score(folder, "score_matching.py", "--gold", gold, "--pred", predictions.name)


def predicted(folder: Path) -> list[dict[str, Any]]:
    """One line per article, spans as the scorers take them: `[start, end]`."""
    paths = sorted(folder.glob("*.txt"))
    # Offsets count code points of the file as it is, so line ends are not translated.
    texts = [path.read_bytes().decode() for path in paths]
    documents = Extractor().extract_many(texts)
    return [
        {"doc": path.stem, "attributions": [scored(a) for a in document.attributions]}
        for path, document in zip(paths, documents, strict=True)
    ]


def scored(attribution: Any) -> dict[str, Any]:
    return {
        "source": attribution.source and [attribution.source.start, attribution.source.end],
        "cue": attribution.cue and [attribution.cue.start, attribution.cue.end],
        "content": [[span.start, span.end] for span in attribution.content],
        "claimant": attribution.claimant,
    }


def score(folder: Path, scorer: str, *arguments: object) -> None:
    subprocess.run([sys.executable, str(folder / scorer), *map(str, arguments)], check=True)


main()
