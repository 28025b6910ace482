from django.db import migrations


class Migration(migrations.Migration):
    """The few people with needs, by where they live: the list looks for those in clinical danger every few seconds."""

    dependencies = [("now", "0001_initial"), ("places", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX places_person_needs ON places_person (area) WHERE needs <> 0",
            "DROP INDEX places_person_needs",
        )
    ]
