"""What phones notice of their clocks beside their entries, and refused entries that the desk accepted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("field", "0002_roles_and_cards")]

    operations = [
        migrations.CreateModel(
            name="Jump",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("journal", "number", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("journal", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("jump_ms", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Corrector",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("user_id", "scope", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("user_id", models.IntegerField()),
                ("scope", models.TextField()),
                ("journal", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Accepted",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("journal", "number", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("journal", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("by_journal", models.BigIntegerField()),
                ("by_number", models.BigIntegerField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
