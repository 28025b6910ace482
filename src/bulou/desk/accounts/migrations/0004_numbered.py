from django.db import migrations, models

#: What was there before it was numbered, in its order.
NUMBER = """
UPDATE accounts_change l SET number = n.number
FROM (SELECT id, row_number() OVER (PARTITION BY "by" ORDER BY id) AS number FROM accounts_change) n WHERE n.id = l.id;
INSERT INTO ledger_tally (log, writer, n) SELECT 'account', "by", count(*) FROM accounts_change GROUP BY "by"
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0005_seal'),
        ('accounts', '0003_sessions'),
    ]

    operations = [
        migrations.AddField(model_name='change', name='stands', field=models.TextField(null=True)),
        migrations.AddField(model_name='change', name='number', field=models.BigIntegerField(null=True)),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterField(model_name='change', name='number', field=models.BigIntegerField()),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('by', 'number'), name='accounts_change_number'),
        ),
    ]
