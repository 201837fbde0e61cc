"""A desk of any size, made by the database itself: a million claims in some minutes.

For N claims there are 1.2 N appearances, six to an article, N / 5 articles, N / 20 claimants and
N / 500 outlets, at least 20. Few outlets and claimants have most of them, as in life. They came
over three years; what is older is rarely open. Rows are written without their indexes, which are
made anew at the end, as a bulk import would. There are no wordings: matching has its own bench.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import connection
from tqdm import tqdm

from claims.models import Claim, Rating
from tests.bench.sentences import BETWEEN, sentences
from tests.factories import rating_scale

TABLES = (
    "claims_claim",
    "claims_appearance",
    "claims_verdict",
    "claims_match",
    "claims_claimant",
    "claims_topic",
    "claims_knownword",
    "articles_article",
    "articles_outlet",
)
PEOPLE = 12
TOPICS = ["health", "crime", "economy", "climate", "schools", "housing", "energy", "war"]
#: Until when they came, so that two runs make the same desk.
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)

#: Steps in order, each with its name. `:claims` and so on are the numbers of `sizes`.
STEPS = {
    "outlets": """
        INSERT INTO articles_outlet (id, uid, name, domain, language, created_at)
        SELECT n, gen_random_uuid(), 'Outlet ' || n, 'outlet' || n || '.example', '', :until
        FROM generate_series(1, :outlets) AS n
    """,
    "claimants": """
        INSERT INTO claims_claimant (id, uid, name, kind, role, wikidata_id)
        SELECT n, gen_random_uuid(), initcap(a.word || ' ' || b.word) || ' ' || n, 'person', '', ''
        FROM generate_series(1, :claimants) AS n
        JOIN made_word a ON a.id = n % 400 + 1 JOIN made_word b ON b.id = n / 400 % 400 + 1
    """,
    "places": """
        CREATE TEMP TABLE made_place AS
        SELECT n, (n - 1) / 6 + 1 AS article, t.text, b.between,
            CASE WHEN n <= :claims THEN n ELSE r.again END AS claim
        FROM generate_series(1, :claims * 6 / 5) AS n
        CROSS JOIN LATERAL (SELECT 1 + floor(power(random(), 2) * (:claims - 1) + n * 0)::int
            AS again) r
        JOIN made_text t ON t.id = CASE WHEN n <= :claims THEN n ELSE r.again END
        JOIN made_between b ON b.id = n % :between
    """,
    "articles": """
        INSERT INTO articles_article (id, uid, outlet_id, url, normalised_url, title, text,
            text_hash, authors, language, published_at, received_at, intake, state, attempts,
            last_error, extractor, bands)
        SELECT article, gen_random_uuid(), 1 + floor(power(random(), 3) * :outlets)::int,
            'https://news.example/' || article, 'https://news.example/' || article,
            left(min(text), 60), string_agg(text || ' ' || between, ' ' ORDER BY n),
            md5(article::text), '{}', 'en', came.at, came.at, 'file', 'extracted', 1,
            '', 'made', ARRAY[]::bigint[]
        FROM made_place
        CROSS JOIN LATERAL (SELECT :until::timestamptz
            - (1095 * (1 - sqrt(article::float / :articles)) + 0.01) * interval '1 day' AS at) came
        GROUP BY article, came.at
    """,
    "appearances": """
        INSERT INTO claims_appearance (uid, claim_id, article_id, start, "end", text,
            check_worthiness, reasons, created_at)
        SELECT gen_random_uuid(), p.claim, p.article, p.start, p.start + length(p.text), p.text,
            0.5, '[]', a.received_at
        FROM (
            SELECT *, (sum(length(text) + length(between) + 2) OVER (
                PARTITION BY article ORDER BY n) - length(text) - length(between) - 2)::int AS start
            FROM made_place
        ) p JOIN articles_article a ON a.id = p.article
    """,
    "claims": """
        INSERT INTO claims_claim (id, uid, slug, text, claimant_id, made_on, language, topics,
            check_worthiness, reasons, flagged, place_count, last_made_at, outlets, titles, news_at,
            status, assignee_id, dismissal, edited, version, matched_at, created_at, updated_at)
        SELECT t.id, gen_random_uuid(), 'claim-' || t.id, t.text,
            1 + floor(power(random(), 3) * :claimants)::int, g.first::date,
            (ARRAY['en', 'en', 'en', 'en', 'en', 'en', 'en', 'de', 'fr', 'es'])[1 + t.id % 10],
            CASE WHEN t.id % 3 = 0
                THEN ARRAY[(:topics::text[])[1 + floor(power(random(), 2) * 8)::int]]
                ELSE ARRAY[]::text[] END,
            0.3 + 0.69 * power(random(), 2), '[["names a quantity", 0.9]]', random() < 0.002,
            g.number, g.last, g.outlets, g.titles, g.last, s.status,
            CASE WHEN s.status IN ('in_progress', 'in_review') OR random() < 0.02
                THEN (:people::bigint[])[1 + t.id % array_length(:people::bigint[], 1)] END,
            CASE WHEN s.status = 'dismissed' THEN 'Not to be checked.' ELSE '' END,
            false, 1, g.last, g.first, g.last
        FROM made_text t
        JOIN (
            SELECT p.claim, count(*) AS number, min(a.received_at) AS first,
                max(a.received_at) AS last, array_agg(DISTINCT a.outlet_id) AS outlets,
                left(string_agg(DISTINCT a.title, ' '), 5000) AS titles
            FROM made_place p JOIN articles_article a ON a.id = p.article GROUP BY p.claim
        ) g ON g.claim = t.id
        CROSS JOIN LATERAL (SELECT random() + t.id * 0 AS chance) c
        CROSS JOIN LATERAL (SELECT CASE
            WHEN c.chance < 0.06 THEN 'published' WHEN c.chance < 0.07 THEN 'in_review'
            WHEN c.chance < 0.09 THEN 'in_progress' WHEN c.chance < 0.13 THEN 'triaged'
            WHEN c.chance < CASE WHEN t.id > :claims * 0.9 THEN 0.9 ELSE 0.3 END THEN 'new'
            ELSE 'dismissed' END AS status) s
    """,
    "verdicts": """
        INSERT INTO claims_verdict (uid, claim_id, state, rating_id, title, explanation, author_id,
            approved_by_id, correction_note, retraction_note, version, created_at, updated_at,
            published_at)
        SELECT gen_random_uuid(), id, 'published',
            (:ratings::bigint[])[1 + id % array_length(:ratings::bigint[], 1)], '', 'So it was.',
            (:people::bigint[])[1], (:people::bigint[])[2], '', '', 1, created_at, created_at,
            created_at + interval '2 days'
        FROM claims_claim WHERE status = 'published'
    """,
    "matches": """
        INSERT INTO claims_match (uid, claim_id, other_id, state, score, agreeing, differing,
            version, created_at, updated_at)
        SELECT gen_random_uuid(), id, id + 1 + id % 50, 'suggested', 0.5 + 0.5 * random(), '[]',
            '[]', 1, created_at, created_at
        FROM claims_claim WHERE id % 12 = 0 AND id + 51 < :claims
    """,
    "topics": "INSERT INTO claims_topic (name) SELECT unnest(:topics::text[])",
    "known words": """
        INSERT INTO claims_knownword (word)
        SELECT word FROM ts_stat('SELECT words FROM claims_claim') WHERE length(word) <= 100
        UNION SELECT word FROM claims_claimant, unnest(tsvector_to_array(
            to_tsvector('desk_words', name))) AS word
    """,
}


def generate_once(claims: int) -> None:
    """Fill the database of the settings, which has no claim yet."""
    if Claim.objects.exists():
        raise SystemExit("This database has claims, and generating would replace them.")
    generate(claims)


def generate(claims: int) -> None:
    """Empty the tables of the desk, and fill them with `claims` claims."""
    values = sizes(claims)
    with connection.cursor() as cursor, without_indexes(cursor):
        texts_copy(cursor, claims)
        for name, sql in tqdm(STEPS.items(), "rows", disable=None):
            start = time.perf_counter()
            cursor.execute(*bound(sql, values))
            tqdm.write(f"  {name}: {cursor.rowcount} in {time.perf_counter() - start:.0f} s")
        cursor.execute("DROP TABLE made_text, made_word, made_between, made_place")
        for table in ("claims_claim", "claims_claimant", "articles_article", "articles_outlet"):
            cursor.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        # What was written is on disk before anything is timed.
        cursor.execute("CHECKPOINT")


def sizes(claims: int) -> dict[str, Any]:
    return {
        "claims": claims,
        "articles": claims // 5,
        "claimants": max(claims // 20, 1),
        "outlets": max(claims // 500, 20),
        "between": len(BETWEEN),
        "topics": TOPICS,
        "people": [user.pk for user in people()],
        "ratings": list(Rating.objects.filter(scale=rating_scale()).values_list("pk", flat=True)),
        "until": UNTIL,
    }


def people() -> list[User]:
    """The desk's editors, the same in every run."""
    rows = []
    for number in range(PEOPLE):
        user, _created = User.objects.get_or_create(
            username=f"bench-{number}", defaults={"is_staff": True, "date_joined": UNTIL}
        )
        user.groups.add(Group.objects.get(name="admin"))
        rows.append(user)
    return rows


