"""How fast sentences are embedded, and what share of an import's time matching takes."""

import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from articles.models import Article
from articles.services import Submission, article_store
from claims import tasks
from claims.desk import extraction, recording
from claims.extraction import embeddings
from claims.models import Claim
from tests.bench.sentences import BETWEEN, sentences
from tests.factories import OutletFactory

SENTENCES = 1_000
RUNS = 5
ARTICLES = 100
#: Of one article of some 500 words; the seeds' have eight in 430.
CLAIMS = 9


def against_bare() -> None:
    """Tokenizing, pooling and all, against onnxruntime fed with the same tokens made before."""
    texts = [text for text, _place in sentences(SENTENCES, seed=5)]
    embedder = embeddings.shared()
    tokenizer, session = embedder.model()
    fed = [embeddings.inputs(encoding) for encoding in tokenizer.encode_batch(texts)]
    whole, bare = [], []
    for _run in range(RUNS):
        whole.append(seconds(lambda: embedder.embed(texts)))
        bare.append(seconds(lambda: [session.run(None, one) for one in fed]))
    took, alone = statistics.median(whole), statistics.median(bare)
    print(f"embedding: {SENTENCES} sentences, median of {RUNS}")
    print(f"  {SENTENCES / took:.0f} a second, {alone / took:.2f} of onnxruntime alone")


def share() -> None:
    """What of the worker's time over new articles goes into wordings, joining and suggestions."""
    extraction.load_pipelines()
    ids = [stored(number) for number in range(ARTICLES + 1)]
    tasks.extract(ids.pop())
    spent: list[float] = []
    joining = {
        name: clocked(getattr(recording, name), spent)
        for name in ("vectors_ahead", "wordings_of_new_claims", "Known")
    }
    with (
        mock.patch.multiple(tasks, claims_match=clocked(tasks.claims_match, spent)),
        mock.patch.multiple(recording, **joining),
    ):
        took = seconds(lambda: [tasks.extract(id) for id in ids])
    print(
        f"matching in an import: {ARTICLES} articles of 500 words, {Claim.objects.count()} claims"
    )
    print(f"  {sum(spent) / took:.0%} of the worker's time")


def stored(number: int) -> int:
    """An article of which every other claim is somebody's; the id of its row."""
    paragraphs = []
    for at, (text, place) in enumerate(sentences(CLAIMS, seed=100 + number)):
        claim = f"“{text[:-1]},” Mayor Ann {place} said." if at % 2 else text
        between = [BETWEEN[(number + at + more) % len(BETWEEN)] for more in range(4)]
        paragraphs.append(" ".join([claim, *between]))
    text = "\n\n".join(paragraphs)
    submission = Submission(text=text, outlet=OutletFactory(), language="en")
    return article_store(submission, by=None, intake=Article.Intake.FILE).article.pk


def clocked(work: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return work(*args, **kwargs)
        finally:
            spent.append(time.perf_counter() - start)

    return call


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
