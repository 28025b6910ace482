from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="EnrolmentUnit",
            fields=[
                ("token_hash", models.BinaryField(primary_key=True, serialize=False)),
                ("unit", models.BigIntegerField()),
            ],
        ),
    ]
