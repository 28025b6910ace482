"""Names and doors that are stored already get the keys that lists are compared with from now on."""

from django.db import migrations

BATCH = 20_000


def names(cursor):
    """Write the keys of names that are more than Chinese characters; of others the key is what it was."""
    from bulou.places.keys import name_key
    from bulou.places.names import pinyin

    last = 0
    while True:
        cursor.execute(
            "SELECT id, name, name_key FROM places_person WHERE id > %s AND name !~ '^[\u3400-\u9fff]+$' ORDER BY id LIMIT %s",
            [last, BATCH],
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        new = [(id_, key, *pinyin(key)) for id_, name, old in rows if (key := name_key(name)) != old]
        if new:
            cursor.execute(
                "UPDATE places_person p SET name_key = k.key, pinyin = k.sound, initials = k.initials"
                " FROM unnest(%s::int8[], %s::text[], %s::text[], %s::text[]) AS k (id, key, sound, initials) WHERE p.id = k.id",
                [list(column) for column in zip(*new, strict=True)],
            )


def doors(cursor):
    """Write the keys of doors; people behind a door that is known under its key already go there, and theirs is closed."""
    from bulou.places.keys import door_key, stairwell_key

    cursor.execute(
        "SELECT id, area, stairwell, door, recorded_at FROM places_household"
        " WHERE closed_at IS NULL AND (door !~ '^[1-9][0-9]{2,3}$' OR stairwell !~ '^([1-9][0-9]?)?$') AND door <> '' ORDER BY id"
    )
    for id_, area, stairwell, door, at in cursor.fetchall():
        key = (area, stairwell_key(stairwell), door_key(door))
        if key == (area, stairwell, door) or not key[2]:
            continue
        cursor.execute("SELECT id FROM places_household WHERE area = %s AND stairwell = %s AND door = %s", key)
        if there := cursor.fetchone():
            cursor.execute("UPDATE places_person SET household = %s WHERE household = %s", [there[0], id_])
            cursor.execute("UPDATE places_household SET closed_at = %s WHERE id = %s", [at, id_])
        else:
            cursor.execute("UPDATE places_household SET stairwell = %s, door = %s WHERE id = %s", [*key[1:], id_])


def forward(apps, schema_editor):
    """Bring both up to date."""
    with schema_editor.connection.cursor() as cursor:
        names(cursor)
        doors(cursor)


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0005_keys_and_doubts'),
    ]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
