"""Events in an order that only grows at its end.

`articles_event_transaction()` is the number of the transaction that calls it, and
`articles_events_settled()` the lowest number of those that still run: what has a lower one is there
for good, or never will be. Both are PostgreSQL's own 64-bit transaction ids plus what the sequence
`articles_event_epoch` holds: 0, unless a backup was restored on another server, which counts anew.
`articles_events_renumber()` sets it then.

`articles_events_settled()` is STABLE, so that it sees the snapshot of the query that calls it: were
it newer, a transaction could end between the two, and its events be passed over.
"""

from django.db import migrations, models
from django.db.models import Func, Q


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE SEQUENCE articles_event_epoch MINVALUE 0 START 0;
            CREATE FUNCTION articles_event_transaction() RETURNS bigint LANGUAGE sql STABLE AS $$
                SELECT pg_current_xact_id()::text::bigint + last_value FROM articles_event_epoch
            $$;
            CREATE FUNCTION articles_events_settled() RETURNS bigint LANGUAGE sql STABLE AS $$
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + last_value
                FROM articles_event_epoch
            $$;
            """,
            """
            DROP FUNCTION articles_events_settled();
            DROP FUNCTION articles_event_transaction();
            DROP SEQUENCE articles_event_epoch;
            """,
        ),
        migrations.AddField(
            model_name="event",
            name="transaction",
            field=models.BigIntegerField(
                db_default=Func(
                    function="articles_event_transaction", output_field=models.BigIntegerField()
                ),
                editable=False,
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["transaction", "id"], name="event_in_order"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["transaction", "id"],
                condition=Q(
                    kind__in=(
                        "verdict.published",
                        "verdict.corrected",
                        "verdict.retracted",
                        "verdict.expired",
                    )
                ),
                name="event_public_in_order",
            ),
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION articles_events_renumber() RETURNS void LANGUAGE sql AS $$
                SELECT setval('articles_event_epoch', last_value + behind)
                FROM articles_event_epoch, (
                    SELECT max(transaction) - articles_event_transaction() AS behind
                    FROM articles_event
                ) AS events
                WHERE behind > 0
            $$;
            """,
            "DROP FUNCTION articles_events_renumber();",
        ),
    ]
