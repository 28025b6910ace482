"""Why the identity number of somebody found gave no digest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0003_sound")]

    operations = [
        migrations.AddField(
            "person",
            "card",
            models.TextField(
                null=True,
                help_text="of somebody found: why the number read at the door gave no digest (vocabulary.CARDS)",
            ),
        ),
    ]
