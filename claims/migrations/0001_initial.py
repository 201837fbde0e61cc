import datetime
import django.contrib.auth.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.math
import django.db.models.functions.text
import django.utils.timezone
import pgvector.django.halfvec
import pgvector.django.indexes
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models
from pgvector.django import VectorExtension


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('articles', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('sessions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        VectorExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        # The words of a search are those that stand there, without their accents.
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH CONFIGURATION desk_words (COPY = simple);
            ALTER TEXT SEARCH CONFIGURATION desk_words
                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
            """,
            "DROP TEXT SEARCH CONFIGURATION desk_words",
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='KeyboardSetting',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='keyboard', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('single_keys', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='reading', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('up_to', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='KeyHolder',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('auth.user',),
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Claimant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation')], default='person', max_length=12)),
                ('role', models.CharField(blank=True, help_text='As “Mayor of Harlow Bay”.', max_length=200)),
                ('wikidata_id', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^Q[1-9]\\d*$', 'A Wikidata ID is Q and a number.')], verbose_name='Wikidata ID')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='claims.claimant')),
            ],
            options={
                'ordering': ['name'],
                'permissions': [('merge_claimant', 'Can merge two claimants and take that back')],
                'indexes': [
                    models.Index(fields=['name', 'id'], name='claimant_by_name'),
                    django.contrib.postgres.indexes.GinIndex(fields=['name'], name='claimant_name_trigrams', opclasses=['gin_trgm_ops']),
                    django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='desk_words'), name='claimant_words'),
                    django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), name='claimant_name_like'),
                    django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('role'), 'gin_trgm_ops'), name='claimant_role_like'),
                ],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('merged_into', None)), name='claimant_name_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'organisation'])), name='claimant_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(editable=False, max_length=120, unique=True)),
                ('text', models.TextField()),
                ('made_on', models.DateField(blank=True, null=True)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('check_worthiness', models.FloatField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('flagged', models.BooleanField(default=False)),
                ('place_count', models.PositiveIntegerField(default=0, editable=False)),
                ('last_made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last made')),
                ('outlets', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('titles', models.TextField(default='', editable=False)),
                ('priority', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.math.Ln(django.db.models.expressions.CombinedExpression(django.db.models.functions.comparison.Greatest(django.db.models.functions.comparison.Least(models.F('check_worthiness'), models.Value(0.98)), models.Value(0.02)), '/', django.db.models.expressions.CombinedExpression(models.Value(1.0), '-', django.db.models.functions.comparison.Greatest(django.db.models.functions.comparison.Least(models.F('check_worthiness'), models.Value(0.98)), models.Value(0.02))))), '+', django.db.models.functions.math.Ln(django.db.models.functions.comparison.Least(django.db.models.functions.comparison.Greatest(models.F('place_count'), models.Value(1)), models.Value(1000)))), '+', models.Case(models.When(flagged=True, then=models.Value(5.0)), default=models.Value(0.0), output_field=models.FloatField())), '+', models.Func(models.F('last_made_at'), output_field=models.FloatField(), template="EXTRACT(EPOCH FROM %(expressions)s AT TIME ZONE 'UTC')::float8 / 604800")), output_field=models.FloatField())),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('text', 'titles', config='desk_words'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('news_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('status', models.CharField(choices=[('new', 'New'), ('triaged', 'To be checked'), ('in_progress', 'In progress'), ('in_review', 'In review'), ('published', 'Published'), ('dismissed', 'Dismissed'), ('merged', 'Merged')], default='new', max_length=12)),
                ('assigned_at', models.DateTimeField(editable=False, null=True)),
                ('dismissal', models.CharField(blank=True, help_text='Why it is not checked.', max_length=500)),
                ('edited', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('matched_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_claims', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='claims.claim')),
                ('claimant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='claims.claimant')),
            ],
            options={
                'ordering': ['-priority', '-id'],
                'permissions': [('triage_claim', 'Can mark a claim as to be checked'), ('assign_claim', 'Can give a claim to someone'), ('dismiss_claim', 'Can dismiss and reopen a claim'), ('merge_claim', 'Can merge two claims'), ('flag_claim', 'Can flag a claim to be looked at first')],
                'indexes': [
                    models.Index(models.OrderBy(models.F('check_worthiness'), descending=True), models.OrderBy(models.F('id'), descending=True), name='claim_best_first'),
                    models.Index(models.F('status'), models.OrderBy(models.F('check_worthiness'), descending=True), models.OrderBy(models.F('id'), descending=True), name='claim_status_best'),
                    models.Index(fields=['-priority', '-id'], include=('status', 'last_made_at', 'check_worthiness'), name='claim_in_order'),
                    models.Index(condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review'])), fields=['-priority', '-id'], include=('last_made_at', 'check_worthiness', 'language'), name='claim_open_in_order'),
                    models.Index(models.F('assignee'), models.OrderBy(models.F('priority'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review'])), name='claim_assignee_first'),
                    models.Index(models.F('status'), models.OrderBy(models.F('priority'), descending=True), models.OrderBy(models.F('id'), descending=True), name='claim_status_first'),
                    models.Index(fields=['claimant', '-priority', '-id'], include=('status',), name='claim_claimant_in_order'),
                    models.Index(fields=['language', '-priority', '-id'], include=('status',), name='claim_language_in_order'),
                    models.Index(fields=['-created_at', '-id'], name='claim_newest'),
                    models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('made_on', models.Value(datetime.date(1, 1, 1))), descending=True), models.OrderBy(models.F('id'), descending=True), name='claim_made_first'),
                    models.Index(fields=['-last_made_at'], name='claim_last_made'),
                    models.Index(fields=['-news_at'], name='claim_news'),
                    models.Index(condition=models.Q(('flagged', True)), fields=['-priority', '-id'], include=['status'], name='claim_flagged'),
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='claim_words'),
                    django.contrib.postgres.indexes.GinIndex(fields=['outlets', 'topics', 'status'], name='claim_filtered'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review'])), fastupdate=False, fields=['words'], name='claim_open_words'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review'])), fields=['outlets', 'topics'], name='claim_open_filtered'),
                    models.Index(condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review'])), fields=['claimant'], name='claim_open_claimant'),
                    models.Index(models.OrderBy(models.F('check_worthiness'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('assignee', None), ('status__in', ['new', 'triaged'])), name='claim_for_anyone'),
                    models.Index(condition=models.Q(('assigned_at__isnull', False), ('status__in', ['new', 'triaged', 'in_progress'])), fields=['assigned_at'], name='claim_assigned_since'),
                    models.Index(condition=models.Q(('matched_at', None), models.Q(('status', 'merged'), _negated=True)), fields=['id'], name='claim_unmatched'),
                    django.contrib.postgres.indexes.GinIndex(fields=['text'], name='claim_text_trigrams', opclasses=['gin_trgm_ops']),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('status__in', ['new', 'triaged', 'in_progress', 'in_review', 'published', 'dismissed', 'merged'])), name='claim_status_known'),
                    models.CheckConstraint(condition=models.Q(('check_worthiness__gte', 0), ('check_worthiness__lte', 1)), name='claim_check_worthiness_is_share'),
                    models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='claim_merged_has_target'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'dismissed'), _negated=True), models.Q(('dismissal', ''), _negated=True), _connector='OR'), name='claim_dismissed_has_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Attribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('direct', 'Direct'), ('indirect', 'Indirect'), ('mixed', 'Mixed')], max_length=8)),
                ('source_start', models.PositiveIntegerField(null=True)),
                ('source_end', models.PositiveIntegerField(null=True)),
                ('cue_start', models.PositiveIntegerField(null=True)),
                ('cue_end', models.PositiveIntegerField(null=True)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributions', to='articles.article')),
                ('revision', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articlerevision')),
                ('claimant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attributions', to='claims.claimant')),
            ],
            options={
                'ordering': ['start'],
                'constraints': [
                    models.UniqueConstraint(fields=('article', 'revision', 'start', 'end'), name='attribution_content_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='attribution_not_empty'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['direct', 'indirect', 'mixed'])), name='attribution_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ClaimantAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('claimant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='claims.claimant')),
            ],
            options={
                'verbose_name_plural': 'aliases',
                'ordering': ['name'],
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='desk_words'), name='claimant_alias_words'),
                    django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), name='claimant_alias_like'),
                ],
                'constraints': [
                    models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='claimant_alias_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ClaimantMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('moved', models.JSONField()),
                ('had', models.JSONField()),
                ('filled', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('alias', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='claims.claimantalias')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_away', to='claims.claimant')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_here', to='claims.claimant')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='claimant_merged_once'),
                    models.CheckConstraint(condition=models.Q(('gone', models.F('into')), _negated=True), name='claimant_merge_of_two'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ExternalVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(max_length=2000, verbose_name='URL')),
                ('claim_key', models.CharField(editable=False, max_length=32)),
                ('publisher', models.CharField(max_length=200)),
                ('site', models.CharField(max_length=253)),
                ('claim_reviewed', models.TextField()),
                ('title', models.CharField(blank=True, max_length=500)),
                ('claimant', models.CharField(blank=True, max_length=200)),
                ('claimed_on', models.DateField(blank=True, null=True)),
                ('reviewed_on', models.DateField(blank=True, null=True)),
                ('rating', models.CharField(max_length=200)),
                ('rating_value', models.FloatField(blank=True, null=True)),
                ('worst_rating', models.FloatField(blank=True, null=True)),
                ('best_rating', models.FloatField(blank=True, null=True)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('data', models.JSONField(editable=False)),
                ('matched_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'verdict elsewhere',
                'verbose_name_plural': 'verdicts elsewhere',
                'ordering': [models.OrderBy(models.F('reviewed_on'), descending=True, nulls_last=True), '-id'],
                'indexes': [models.Index(condition=models.Q(('matched_at', None)), fields=['id'], name='external_unmatched'), models.Index(models.OrderBy(models.F('reviewed_on'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='external_newest'), models.Index(fields=['site'], name='external_site'), django.contrib.postgres.indexes.GinIndex(fields=['claim_reviewed'], name='external_claim_trigrams', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('claim_reviewed', 'title', 'claimant', config='desk_words'), name='external_words')],
                'constraints': [models.UniqueConstraint(fields=('url', 'claim_key'), name='external_verdict_once')],
            },
        ),
        migrations.CreateModel(
            name='ExternalMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('suggested', 'Suggested'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('score', models.FloatField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('agreeing', models.JSONField(default=list)),
                ('differing', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_matches', to='claims.claim')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('external', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='claims.externalverdict')),
            ],
            options={
                'verbose_name': 'match elsewhere',
                'verbose_name_plural': 'matches elsewhere',
                'constraints': [
                    models.UniqueConstraint(fields=('claim', 'external'), name='external_match_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'suggested')), models.Q(models.Q(('state', 'suggested'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='external_match_decided_by_someone'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['suggested', 'confirmed', 'rejected'])), name='external_match_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='KnownWord',
            fields=[
                ('word', models.CharField(db_collation='C', max_length=100, primary_key=True, serialize=False)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['word'], name='known_word_like', opclasses=['gin_trgm_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('suggested', 'Suggested'), ('confirmed', 'Confirmed'), ('rejected', 'Rejected')], default='suggested', max_length=10)),
                ('score', models.FloatField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('agreeing', models.JSONField(default=list)),
                ('differing', models.JSONField(default=list)),
                ('decided_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='claims.claim')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matched_by', to='claims.claim')),
            ],
            options={
                'verbose_name_plural': 'matches',
                'indexes': [
                    models.Index(fields=['state', '-score'], name='match_best_first'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('claim', 'other'), name='match_pair_once'),
                    models.CheckConstraint(condition=models.Q(('claim__lt', models.F('other'))), name='match_older_first'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'suggested')), models.Q(models.Q(('state', 'suggested'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='match_decided_by_someone'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['suggested', 'confirmed', 'rejected'])), name='match_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MatchingSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('suggest_from', models.FloatField(default=0.3, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)])),
                ('joins_alone', models.BooleanField(default=True, help_text='Else it is suggested, like any other likely match.', verbose_name='the same sentence joins by itself')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name_plural': 'matching settings',
                'permissions': [('tune_matching', 'Can change the thresholds of matching')],
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='matching_settings_once'), models.CheckConstraint(condition=models.Q(('suggest_from__gte', 0), ('suggest_from__lte', 1)), name='matching_settings_is_share')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claim_notes', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='claims.claim')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NotificationChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'Assigned to me'), ('mentioned', 'Mentioned in a note'), ('approved', 'My verdict was approved'), ('returned', 'My verdict was returned'), ('webhook', 'A webhook was switched off'), ('vanished', 'A passage of my claim vanished from its article')], max_length=10)),
                ('on_home', models.BooleanField(default=True)),
                ('by_mail', models.BooleanField(default=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notification_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'kind'), name='notification_choice_once'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['assigned', 'mentioned', 'approved', 'returned', 'webhook', 'vanished'])), name='notification_choice_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='present', to='claims.claim')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('claim', 'user'), name='presence_one_each'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RatingScale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True)),
                ('slug', models.SlugField(unique=True)),
                ('description', models.TextField(blank=True)),
                ('default', models.BooleanField(default=False, help_text='The scale that new verdicts use.')),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('default', True)), fields=('default',), name='rating_scale_one_default')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('slug', models.SlugField()),
                ('value', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('description', models.TextField(blank=True, help_text='What it means, shown to editors.')),
                ('colour', models.CharField(choices=[('red', 'Red'), ('orange', 'Orange'), ('yellow', 'Yellow'), ('lime', 'Lime'), ('green', 'Green'), ('grey', 'Grey')], default='grey', max_length=8)),
                ('scale', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='claims.ratingscale')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('value'), nulls_last=True), 'id'],
                'constraints': [
                    models.UniqueConstraint(fields=('scale', 'slug'), name='rating_slug_once'),
                    models.UniqueConstraint(fields=('scale', 'value'), name='rating_value_once'),
                    models.CheckConstraint(condition=models.Q(('value', None), ('value__gte', 1), _connector='OR'), name='rating_from_1'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_marks', to='claims.claim')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('at', None)), fields=['user'], name='read_mark_unread'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'claim'), name='read_mark_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReviewSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('url', models.URLField(max_length=2000, unique=True, verbose_name='URL')),
                ('publishers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list, size=None)),
                ('active', models.BooleanField(default=True, help_text='While this is on, it is asked again and again.')),
                ('etag', models.CharField(blank=True, editable=False, max_length=200)),
                ('last_modified', models.CharField(blank=True, editable=False, max_length=200)),
                ('polled_at', models.DateTimeField(editable=False, null=True, verbose_name='last asked')),
                ('next_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='asked next')),
                ('lease', models.UUIDField(editable=False, null=True)),
                ('losses', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failed in a row')),
                ('code', models.CharField(blank=True, editable=False, max_length=60)),
                ('message', models.CharField(blank=True, editable=False, max_length=500, verbose_name='went wrong')),
                ('counts', models.JSONField(default=dict, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('added_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='review_sources', to='articles.host')),
            ],
            options={
                'verbose_name': 'source of verdicts',
                'verbose_name_plural': 'sources of verdicts',
                'ordering': ['name'],
                'default_permissions': ('add', 'change', 'view'),
                'indexes': [
                    models.Index(condition=models.Q(('active', True)), fields=['next_at'], name='review_source_due'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('shared', models.BooleanField(default=False, verbose_name='shared with the desk')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [
                    models.UniqueConstraint(fields=('owner', 'name'), name='saved_filter_name_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(max_length=100)),
                ('address', models.GenericIPAddressField(null=True)),
                ('began_at', models.DateTimeField(auto_now_add=True)),
                ('seen_at', models.DateTimeField()),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in', to='sessions.session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-seen_at'],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('corrected', 'Corrected'), ('retracted', 'Retracted'), ('expired', 'Expired')], default='draft', max_length=10)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('explanation', models.TextField(blank=True)),
                ('correction_note', models.TextField(blank=True)),
                ('retraction_note', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approved_verdicts', to=settings.AUTH_USER_MODEL)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='claims.claim')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='claims.verdict')),
                ('rating', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='claims.rating')),
            ],
            options={
                'ordering': ['-id'],
                'permissions': [('draft_verdict', 'Can take a claim and write its verdict'), ('submit_verdict', 'Can submit a verdict for review'), ('approve_verdict', 'Can approve or return a verdict'), ('publish_verdict', 'Can publish a verdict'), ('correct_verdict', 'Can correct a published verdict'), ('retract_verdict', 'Can retract a published verdict')],
                'indexes': [
                    models.Index(fields=['state', '-published_at', '-id'], name='verdict_newest'),
                    models.Index(condition=models.Q(('state', 'in_review')), fields=['submitted_at'], name='verdict_in_review'),
                    models.Index(condition=models.Q(('expires_on__isnull', False), ('state', 'published')), fields=['expires_on'], name='verdict_runs_out'),
                    models.Index(condition=models.Q(('review_on__isnull', False), ('state', 'published')), fields=['review_on'], name='verdict_review_due'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'published', 'corrected', 'retracted', 'expired'])), name='verdict_state_known'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'in_review'])), fields=('claim',), name='verdict_one_open'),
                    models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('claim',), name='verdict_one_published'),
                    models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('rating__isnull', False), models.Q(('explanation', ''), _negated=True)), _connector='OR'), name='verdict_past_draft_is_whole'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review']), models.Q(('approved_by__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='verdict_published_was_approved'),
                ],
            },
        ),
        migrations.CreateModel(
            name='KeptDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('typed', models.JSONField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('kept_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept', to='claims.verdict')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('verdict', 'user'), name='kept_draft_one_each'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('url', models.URLField(max_length=2000, verbose_name='URL')),
                ('normalised_url', models.CharField(blank=True, editable=False, max_length=2000)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('quotation', models.TextField(blank=True, help_text='The words that count, as they stand there.')),
                ('stance', models.CharField(choices=[('supports', 'Supports the claim'), ('refutes', 'Refutes the claim'), ('context', 'Gives context')], max_length=8)),
                ('archived_url', models.URLField(blank=True, max_length=2000, verbose_name='archived copy')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('link_state', models.CharField(choices=[('unchecked', 'Not checked yet'), ('alive', 'Answers'), ('dead', 'Gone'), ('unreachable', 'Does not answer'), ('refused', 'Not asked')], default='unchecked', editable=False, max_length=12)),
                ('link_note', models.CharField(blank=True, editable=False, max_length=200)),
                ('link_checked_at', models.DateTimeField(editable=False, null=True)),
                ('verdict', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='claims.verdict')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['id'],
                'indexes': [
                    models.Index(models.OrderBy(models.F('link_checked_at'), nulls_first=True), name='evidence_longest_unchecked'),
                    django.contrib.postgres.indexes.HashIndex(fields=['normalised_url'], name='evidence_known_by_url'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('verdict', 'url'), name='evidence_url_once'),
                    models.CheckConstraint(condition=models.Q(('stance__in', ['supports', 'refutes', 'context'])), name='evidence_stance_known'),
                    models.CheckConstraint(condition=models.Q(('link_state__in', ['unchecked', 'alive', 'dead', 'unreachable', 'refused'])), name='evidence_link_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('verdict.published', 'Verdict published'), ('verdict.corrected', 'Verdict corrected'), ('verdict.retracted', 'Verdict retracted'), ('verdict.expired', 'Verdict expired'), ('claim.created', 'Claim created'), ('claim.matched', 'Claim matched'), ('import.finished', 'Import finished'), ('ping', 'Test message')], max_length=20, verbose_name='event')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.claim')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.event')),
            ],
            options={
                'verbose_name': 'webhook message',
                'ordering': ['-id'],
                'default_permissions': ('view',),
                'indexes': [
                    models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_at'], name='delivery_done'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['verdict.published', 'verdict.corrected', 'verdict.retracted', 'verdict.expired', 'claim.created', 'claim.matched', 'import.finished', 'ping'])), name='delivery_kind_known'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'delivered', 'failed'])), name='delivery_state_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='claims.webhookdelivery')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('url', models.URLField(max_length=2000, verbose_name='URL')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('verdict.published', 'Verdict published'), ('verdict.corrected', 'Verdict corrected'), ('verdict.retracted', 'Verdict retracted'), ('verdict.expired', 'Verdict expired'), ('claim.created', 'Claim created'), ('claim.matched', 'Claim matched'), ('import.finished', 'Import finished'), ('ping', 'Test message')], max_length=20), default=list, size=None, verbose_name='told of')),
                ('secret', models.CharField(editable=False, max_length=100)),
                ('former_secret', models.CharField(blank=True, editable=False, max_length=100)),
                ('former_until', models.DateTimeField(editable=False, null=True)),
                ('switched_off_at', models.DateTimeField(editable=False, null=True)),
                ('off_reason', models.CharField(blank=True, editable=False, max_length=300)),
                ('failures', models.PositiveIntegerField(default=0, editable=False)),
                ('resting_until', models.DateTimeField(editable=False, null=True)),
                ('last_tried_at', models.DateTimeField(editable=False, null=True)),
                ('last_delivered_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook',
                'ordering': ['name'],
                'default_permissions': ('add', 'change', 'view'),
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='claims.webhookendpoint', verbose_name='webhook'),
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'Assigned to me'), ('mentioned', 'Mentioned in a note'), ('approved', 'My verdict was approved'), ('returned', 'My verdict was returned'), ('webhook', 'A webhook was switched off'), ('vanished', 'A passage of my claim vanished from its article')], max_length=10)),
                ('note', models.TextField(blank=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('on_home', models.BooleanField(default=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
                ('mail_error', models.TextField(blank=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='claims.claim')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='claims.verdict')),
                ('webhook', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='claims.webhookendpoint')),
            ],
            options={
                'ordering': ['-id'],
                'default_permissions': (),
                'indexes': [
                    models.Index(fields=['to', '-id'], name='notification_newest'),
                    models.Index(condition=models.Q(('on_home', True), ('read_at', None)), fields=['to'], name='notification_unread'),
                    models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='notification_to_mail'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['assigned', 'mentioned', 'approved', 'returned', 'webhook', 'vanished'])), name='notification_kind_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('webhook', None)), models.Q(('claim', None), ('verdict', None), ('webhook__isnull', False)), _connector='OR'), name='notification_about_one'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('claim', "The claim's words"), ('title', "Its verdict's title"), ('earlier', 'Earlier or merged words')], max_length=8)),
                ('text', models.TextField()),
                ('language', models.CharField(blank=True, max_length=12)),
                ('key', models.CharField(max_length=32)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('vector', pgvector.django.halfvec.HalfVectorField(dimensions=384, null=True)),
                ('embedder', models.CharField(blank=True, max_length=60)),
                ('published', models.BooleanField(default=False)),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='claims.claim')),
                ('external', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='claims.externalverdict')),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('external', None)), fields=['key'], name='wording_key'),
                    models.Index(condition=models.Q(('claim', None)), fields=['key'], name='wording_external_key'),
                    models.Index(fields=['language', 'embedder'], name='wording_embedder'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('external', None)), fields=['words'], name='wording_words'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('claim', None)), fields=['words'], name='wording_external_words'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('published', True)), fields=['words'], name='wording_public_words'),
                    pgvector.django.indexes.HnswIndex(condition=models.Q(('external', None)), ef_construction=64, fields=['vector'], m=16, name='wording_vector', opclasses=['halfvec_ip_ops']),
                    pgvector.django.indexes.HnswIndex(condition=models.Q(('claim', None)), ef_construction=64, fields=['vector'], m=16, name='wording_external_vector', opclasses=['halfvec_ip_ops']),
                    pgvector.django.indexes.HnswIndex(condition=models.Q(('published', True)), ef_construction=64, fields=['vector'], m=16, name='wording_public_vector', opclasses=['halfvec_ip_ops']),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('claim', None), ('external__isnull', False)), models.Q(('claim__isnull', False), ('external', None)), _connector='OR'), name='wording_of_one_thing'),
                    models.UniqueConstraint(condition=models.Q(('external', None)), fields=('claim', 'key'), name='wording_of_claim_once'),
                    models.UniqueConstraint(condition=models.Q(('claim', None)), fields=('external', 'key'), name='wording_of_external_once'),
                    models.CheckConstraint(condition=models.Q(('published', False), ('external', None), _connector='OR'), name='wording_published_is_ours'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['claim', 'title', 'earlier'])), name='wording_kind_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read'), ('submit', 'Submit articles'), ('desk', 'Work at the desk')], max_length=10), size=None)),
                ('digest', models.CharField(max_length=128, unique=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='claims.keyholder', verbose_name='person')),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ['-id'],
                'permissions': [('revoke_apikey', 'Can revoke an API key')],
                'default_permissions': ('add', 'view'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'submit', 'desk']), models.Q(('scopes__len', 0), _negated=True)), name='api_key_scopes_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Appearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('found_start', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('found_end', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('check_worthiness', models.FloatField(default=0)),
                ('reasons', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='articles.article')),
                ('revision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='articles.articlerevision')),
                ('attribution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='appearances', to='claims.attribution')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='claims.claim')),
                ('found_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved', to='claims.claim')),
            ],
            options={
                'ordering': ['article', 'start'],
                'constraints': [models.UniqueConstraint(fields=('article', 'revision', 'start', 'end'), name='appearance_span_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='appearance_not_empty')],
            },
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', 'id'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('claim__isnull', False), ('state', 'waiting')), fields=['claim', 'endpoint', 'id'], name='delivery_in_order'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('endpoint', 'event'), name='delivery_once'),
        ),
        migrations.CreateModel(
            name='ReviewPublisher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=253, unique=True)),
                ('note', models.CharField(blank=True, help_text='Why it is trusted, or not.', max_length=200)),
                ('active', models.BooleanField(default=True, help_text='Off: nothing more is taken of it.')),
            ],
            options={
                'verbose_name': 'publisher elsewhere',
                'verbose_name_plural': 'publishers elsewhere',
                'ordering': ['site'],
                'default_permissions': ('add', 'change', 'view'),
            },
        ),
    ]
