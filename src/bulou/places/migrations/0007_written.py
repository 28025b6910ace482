import django.contrib.postgres.fields
from django.db import migrations, models

#: Looks that were there before they were numbered, in their order.
NUMBER = """
UPDATE places_look_up l SET number = n.number
FROM (SELECT id, row_number() OVER (PARTITION BY "user" ORDER BY id) AS number FROM places_look_up) n WHERE n.id = l.id;
INSERT INTO ledger_tally (log, writer, n) SELECT 'look', "user", count(*) FROM places_look_up GROUP BY "user"
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_seal'),
        ('places', '0006_keys_of_known_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Written',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.TextField()),
                ('what', models.TextField()),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('digests', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), size=None)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ('area', 'household', 'person'))), name='places_written_what')],
            },
        ),
        migrations.AddField(model_name='lookup', name='number', field=models.BigIntegerField(null=True)),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterField(model_name='lookup', name='number', field=models.BigIntegerField()),
        migrations.AddConstraint(
            model_name='lookup',
            constraint=models.UniqueConstraint(fields=('user', 'number'), name='places_look_up_number'),
        ),
    ]
