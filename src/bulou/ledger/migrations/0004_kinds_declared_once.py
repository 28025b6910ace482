"""Stages of any number, going back, given to, due, who looks through a journal.

The order of the new columns of a duty is that in which the functions return them.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_who_may_say_what'),
    ]

    operations = [
        migrations.AddField(
            model_name='counter',
            name='stages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, help_text='open ones by stage, the first one first', size=None),
        ),
        migrations.RunSQL(
            "UPDATE ledger_counter SET stages = ARRAY[stage_0, stage_1, stage_2, stage_3, stage_4, stage_5]",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_0',
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_1',
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_2',
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_3',
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_4',
        ),
        migrations.RemoveField(
            model_name='counter',
            name='stage_5',
        ),
        migrations.AddField(
            model_name='duty',
            name='returns',
            field=models.SmallIntegerField(default=0, help_text='how often it was taken back to an earlier stage'),
        ),
        migrations.AddField(
            model_name='duty',
            name='given_kind',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='given',
            field=models.BigIntegerField(help_text='the device or unit that it is given to', null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='dutykindrow',
            name='not_by',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name='journal',
            name='actor',
            field=models.BigIntegerField(help_text='the person or post behind it, where that writes several', null=True),
        ),
        migrations.AddField(
            model_name='journal',
            name='unit',
            field=models.BigIntegerField(help_text='the team, vehicle, laboratory ... that it works for', null=True),
        ),
        migrations.AddField(
            model_name='journal',
            name='unit_kind',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='line',
            name='due',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='line',
            name='given',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='line',
            name='given_kind',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='consequencerow',
            name='of_kind',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='consequencerow',
            name='vals',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True, size=None),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=models.Q(('given__isnull', False)), fields=['given_kind', 'given'], name='ledger_duty_given'),
        ),
    ]
