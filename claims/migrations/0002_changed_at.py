"""When claimants and rating scales were last written; an alias or a rating counts as its owner."""

import datetime
import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0001_initial'),
        ('articles', '0003_changed_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='claimant',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='ratingscale',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('made_on', models.Value(datetime.date(1, 1, 1))), descending=True), models.OrderBy(models.F('id'), descending=True), name='claim_made_first'),
        ),
        migrations.AddIndex(
            model_name='claimant',
            index=models.Index(fields=['name', 'id'], name='claimant_by_name'),
        ),
        migrations.AddIndex(
            model_name='claimant',
            index=django.contrib.postgres.indexes.GinIndex(fields=['name'], name='claimant_name_trigrams', opclasses=['gin_trgm_ops']),
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
