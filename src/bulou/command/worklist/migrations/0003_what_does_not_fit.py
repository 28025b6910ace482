from django.db import migrations


class Migration(migrations.Migration):
    """The few entries that were refused or flagged, and the few holdings below zero: the list looks for them often."""

    dependencies = [("now", "0002_dangers"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX now_entry_doubtful ON ledger_entry (area) WHERE refusal IS NOT NULL OR flags <> '{}'",
            "DROP INDEX now_entry_doubtful",
        ),
        migrations.RunSQL(
            "CREATE INDEX now_holding_lent ON ledger_holding (item_kind, item)"
            " WHERE quantity < 0 AND (holder_kind <> 12 OR quantity < -1)",
            "DROP INDEX now_holding_lent",
        ),
    ]
