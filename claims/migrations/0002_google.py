"""The words of other desks' verdicts, for `claims:search`."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="externalverdict",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    "claim_reviewed", "title", "claimant", config="desk_words"
                ),
                name="external_words",
            ),
        ),
    ]
