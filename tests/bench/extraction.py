"""Time of the extraction: against bare `nlp.pipe` of the same pipeline and texts, and by length.

With EVAL in the environment, the folder of polnear/, PolNeAR dev is timed as well.
"""

import os
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from django.conf import settings

from claims.extraction import Extractor
from claims.extraction.pipelines import load

RUNS = 5
#: The reports are short: repeated, so that a run takes seconds.
COPIES = 3


def report() -> None:
    texts = seed_texts() * COPIES
    against_bare(texts, f"{len(texts)} seed reports")
    if folder := os.environ.get("EVAL"):
        paths = sorted((Path(folder) / "polnear" / "dev" / "text").glob("*.txt"))
        against_bare([path.read_bytes().decode() for path in paths], "PolNeAR dev")
    by_length()


def seed_texts() -> list[str]:
    reports = sorted((settings.BASE_DIR / "seeds" / "articles").glob("*.txt"))
    return [path.read_text() for path in reports]


def by_length() -> None:
    """Time per word of one text of 1, 10, 100 and 1,000 thousand words."""
    extractor = Extractor({"en": settings.SPACY_MODELS["en"]})
    paragraphs = "\n\n".join(seed_texts()).split("\n\n")
    extractor.extract("\n\n".join(paragraphs))
    base = None
    print("extraction: one text by its length, time per word against the shortest")
    for thousands in (1, 10, 100, 1_000):
        text, words = of_length(paragraphs, thousands * 1_000)
        took = seconds(lambda text=text: extractor.extract(text)) / words
        base = base or took
        print(f"  {words:9d} words  {took / base:5.2f}")


def of_length(paragraphs: list[str], wanted: int) -> tuple[str, int]:
    """The paragraphs over and over until there are enough words, and how many there are."""
    taken: list[str] = []
    words = 0
    for paragraph in cycle(paragraphs):
        if words >= wanted:
            break
        taken.append(paragraph)
        words += len(paragraph.split())
    return "\n\n".join(taken), words


def against_bare(texts: list[str], what: str) -> None:
    words = sum(len(text.split()) for text in texts)
    model = settings.SPACY_MODELS["en"]
    nlp, extractor = load(model), Extractor({"en": model})
    bare, ours = (
        lambda: sum(1 for _doc in nlp.pipe(texts, batch_size=32)),
        lambda: sum(1 for _doc in extractor.extract_many(texts, batch_size=32)),
    )
    bare(), ours()
    pairs = [(seconds(bare), seconds(ours)) for _run in range(RUNS)]
    ratio = statistics.median(own / base for base, own in pairs)
    print(f"extraction: {what}, {words} words, {RUNS} interleaved runs")
    print(f"  bare nlp.pipe   {words / statistics.median(b for b, _o in pairs):8.0f} words/s")
    print(f"  extraction      {words / statistics.median(o for _b, o in pairs):8.0f} words/s")
    print(f"  time, extraction / bare: {ratio:.2f} (median of the pairs)")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
