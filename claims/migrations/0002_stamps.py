"""What tells whether something that an answer shows was written since it was made.

A row's `ctid` and `xmin` are others after every write, and readers see both from the moment that
the write is committed: no trigger and no signal is needed, and none can be forgotten. In PL/pgSQL,
which plans a query once per connection.
"""

from django.db import migrations

CLAIM = """
    CREATE FUNCTION claims_claim_stamp(sought bigint) RETURNS text AS $$
    BEGIN
        RETURN (
            SELECT md5(concat_ws(' ', claim.ctid, claim.xmin, claimant.ctid, claimant.xmin,
                assignee.ctid, assignee.xmin, answers.rows))
            FROM claims_claim claim
            LEFT JOIN claims_claimant claimant ON claimant.id = claim.claimant_id
            LEFT JOIN auth_user assignee ON assignee.id = claim.assignee_id
            CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(' ', verdict.ctid, verdict.xmin, rating.ctid,
                    rating.xmin), ',' ORDER BY verdict.id) AS rows
                FROM claims_verdict verdict
                LEFT JOIN claims_rating rating ON rating.id = verdict.rating_id
                WHERE verdict.claim_id = coalesce(claim.merged_into_id, claim.id)
                    AND verdict.state IN ('published', 'retracted', 'expired')
            ) answers
            WHERE claim.id = sought
        );
    END
    $$ LANGUAGE plpgsql STABLE;
"""

VERDICT = """
    CREATE FUNCTION claims_verdict_stamp(sought bigint) RETURNS text AS $$
    BEGIN
        RETURN (
            SELECT md5(concat_ws(' ', verdict.ctid, verdict.xmin, claim.ctid, claim.xmin,
                claimant.ctid, claimant.xmin, scale.rows, sources.rows, places.rows))
            FROM claims_verdict verdict
            JOIN claims_claim claim ON claim.id = verdict.claim_id
            LEFT JOIN claims_claimant claimant ON claimant.id = claim.claimant_id
            CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(' ', step.ctid, step.xmin), ',' ORDER BY step.id) AS rows
                FROM claims_rating rating JOIN claims_rating step ON step.scale_id = rating.scale_id
                WHERE rating.id = verdict.rating_id
            ) scale
            CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(' ', evidence.ctid, evidence.xmin), ','
                    ORDER BY evidence.id) AS rows
                FROM claims_evidence evidence WHERE evidence.verdict_id = verdict.id
            ) sources
            CROSS JOIN LATERAL (
                SELECT string_agg(concat_ws(' ', place.ctid, place.xmin, article.ctid, article.xmin,
                    outlet.ctid, outlet.xmin), ',' ORDER BY place.id) AS rows
                FROM claims_appearance place
                JOIN articles_article article ON article.id = place.article_id
                JOIN articles_outlet outlet ON outlet.id = article.outlet_id
                WHERE place.claim_id = claim.id
            ) places
            WHERE verdict.id = sought
        );
    END
    $$ LANGUAGE plpgsql STABLE;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]

    operations = [
        migrations.RunSQL(CLAIM, "DROP FUNCTION claims_claim_stamp(bigint)"),
        migrations.RunSQL(VERDICT, "DROP FUNCTION claims_verdict_stamp(bigint)"),
    ]