def bound(sql: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """`:name` as psycopg has it. What is a percent sign stays one."""
    sql = sql.replace("%", "%%")
    for name in values:
        sql = sql.replace(f":{name}", f"%({name})s")
    return sql, values


def texts_copy(cursor: Any, claims: int) -> None:
    """The claims' texts, and words and sentences that the rest is made of."""
    cursor.execute(
        "CREATE TEMP TABLE made_text (id int PRIMARY KEY, text text);"
        "CREATE TEMP TABLE made_word (id int, word text);"
        "CREATE TEMP TABLE made_between (id int, between text)"
    )
    texts = tqdm(sentences(claims, seed=8), "texts", total=claims, disable=None)
    copied(cursor, "made_text", ((n, text) for n, (text, _place) in enumerate(texts, 1)))
    places = (place.lower() for _text, place in sentences(400, seed=9))
    copied(cursor, "made_word", enumerate(places, 1))
    copied(cursor, "made_between", enumerate(BETWEEN))
    cursor.execute("ANALYZE made_text")


def copied(cursor: Any, table: str, rows: Iterator[tuple[int, str]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Empty TABLES without their indexes, but for those that keep rows unique, until it ends."""
    cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
        "AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    # Keys are right by construction; to check each would take longer than to write them.
    cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
    try:
        yield
    finally:
        for _name, definition in tqdm(indexes, "indexes", disable=None):
            cursor.execute(definition)
        cursor.execute("RESET session_replication_role; RESET maintenance_work_mem")
