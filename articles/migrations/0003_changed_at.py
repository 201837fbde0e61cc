"""When a row was last written, set by the database: no writer can forget it.

By the clock and not by the start of the transaction: writers of one row wait for each other, so
that what is written later never bears an earlier time.
"""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_events_in_order'),
    ]

    operations = [
        TrigramExtension(),
        migrations.AddField(
            model_name='article',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='outlet',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('published_at', 'received_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='article_published'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['title'], name='article_title_trigrams', opclasses=['gin_trgm_ops']),
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
