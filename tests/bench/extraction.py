"""Words per second of the extraction against bare `nlp.pipe` of the same pipeline and texts."""

import statistics
import time
from collections.abc import Callable

from django.conf import settings

from claims.extraction import Extractor
from claims.extraction.pipelines import load

RUNS = 5
#: The reports are short: repeated, so that a run takes seconds.
COPIES = 3


def report() -> None:
    reports = sorted((settings.BASE_DIR / "seeds" / "articles").glob("*.txt"))
    texts = [path.read_text() for path in reports] * COPIES
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
    print(f"extraction: {len(texts)} reports, {words} words, {RUNS} interleaved runs")
    print(f"  bare nlp.pipe   {words / statistics.median(b for b, _o in pairs):8.0f} words/s")
    print(f"  extraction      {words / statistics.median(o for _b, o in pairs):8.0f} words/s")
    print(f"  time, extraction / bare: {ratio:.2f} (median of the pairs)")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
