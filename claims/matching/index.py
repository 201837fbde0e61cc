"""The desk's index in PostgreSQL: which claims, or which verdicts of others, a text may make.

HNSW finds the nearest by meaning, a GIN index those that share the rarest words; `ranking.rank`
puts both in order. Wordings without a vector are found by their words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.db import connection
from pgvector import HalfVector

from .candidates import Candidate, Floats, Text
from .frequency import frequencies
from .ranking import Ranked, rank

#: Whose texts: the desk's own claims, those of them with a published verdict, or others' verdicts.
Owner = Literal["claim", "published", "external"]

BY_MEANING, BY_WORDS = 80, 50
#: More wordings than this share a word that says too little to look by it alone.
RARE = 200
COLUMN: dict[Owner, str] = {"claim": "claim_id", "published": "claim_id", "external": "external_id"}
#: Each has indexes of its own, which its condition chooses: none is hidden behind more of another.
HELD: dict[Owner, str] = {
    "claim": "external_id IS NULL",
    "published": "published",
    "external": "claim_id IS NULL",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What the ranking thinks of one claim or external verdict, by its primary key."""

    id: int
    ranked: Ranked

    @property
    def score(self) -> float:
        return self.ranked.score


def nearest(
    query: Text,
    owner: Owner,
    *,
    embedder: str = "",
    without: Collection[int] = (),
    also: Collection[int] = (),
    limit: int = 20,
) -> list[Found]:
    """The claims or external verdicts that `query` may make, best first.

    `embedder` names the model that made the query's vector; wordings that another one embedded
    are found by their words only. `without` are primary keys that are not asked for, `also` those
    that are ranked in any case.
    """
    ids = [*also, *_by_meaning(query, owner, embedder), *_by_words(query, owner)]
    wanted = dict.fromkeys(id for id in ids if id not in without)
    ranked = rank(query, _candidates(wanted, owner, embedder), frequencies())
    return [Found(one.id, one) for one in ranked[:limit]]  # type: ignore[arg-type]


def _by_meaning(query: Text, owner: Owner, embedder: str) -> list[int]:
    if query.vector is None:
        return []
    vector = HalfVector(query.vector).to_text()
    sql = f"""
        SELECT {COLUMN[owner]} FROM claims_wording
        WHERE {HELD[owner]} AND embedder = %s
        ORDER BY vector <#> %s::halfvec LIMIT {BY_MEANING}
    """
    return _ids(sql, [embedder, vector])


def _by_words(query: Text, owner: Owner) -> list[int]:
    """Those that share the query's rarest words, or where all are common, several at once."""
    rarest = sorted(set(query.words), key=_held)
    rare = list(_together(rarest))
    if not rarest:
        return []
    condition, asked = (
        ("words && %s::text[]", rare) if rare else ("words @> %s::text[]", rarest[:3])
    )
    # Most shared words first, so that what is cut is what shares one.
    sql = f"""
        SELECT {COLUMN[owner]} FROM claims_wording
        WHERE {HELD[owner]} AND {condition}
        ORDER BY (
            SELECT count(*) FROM unnest(%s::text[]) AS asked(word) WHERE word = ANY(words)
        ) DESC, id LIMIT {BY_WORDS}
    """
    return _ids(sql, [asked, rarest])


def _together(rarest: Iterable[str]) -> Iterable[str]:
    """As many of the rarest words as RARE wordings hold at most."""
    held = 0
    for word in rarest:
        held += _held(word)
        if held > RARE:
            return
        yield word


def _held(word: str) -> int:
    return frequencies().holding.get(word, 0)


def _candidates(ids: Iterable[int], owner: Owner, embedder: str) -> list[Candidate]:
    """The wordings of these, in the order of `ids`; their claim's words first, then titles."""
    ids = list(ids)
    texts: dict[int, list[Text]] = {id: [] for id in ids}
    sql = f"""
        SELECT {COLUMN[owner]}, text, words, language,
            CASE WHEN embedder = %s THEN halfvec_send(vector) END
        FROM claims_wording WHERE {COLUMN[owner]} = ANY(%s::bigint[]) ORDER BY kind, id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [embedder, ids])
        for id, text, words, language, vector in cursor.fetchall():
            texts[id].append(Text(text, tuple(words), _vector(vector), language))
    return [Candidate(id, tuple(texts[id])) for id in ids if texts[id]]


def _vector(sent: bytes | memoryview | None) -> Floats | None:
    """What PostgreSQL sends of a halfvec: two 16-bit integers, then the halves, big-endian."""
    if sent is None:
        return None
    return np.frombuffer(sent, ">f2", offset=4).astype(np.float32)


def _ids(sql: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [id for (id,) in cursor.fetchall()]
