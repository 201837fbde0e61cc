"""The desk's index in PostgreSQL: which claims, or which verdicts of others, a text may make.

HNSW finds the nearest by meaning, a GIN index those that share the rarest words; `ranking.rank`
puts both in order. Wordings without a vector are found by their words.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.db import connection

from .candidates import Candidate, Floats, Text
from .frequency import frequencies
from .ranking import Ranked, rank_each

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


@dataclass(frozen=True, slots=True)
class Search:
    """A text of which `nearest` is asked.

    `without` are primary keys that are not asked for, `also` those that are ranked in any case.
    """

    text: Text
    without: Collection[int] = ()
    also: Collection[int] = ()


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
    are found by their words only.
    """
    searches = [Search(query, without, also)]
    return nearest_each(searches, owner, embedder=embedder, limit=limit)[0]


def nearest_each(
    searches: Sequence[Search], owner: Owner, *, embedder: str = "", limit: int = 20
) -> list[list[Found]]:
    """The same of several at once, which costs much less than one by one."""
    queries = [search.text for search in searches]
    meant, worded = _by_meaning(queries, owner, embedder), _by_words(queries, owner)
    wanted = [
        [id for id in dict.fromkeys([*search.also, *near, *same]) if id not in search.without]
        for search, near, same in zip(searches, meant, worded, strict=True)
    ]
    known = _candidates({id for ids in wanted for id in ids}, owner, embedder)
    found = [[known[id] for id in ids if id in known] for ids in wanted]
    ranked = rank_each(queries, found, frequencies(), limit=limit)
    return [[Found(one.id, one) for one in best] for best in ranked]  # type: ignore[arg-type]


def _by_meaning(queries: Sequence[Text], owner: Owner, embedder: str) -> list[list[int]]:
    """For each query, in its order, those nearest to it."""
    vectors = {at: text.vector for at, text in enumerate(queries) if text.vector is not None}
    if not vectors:
        return [[] for _query in queries]
    # Materialized, or a scan of the table would read the vector anew for each row.
    sql = f"""
        WITH asked AS MATERIALIZED (
            SELECT place, vector::halfvec FROM unnest(%s::int[], %s::text[]) AS t(place, vector)
        )
        SELECT place, id FROM asked, LATERAL (
            SELECT {COLUMN[owner]} AS id FROM claims_wording
            WHERE {HELD[owner]} AND embedder = %s
            ORDER BY claims_wording.vector <#> asked.vector LIMIT {BY_MEANING}
        ) AS near
    """
    texts = [_written(vector) for vector in vectors.values()]
    return _each(len(queries), sql, [[*vectors], texts, embedder])


def _written(vector: Floats) -> str:
    """A vector as PostgreSQL reads it: five digits tell every half from the next."""
    halves = vector.astype(np.float16).tolist()
    return f"[{','.join(['%.5g'] * len(halves))}]" % tuple(halves)


def _by_words(queries: Sequence[Text], owner: Owner) -> list[list[int]]:
    """For each query those that share its rarest words, or where all are common, several at once.

    Most shared words first, so that what is cut is what shares one.
    """
    rarest = [sorted(set(query.words), key=_held) for query in queries]
    rare = [[*_together(words)] for words in rarest]
    if sum(map(bool, rare)) > 1:
        found = _by_rare_words(rarest, rare, owner)
        alone = [at for at, words in enumerate(rare) if not words]
    else:
        found = [[] for _query in queries]
        alone = [*range(len(queries))]
    for at in alone:
        found[at] = _by_words_alone(rarest[at], rare[at], owner)
    return found


def _by_words_alone(rarest: list[str], rare: list[str], owner: Owner) -> list[int]:
    """Those that hold one of the rare words, or without any the three rarest."""
    if not rarest:
        return []
    condition, asked = (
        ("words && %s::text[]", rare) if rare else ("words @> %s::text[]", rarest[:3])
    )
    sql = f"""
        SELECT {COLUMN[owner]} FROM claims_wording
        WHERE {HELD[owner]} AND {condition}
        ORDER BY (
            SELECT count(*) FROM unnest(%s::text[]) AS asked(word) WHERE word = ANY(words)
        ) DESC, id LIMIT {BY_WORDS}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked, rarest])
        return [id for (id,) in cursor.fetchall()]


def _by_rare_words(
    words: Sequence[Sequence[str]], rare: Sequence[Sequence[str]], owner: Owner
) -> list[list[int]]:
    """The same of several queries at once, by the words of each and those that are rare."""
    asked = [(at, word, word in its) for at, its in enumerate(rare) for word in words[at] if its]
    # Of all that hold a rare word of any query, the words are counted once, for all queries.
    # OFFSET, or PostgreSQL may compare each row's words with every query's instead of the index.
    sql = f"""
        WITH asked AS MATERIALIZED (
            SELECT * FROM unnest(%s::int[], %s::text[], %s::boolean[])
                WITH ORDINALITY AS t(place, word, rare, number)
        ), rare AS (
            SELECT array_agg(word) AS words FROM asked WHERE rare GROUP BY place
        ), held AS (
            SELECT id, {COLUMN[owner]} AS owner, unnest(words) AS word FROM claims_wording
            WHERE id IN (
                SELECT found.id FROM rare, LATERAL (
                    SELECT id FROM claims_wording
                    WHERE {HELD[owner]} AND claims_wording.words && rare.words OFFSET 0
                ) AS found
            )
        ), shared AS (
            SELECT place, owner, row_number() OVER (
                PARTITION BY place ORDER BY count(DISTINCT number) DESC, id
            ) AS better
            FROM held JOIN asked USING (word)
            GROUP BY place, id, owner HAVING bool_or(rare)
        )
        SELECT place, owner FROM shared WHERE better <= {BY_WORDS} ORDER BY place, better
    """
    return _each(len(words), sql, [list(column) for column in zip(*asked, strict=True)])


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


def _candidates(ids: Collection[int], owner: Owner, embedder: str) -> dict[int, Candidate]:
    """The wordings of these, by id; their claim's words first, then titles."""
    texts: dict[int, list[Text]] = {}
    sql = f"""
        SELECT {COLUMN[owner]}, text, words, language,
            CASE WHEN embedder = %s THEN halfvec_send(vector) END
        FROM claims_wording WHERE {COLUMN[owner]} = ANY(%s::bigint[]) ORDER BY kind, id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [embedder, [*ids]])
        rows = cursor.fetchall()
    vectors = iter(_vectors([sent for *_rest, sent in rows if sent is not None]))
    for id, text, words, language, sent in rows:
        vector = None if sent is None else next(vectors)
        texts.setdefault(id, []).append(Text(text, tuple(words), vector, language))
    return {id: Candidate(id, tuple(its)) for id, its in texts.items()}


def _vectors(sent: Sequence[bytes]) -> Floats:
    """What PostgreSQL sends of each halfvec: two 16-bit integers, then the halves, big-endian."""
    if not sent:
        return np.empty((0, 0), np.float32)
    halves = np.frombuffer(b"".join(sent), ">f2").reshape(len(sent), -1)
    return halves[:, 2:].astype(np.float32)


def _each(queries: int, sql: str, values: list[Any]) -> list[list[int]]:
    """What is found for each query, by rows of its place and an id."""
    found: list[list[int]] = [[] for _query in range(queries)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for place, id in cursor.fetchall():
            found[place].append(id)
    return found
