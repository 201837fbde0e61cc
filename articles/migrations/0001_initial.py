"""Events have an order that only grows at its end.

`articles_event_transaction()` is the number of the transaction that calls it, and
`articles_events_settled()` the lowest number of those that still run: what has a lower one is there
for good, or never will be. Both are PostgreSQL's own 64-bit transaction ids plus what the sequence
`articles_event_epoch` holds: 0, unless a backup was restored on another server, which counts anew.
`articles_events_renumber()`, in the next migration, sets it then.

`articles_events_settled()` is STABLE, so that it sees the snapshot of the query that calls it: were
it newer, a transaction could end between the two, and its events be passed over.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
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
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('authors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('revised_at', models.DateTimeField(editable=False, null=True)),
                ('intake', models.CharField(choices=[('paste', 'Pasted'), ('api', 'API'), ('file', 'File'), ('link', 'Link'), ('feed', 'Feed')], max_length=10)),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('extracting', 'Extracting'), ('extracted', 'Extracted'), ('failed', 'Failed'), ('set_aside', 'Set aside'), ('unsupported_language', 'Unsupported language')], default='pending', max_length=24)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True)),
                ('wake_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('extracted_at', models.DateTimeField(editable=False, null=True)),
                ('extractor', models.CharField(blank=True, editable=False, max_length=60)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('copy_of', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='articles.article')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-received_at', '-id'],
                'permissions': [('retry_article', 'Can have an article extracted again')],
                'indexes': [
                    models.Index(condition=models.Q(('state', 'pending')), fields=['wake_at'], name='article_due'),
                    models.Index(condition=models.Q(('state', 'extracting')), fields=['lease_until'], name='article_leased'),
                    models.Index(condition=models.Q(('state', 'unsupported_language')), fields=['language'], name='article_unsupported'),
                    models.Index(models.OrderBy(models.F('received_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='article_newest'),
                    models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('published_at', 'received_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='article_published'),
                    django.contrib.postgres.indexes.GinIndex(fields=['title'], name='article_title_trigrams', opclasses=['gin_trgm_ops']),
                    models.Index(fields=['intake', '-received_at'], name='article_intake'),
                    models.Index(fields=['text_hash'], name='article_text_hash'),
                    django.contrib.postgres.indexes.GinIndex(fields=['bands'], name='article_bands'),
                    models.Index(condition=models.Q(('state__in', ['pending', 'extracting'])), fields=['received_at'], name='article_unfinished'),
                    models.Index(condition=models.Q(('state__in', ['failed', 'set_aside'])), fields=['state'], name='article_troubled'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('normalised_url', ''), _negated=True), fields=('normalised_url',), name='article_url_once'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'extracting', 'extracted', 'failed', 'set_aside', 'unsupported_language'])), name='article_state_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'extracting'), _negated=True), models.Q(('lease__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='article_extracting_has_lease'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=260, unique=True)),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('delay', models.FloatField(default=0)),
                ('robots', models.TextField(blank=True)),
                ('robots_until', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ArticleRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=500)),
                ('text', models.TextField()),
                ('text_hash', models.CharField(editable=False, max_length=64)),
                ('shown_from', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='articles.article')),
            ],
            options={
                'ordering': ['-id'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(max_length=2000, unique=True, verbose_name='URL')),
                ('active', models.BooleanField(default=True, help_text='While this is on, it is asked again and again.')),
                ('kind', models.CharField(blank=True, choices=[('rss', 'RSS'), ('atom', 'Atom'), ('json', 'JSON Feed'), ('sitemap', 'Sitemap')], editable=False, max_length=10)),
                ('etag', models.CharField(blank=True, editable=False, max_length=200)),
                ('last_modified', models.CharField(blank=True, editable=False, max_length=200)),
                ('polled_at', models.DateTimeField(editable=False, null=True, verbose_name='last asked')),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='asked next')),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('losses', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failed in a row')),
                ('code', models.CharField(blank=True, editable=False, max_length=60)),
                ('message', models.CharField(blank=True, editable=False, max_length=500, verbose_name='went wrong')),
                ('named', models.PositiveIntegerField(default=0, editable=False)),
                ('fresh', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='articles.host')),
            ],
            options={
                'ordering': ['outlet', 'id'],
                'default_permissions': ('add', 'change', 'view'),
                'indexes': [
                    models.Index(condition=models.Q(('active', True)), fields=['next_at'], name='feed_due'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['', 'rss', 'atom', 'json', 'sitemap'])), name='feed_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('path', models.TextField(editable=False)),
                ('uploaded', models.BooleanField(default=True, editable=False)),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('size', models.BigIntegerField(editable=False)),
                ('options', models.JSONField(default=dict, editable=False)),
                ('header', models.JSONField(default=list, editable=False)),
                ('submitted_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('draft', 'Not started'), ('queued', 'Queued'), ('running', 'Running'), ('paused', 'Paused'), ('finished', 'Finished'), ('cancelled', 'Cancelled'), ('failed', 'Failed')], default='draft', max_length=10)),
                ('reading_place', models.JSONField(default=dict, editable=False)),
                ('position', models.BigIntegerField(default=0, editable=False)),
                ('rows_read', models.BigIntegerField(default=0)),
                ('created', models.BigIntegerField(default=0)),
                ('known', models.BigIntegerField(default=0)),
                ('failed', models.BigIntegerField(default=0)),
                ('worked', models.FloatField(default=0, editable=False)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('error', models.TextField(blank=True)),
                ('started_at', models.DateTimeField(editable=False, null=True)),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('mail_due_at', models.DateTimeField(editable=False, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('mail_wanted', models.BooleanField(default=True, editable=False)),
                ('submitted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [
                    models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['id'], name='import_going'),
                    models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='import_to_mail'),
                    models.Index(fields=['sha256'], name='import_same_file'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('rows_read', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('created'), '+', models.F('known')), '+', models.F('failed')))), name='import_every_row_counts'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'queued', 'running', 'paused', 'finished', 'cancelled', 'failed'])), name='import_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('options', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='import_profile_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('name', models.TextField(blank=True)),
                ('errors', models.JSONField()),
                ('content', models.BinaryField()),
                ('cut', models.BooleanField(default=False)),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='failures', to='articles.import')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('of', 'number'), name='import_row_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caller', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField()),
                ('body', models.BinaryField()),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('caller', 'key'), name='kept_answer_once')],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(max_length=2000, verbose_name='URL')),
                ('normalised_url', models.CharField(editable=False, max_length=2000, unique=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('fetching', 'Being fetched'), ('stored', 'Stored'), ('known', 'Known before'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('etag', models.CharField(blank=True, editable=False, max_length=200)),
                ('last_modified', models.CharField(blank=True, editable=False, max_length=200)),
                ('submitted_at', models.DateTimeField(auto_now_add=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='articles.article')),
                ('feed', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='articles.feed')),
                ('host', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='articles.host')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'default_permissions': ('view',),
                'indexes': [
                    models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at', 'id'], name='link_due'),
                    models.Index(fields=['state', '-id'], name='link_state_newest'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'fetching', 'stored', 'known', 'failed'])), name='link_state_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['queued', 'fetching']), _negated=True), ('next_at__isnull', False), _connector='OR'), name='link_waiting_has_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['stored', 'known']), _negated=True), ('article__isnull', False), _connector='OR'), name='link_done_has_article'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('domain', models.CharField(blank=True, max_length=253)),
                ('language', models.CharField(blank=True, help_text='ISO 639-1 code, as “en”. Empty: told per article.', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='outlet_name_once'), models.UniqueConstraint(condition=models.Q(('domain', ''), _negated=True), fields=('domain',), name='outlet_domain_once')],
            },
        ),
        migrations.AddField(
            model_name='feed',
            name='outlet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='articles.outlet'),
        ),
        migrations.AddField(
            model_name='article',
            name='outlet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.outlet'),
        ),
        migrations.CreateModel(
            name='ImportedArticle',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='imported', serialize=False, to='articles.article')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='articles', to='articles.import')),
            ],
            options={
                'default_permissions': (),
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
                ('transaction', models.BigIntegerField(db_default=models.Func(function='articles_event_transaction', output_field=models.BigIntegerField()), editable=False)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-id'], name='articles_ev_subject_7054f1_idx'), models.Index(fields=['transaction', 'id'], name='event_in_order'), models.Index(condition=models.Q(('kind__in', ('verdict.published', 'verdict.corrected', 'verdict.retracted', 'verdict.expired'))), fields=['transaction', 'id'], name='event_public_in_order'), models.Index(condition=models.Q(('kind__in', ('verdict.published', 'verdict.corrected', 'verdict.retracted', 'verdict.expired', 'verdict.confirmed')), ('subject_type__in', ('articles.outlet', 'claims.claimant', 'claims.rating', 'claims.ratingscale')), _connector='OR'), fields=['-id'], name='event_seen_outside')],
            },
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(fields=('outlet', 'text_hash'), name='article_text_once'),
        ),
    ]
