from django.db import migrations, models

#: What was there before it was numbered, in its order.
NUMBER = """
UPDATE people_export l SET number = n.number
FROM (SELECT id, row_number() OVER (PARTITION BY "user" ORDER BY id) AS number FROM people_export) n WHERE n.id = l.id;
INSERT INTO ledger_tally (log, writer, n) SELECT 'export', "user", count(*) FROM people_export GROUP BY "user";
UPDATE people_glass l SET number = n.number
FROM (SELECT id, row_number() OVER (PARTITION BY "user" ORDER BY id) AS number FROM people_glass) n WHERE n.id = l.id;
INSERT INTO ledger_tally (log, writer, n) SELECT 'emergency', "user", count(*) FROM people_glass GROUP BY "user"
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_seal'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddField(model_name='export', name='number', field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name='glass', name='number', field=models.BigIntegerField(null=True)),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterField(model_name='export', name='number', field=models.BigIntegerField()),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(fields=('user', 'number'), name='people_export_number'),
        ),
        migrations.AlterField(model_name='glass', name='number', field=models.BigIntegerField()),
        migrations.AddConstraint(
            model_name='glass',
            constraint=models.UniqueConstraint(fields=('user', 'number'), name='people_glass_number'),
        ),
    ]
