"""Roles of devices, and cards that admit several. What was enrolled before is a sampler's phone."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("field", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("journal", models.BigIntegerField(primary_key=True, serialize=False)),
                ("token_hash", models.BinaryField(db_index=True)),
                ("role", models.TextField()),
                ("enrolled_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Handing",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("journal", models.BigIntegerField(db_index=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField(help_text="SHA-256 of the file")),
                ("entries", models.IntegerField()),
                ("kept", models.IntegerField()),
                ("repeated", models.IntegerField()),
                ("refused", models.IntegerField(help_text="refused or conflicting")),
            ],
        ),
        migrations.AddField(
            "enrolment",
            "role",
            models.TextField(default="", help_text="of phones a row of roles.ROLES; of other kinds the kind"),
            preserve_default=False,
        ),
        migrations.AddField("enrolment", "admits", models.SmallIntegerField(default=1)),
        migrations.AddField("enrolment", "used", models.SmallIntegerField(default=0)),
        migrations.AddField("enrolment", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            "UPDATE field_enrolment SET role = CASE kind WHEN 'phone' THEN 'sampler' ELSE kind END,"
            " used = (journal IS NOT NULL)::int",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "INSERT INTO field_device (journal, token_hash, role, enrolled_at)"
            " SELECT journal, token_hash, role, used_at FROM field_enrolment WHERE journal IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint("enrolment", "field_enrolment_used_whole"),
        migrations.RemoveField("enrolment", "used_at"),
        migrations.RemoveField("enrolment", "journal"),
        migrations.AddConstraint(
            "enrolment",
            models.CheckConstraint(
                condition=Q(("admits__gte", 1), ("used__gte", 0), ("used__lte", F("admits"))),
                name="field_enrolment_admits",
            ),
        ),
    ]
