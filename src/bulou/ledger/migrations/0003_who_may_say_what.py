"""Who may say what about whom: what a line needs so that it counts, and what was said of entries that do not count.

The order of the new columns of a duty is that in which the functions return them.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_what_is_rare'),
    ]

    operations = [
        migrations.CreateModel(
            name='VoidSaid',
            fields=[
                ('pk', models.CompositePrimaryKey('journal', 'number', 'by_journal', 'by_number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('journal', models.BigIntegerField()),
                ('number', models.BigIntegerField()),
                ('by_journal', models.BigIntegerField()),
                ('by_number', models.BigIntegerField()),
            ],
            options={
                'db_table': 'ledger_void_said',
            },
        ),
        migrations.RemoveIndex(
            model_name='duty',
            name='ledger_duty_rare',
        ),
        migrations.AddField(
            model_name='duty',
            name='unheard',
            field=models.SmallIntegerField(default=0, help_text='lines that do not count, because of who said them'),
        ),
        migrations.AddField(
            model_name='duty',
            name='moved',
            field=models.BooleanField(default=False, help_text='ever handed over'),
        ),
        migrations.AddField(
            model_name='duty',
            name='disputed',
            field=models.SmallIntegerField(default=0, help_text='values beside the gravest that others report'),
        ),
        migrations.AddField(
            model_name='dutykindrow',
            name='gravest',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name='dutykindrow',
            name='travels',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='line',
            name='authority',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='line',
            name='corrects',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='entries as journal << 24 | number', null=True, size=None),
        ),
        migrations.AddField(
            model_name='line',
            name='same_as',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='line',
            name='unheard',
            field=models.SmallIntegerField(default=0, help_text='why it does not count (vocabulary.Unheard); derived'),
        ),
        migrations.AddField(
            model_name='statement',
            name='authority',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['takes', 'outcome', 'unheard', 'disputed'], name='ledger_duty_rare', pages_per_range=4),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('same_as__isnull', False)), fields=['campaign', 'kind', 'same_as'], name='ledger_line_same_as'),
        ),
        migrations.RunSQL(
            """
            INSERT INTO ledger_void_said SELECT * FROM ledger_void;
            UPDATE ledger_line SET authority = CASE WHEN kind IN (2, 3) AND act <> 6 THEN 2 ELSE 1 END
            WHERE act IN (4, 5, 6) OR act = 1 AND kind = 1 AND NOT frozen OR act = 2 AND kind = 1 AND stage = 1
               OR act = 2 AND kind = 2 AND stage = 5;
            UPDATE ledger_statement SET authority = 1 WHERE subject_kind IN (1, 2)
            """,
            migrations.RunSQL.noop,
        ),
    ]
