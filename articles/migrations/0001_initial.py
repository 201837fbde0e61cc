import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('domain', models.CharField(blank=True, max_length=253)),
                ('language', models.CharField(blank=True, help_text='ISO 639-1 code, as “en”. Empty: told per article.', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='outlet_name_once'), models.UniqueConstraint(condition=models.Q(('domain', ''), _negated=True), fields=('domain',), name='outlet_domain_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('kind', models.CharField(max_length=60)),
                ('actor_name', models.CharField(max_length=200)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('before', models.JSONField(blank=True, default=dict)),
                ('after', models.JSONField(blank=True, default=dict)),
                ('note', models.TextField(blank=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='articles_ev_subject_7054f1_idx')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(blank=True, max_length=2000)),
                ('normalised_url', models.CharField(blank=True, editable=False, max_length=2000)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('text', models.TextField()),
                ('text_hash', models.CharField(editable=False, max_length=64)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('intake', models.CharField(choices=[('paste', 'Pasted'), ('api', 'API'), ('file', 'File')], max_length=10)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('extracting', 'Extracting'), ('extracted', 'Extracted'), ('failed', 'Failed'), ('set_aside', 'Set aside'), ('unsupported_language', 'Unsupported language')], default='pending', max_length=24)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True)),
                ('wake_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('extracted_at', models.DateTimeField(editable=False, null=True)),
                ('extractor', models.CharField(blank=True, editable=False, max_length=60)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.outlet')),
            ],
            options={
                'ordering': ['-received_at', '-id'],
                'permissions': [('retry_article', 'Can have an article extracted again')],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['wake_at'], name='article_due'), models.Index(condition=models.Q(('state', 'extracting')), fields=['lease_until'], name='article_leased'), models.Index(models.OrderBy(models.F('received_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='article_newest'), models.Index(fields=['intake', '-received_at'], name='article_intake'), models.Index(condition=models.Q(('state__in', ['pending', 'extracting'])), fields=['received_at'], name='article_unfinished'), models.Index(condition=models.Q(('state__in', ['failed', 'set_aside'])), fields=['state'], name='article_troubled'), models.Index(condition=models.Q(('state', 'unsupported_language')), fields=['language'], name='article_unsupported')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('normalised_url', ''), _negated=True), fields=('normalised_url',), name='article_url_once'), models.UniqueConstraint(fields=('outlet', 'text_hash'), name='article_text_once'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'extracting', 'extracted', 'failed', 'set_aside', 'unsupported_language'])), name='article_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'extracting'), _negated=True), models.Q(('lease__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='article_extracting_has_lease')],
            },
        ),
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
    ]
