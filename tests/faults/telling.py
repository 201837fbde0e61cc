"""What a desk holds, told without ids, so that two desks can be compared."""

from collections import Counter
from collections.abc import Mapping

from tests.faults.desk import Desk

CLAIM = "c.text, coalesce(s.name, '')"
WITH_CLAIMANT = "claims_claim c LEFT JOIN claims_claimant s ON s.id = c.claimant_id"
QUERIES = {
    "imports": """
        SELECT name, state, rows_read, created, known, failed, lease FROM articles_import
    """,
    "failed rows": """
        SELECT i.name, r.number, r.errors::text, r.content, r.cut
        FROM articles_importrow r JOIN articles_import i ON i.id = r.of_id
    """,
    "articles": """
        SELECT a.url, a.title, a.text, o.name, i.name, a.state, a.language, a.published_at,
            a.last_error = '' AS untroubled, a.lease, a.lease_until
        FROM articles_article a JOIN articles_outlet o ON o.id = a.outlet_id
        LEFT JOIN articles_importedarticle m ON m.article_id = a.id
        LEFT JOIN articles_import i ON i.id = m.by_id
    """,
    # Of near-copies the original is the one that was read first.
    "copies": """
        SELECT array_agg(url ORDER BY url) FROM articles_article
        GROUP BY coalesce(copy_of_id, id) HAVING count(*) > 1
    """,
    "attributions": """
        SELECT a.url, t.kind, t.source_start, t.source_end, t.cue_start, t.cue_end, t.start,
            t."end", t.content::text, s.name
        FROM claims_attribution t JOIN articles_article a ON a.id = t.article_id
        LEFT JOIN claims_claimant s ON s.id = t.claimant_id
    """,
    "appearances": f"""
        SELECT a.url, p.start, p."end", p.text, {CLAIM}, t.start, t."end",
            p.check_worthiness, p.reasons::text
        FROM claims_appearance p JOIN articles_article a ON a.id = p.article_id
        JOIN {WITH_CLAIMANT} ON c.id = p.claim_id
        LEFT JOIN claims_attribution t ON t.id = p.attribution_id
    """,
    "claims": f"""
        SELECT {CLAIM}, c.made_on, c.language, c.status, c.check_worthiness, c.place_count,
            c.last_made_at, c.titles, c.version, c.matched_at IS NOT NULL,
            ARRAY(SELECT name FROM articles_outlet WHERE id = ANY(c.outlets) ORDER BY name)
        FROM {WITH_CLAIMANT}
    """,
    "wordings": f"""
        SELECT {CLAIM}, w.kind, w.text, w.key, w.vector IS NOT NULL
        FROM claims_wording w JOIN {WITH_CLAIMANT} ON c.id = w.claim_id
    """,
    "claimants": "SELECT name, kind FROM claims_claimant",
    "known words": "SELECT word FROM claims_knownword",
    "events": """
        SELECT e.kind, e.actor_name, coalesce(a.url, i.name, ''), e.before::text,
            (e.after - 'original' - 'outlet' - 'claims')::text, e.note
        FROM articles_event e
        LEFT JOIN articles_article a
            ON a.id = e.subject_id AND e.subject_type = 'articles.article'
        LEFT JOIN articles_import i ON i.id = e.subject_id AND e.subject_type = 'articles.import'
        WHERE e.kind NOT LIKE 'claim.%' AND e.kind <> 'article.copy_found'
    """,
    # Of two articles with the same claim either may be read first: it is found in that one.
    "events of claims": f"""
        SELECT {CLAIM}, a.url, e.actor_name
        FROM articles_event e JOIN {WITH_CLAIMANT} ON c.id = e.subject_id
        LEFT JOIN articles_article a ON a.uid::text = e.after->>'article'
        WHERE e.kind IN ('claim.found', 'claim.appeared')
    """,
    "other events of claims": f"""
        SELECT {CLAIM}, e.kind FROM articles_event e JOIN {WITH_CLAIMANT} ON c.id = e.subject_id
        WHERE e.kind LIKE 'claim.%' AND e.kind NOT IN ('claim.found', 'claim.appeared')
    """,
    "copies found": """
        SELECT count(*) FROM articles_event WHERE kind = 'article.copy_found'
    """,
}
#: What must not be: its name, and what there is of it.
UNDONE = {
    "articles in work": "articles_article WHERE state <> 'extracted' OR lease IS NOT NULL",
    "imports in work": "articles_import WHERE state <> 'finished' OR lease IS NOT NULL",
    "claims not compared": "claims_claim WHERE matched_at IS NULL",
    "wordings without meaning": "claims_wording WHERE vector IS NULL",
}
DOUBLED = {
    "articles extracted twice": """
        (SELECT subject_id FROM articles_event WHERE kind = 'article.extracted'
        GROUP BY 1 HAVING count(*) > 1) AS twice""",
    "claims found twice": """
        (SELECT subject_id FROM articles_event WHERE kind = 'claim.found'
        GROUP BY 1 HAVING count(*) > 1) AS twice""",
    "claims without their Event": """
        claims_claim c WHERE NOT EXISTS (SELECT FROM articles_event e WHERE kind = 'claim.found'
        AND e.subject_type = 'claims.claim' AND e.subject_id = c.id)""",
    "claims without a place": """
        claims_claim c WHERE NOT EXISTS (SELECT FROM claims_appearance p WHERE p.claim_id = c.id)
        """,
    "pairs suggested twice": """
        (SELECT least(claim_id, other_id), greatest(claim_id, other_id) FROM claims_match
        GROUP BY 1, 2 HAVING count(*) > 1) AS twice""",
}
#: Of each kind of difference so many are shown.
MOST_SHOWN = 5


def told(desk: Desk) -> dict[str, Counter]:
    """Rows of each kind, and how often each is there."""
    return {name: Counter(map(repr, desk.asked(query))) for name, query in QUERIES.items()}


def differences(these: Mapping[str, Counter], those: Mapping[str, Counter]) -> dict[str, dict]:
    """What one has and the other has not, by kind; empty where they hold the same."""
    found = {}
    for name in QUERIES:
        more, less = these[name] - those[name], those[name] - these[name]
        if more or less:
            found[name] = {
                "more": (more.total(), list(more)[:MOST_SHOWN]),
                "less": (less.total(), list(less)[:MOST_SHOWN]),
            }
    return found


def there(desk: Desk, wanted: Mapping[str, str]) -> dict[str, int]:
    """Of what must not be there, how much is."""
    return {name: number for name, rows in wanted.items() if (number := desk.number(rows))}
