"""What the database itself sees to: statistics for the ranking, and rows that know of changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial"), ("articles", "0002_guards")]

    operations = [
        # The ranking reads how frequent each word is from the planner's statistics.
        migrations.RunSQL(
            "ALTER TABLE claims_wording ALTER COLUMN words SET STATISTICS 1000",
            "ALTER TABLE claims_wording ALTER COLUMN words SET STATISTICS -1",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER claims_claimant_changed BEFORE UPDATE ON claims_claimant
                FOR EACH ROW EXECUTE FUNCTION articles_row_changed();
            CREATE TRIGGER claims_ratingscale_changed BEFORE UPDATE ON claims_ratingscale
                FOR EACH ROW EXECUTE FUNCTION articles_row_changed();
            CREATE FUNCTION claims_alias_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE claims_claimant SET changed_at = clock_timestamp()
                    WHERE id IN (OLD.claimant_id, NEW.claimant_id);
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER claims_claimantalias_changed
                AFTER INSERT OR UPDATE OR DELETE ON claims_claimantalias
                FOR EACH ROW EXECUTE FUNCTION claims_alias_changed();
            CREATE FUNCTION claims_rating_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE claims_ratingscale SET changed_at = clock_timestamp()
                    WHERE id IN (OLD.scale_id, NEW.scale_id);
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER claims_rating_changed
                AFTER INSERT OR UPDATE OR DELETE ON claims_rating
                FOR EACH ROW EXECUTE FUNCTION claims_rating_changed();
            """,
            """
            DROP TRIGGER claims_rating_changed ON claims_rating;
            DROP FUNCTION claims_rating_changed();
            DROP TRIGGER claims_claimantalias_changed ON claims_claimantalias;
            DROP FUNCTION claims_alias_changed();
            DROP TRIGGER claims_ratingscale_changed ON claims_ratingscale;
            DROP TRIGGER claims_claimant_changed ON claims_claimant;
            """,
        ),
    ]
