"""What the database itself sees to: nobody changes an Event, and rows know when they were written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION articles_event_is_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'events are append-only: % is not allowed', TG_OP;
            END
            $$ LANGUAGE plpgsql;
            CREATE TRIGGER articles_event_append_only
                BEFORE UPDATE OR DELETE ON articles_event
                FOR EACH ROW EXECUTE FUNCTION articles_event_is_append_only();
            """,
            """
            DROP TRIGGER articles_event_append_only ON articles_event;
            DROP FUNCTION articles_event_is_append_only();
            """,
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
            "DROP FUNCTION articles_events_renumber()",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION articles_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.changed_at = clock_timestamp();
                RETURN NEW;
            END
            $$;
            CREATE TRIGGER articles_article_changed BEFORE UPDATE ON articles_article
                FOR EACH ROW EXECUTE FUNCTION articles_row_changed();
            CREATE TRIGGER articles_outlet_changed BEFORE UPDATE ON articles_outlet
                FOR EACH ROW EXECUTE FUNCTION articles_row_changed();
            """,
            """
            DROP TRIGGER articles_outlet_changed ON articles_outlet;
            DROP TRIGGER articles_article_changed ON articles_article;
            DROP FUNCTION articles_row_changed();
            """,
        ),
    ]
