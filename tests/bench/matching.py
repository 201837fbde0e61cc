"""How long a match takes among ten thousand and a million claims, and what the index misses.

Ten thousand sentences are embedded; the million are mixtures of two of them with a little noise,
which lie as densely as sentences do and are a hundred times faster to make. Only wordings are
written: the index reads no other table. The server holds the vectors' index in its own memory,
1.1 GB for a million, as a desk of that size lets it; both sizes are timed warm.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from django.db import connection
from pgvector import HalfVector
from tqdm import tqdm

from claims.extraction import embeddings
from claims.matching import frequency, meaning
from claims.matching.candidates import Text
from claims.matching.index import nearest
from claims.matching.words import words
from tests.bench.sentences import sentences

FEW, MANY = 10_000, 1_000_000
EMBEDDED = 10_000
QUERIES = 200
WARMING = 500
#: Of PostgreSQL.
SHARED_BUFFERS = "4GB"
NEAREST = 20
NOISE = 0.02
BARE = """
    SELECT claim_id FROM claims_wording WHERE external_id IS NULL
    ORDER BY vector <#> %s::halfvec LIMIT 20
"""


def configure() -> None:
    """Give the server its memory, from its next start on."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET shared_buffers = '{SHARED_BUFFERS}'")


def report(many: int = MANY) -> None:
    connection.ensure_connection()
    base = [text for text, _place in sentences(EMBEDDED, seed=1)]
    vectors = embeddings.shared().embed(base)
    queries, warming = asked(QUERIES, seed=2), asked(WARMING, seed=6)
    times = {}
    for count in (FEW, many):
        load(count, base, vectors)
        for query in warming:
            match(query)
        times[count] = [timed(lambda q=query: match(q)) for query in queries]
        print(f"matching: {count} claims, {QUERIES} queries, milliseconds")
        print(f"  {described(times[count])}")
    bare = [timed(lambda q=query: bare_query(q)) for query in queries]
    print(f"  bare pgvector query: {described(bare)}")
    print(
        f"  95th percentile: {late(times[many]) / late(times[FEW]):.2f} times that of {FEW} claims"
    )
    print(f"  95th percentile: {late(times[many]) / late(bare):.2f} times that of the bare query")
    print(f"  recall at {NEAREST} of HNSW against exact search: {recall(queries[:100]):.3f}")


def asked(count: int, seed: int) -> list[Text]:
    """Sentences that nobody has made."""
    texts = [text for text, _place in sentences(count, seed)]
    vectors = embeddings.shared().embed(texts)
    return [Text.read(text, "en", vector) for text, vector in zip(texts, vectors, strict=True)]


def match(query: Text) -> None:
    nearest(query, "claim", embedder=meaning.embedder("en"))


def bare_query(query: Text) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [HalfVector(query.vector).to_text()])
        return [id for (id,) in cursor.fetchall()]


def recall(queries: Sequence[Text]) -> float:
    """The share of the exact nearest that the graph finds."""
    found = [set(bare_query(query)) for query in queries]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_indexscan = off")
    exact = [set(bare_query(query)) for query in tqdm(queries, "exact", disable=None)]
    with connection.cursor() as cursor:
        cursor.execute("RESET enable_indexscan")
    shares = [len(a & b) / len(b) for a, b in zip(found, exact, strict=True)]
    return statistics.mean(shares)


def load(count: int, base: Sequence[str], vectors: "np.ndarray") -> None:
    """Write `count` wordings as a bulk import would: rows first, then their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_wording")
        cursor.execute("SET session_replication_role = replica")  # No claims behind them.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'claims_wording' "
            "AND (indexdef LIKE '%hnsw%' OR indexdef LIKE '%gin%')"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        copy(cursor, rows(count, base, vectors), count)
        cursor.execute("SET maintenance_work_mem = '4GB'; SET max_parallel_maintenance_workers = 2")
        start = time.perf_counter()
        for _name, definition in indexes:
            cursor.execute(definition)
        print(f"indexes of {count} wordings: {time.perf_counter() - start:.0f} s")
        cursor.execute("VACUUM ANALYZE claims_wording")
        cursor.execute("RESET maintenance_work_mem; SET session_replication_role = origin")
    frequency.forget()


def rows(
    count: int, base: Sequence[str], vectors: "np.ndarray"
) -> Iterator[tuple[int, str, list[str], str]]:
    """(claim id, text, words, vector): the words of a base sentence, with a place of its own."""
    chance = np.random.default_rng(3)
    stems = [list(words(text, "en")) for text in base]
    for number, (_text, place) in enumerate(sentences(count, seed=4)):
        one, other = chance.integers(len(base), size=2)
        vector = vectors[one] + chance.uniform(0, 0.8) * vectors[other]
        vector += NOISE * chance.standard_normal(vector.shape)
        vector /= np.linalg.norm(vector)
        held = [*stems[one], place.lower()]
        yield number + 1, f"{base[one]} ({place})", held, HalfVector(vector).to_text()


def copy(cursor: object, wordings: Iterator[tuple[int, str, list[str], str]], count: int) -> None:
    sql = (
        "COPY claims_wording (claim_id, kind, text, language, key, words, vector, embedder, "
        "published) FROM STDIN"
    )
    embedder = meaning.embedder("en")
    with cursor.copy(sql) as into:  # type: ignore[attr-defined]
        for id, text, held, vector in tqdm(wordings, "wordings", total=count, disable=None):
            into.write_row((id, "claim", text, "en", f"{id:032x}", held, vector, embedder, False))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def late(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def described(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.1f}, 95th percentile {late(times):.1f}"
