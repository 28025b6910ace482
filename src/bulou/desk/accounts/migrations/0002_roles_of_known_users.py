"""A user bound to areas before gets the role that somebody of such an area usually has, for a year."""

from datetime import UTC, datetime, timedelta

from django.db import migrations


def give(apps, schema_editor):
    from bulou.desk.accounts.rules import usual_role
    from bulou.ledger.areas import span
    from bulou.ledger.scope import multirange

    now = datetime.now(UTC)
    for scope in apps.get_model("desk", "UserScope").objects.using(schema_editor.connection.alias).all():
        by_role: dict[str, list[int]] = {}
        for area in scope.areas:
            by_role.setdefault(usual_role(area), []).append(area)
        for role, areas in by_role.items():
            apps.get_model("accounts", "Grant").objects.using(schema_editor.connection.alias).create(
                user_id=scope.user_id, role=role, areas=areas, ranges=multirange(span(area) for area in areas),
                since=now, until=now + timedelta(days=365), reason="worked here before roles", given_by="upgrade",
            )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("desk", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
