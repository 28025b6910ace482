from django.db import migrations


class Migration(migrations.Migration):
    """The few people with a deferral, and the few doubtful entries by their device: the list looks for both often.

    The index on deferrals holds no column that a sample changes: updates of the many others stay within their page.
    """

    dependencies = [("now", "0003_what_does_not_fit"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX now_duty_deferred ON ledger_duty (area) WHERE mark = 1",
            "DROP INDEX now_duty_deferred",
        ),
        migrations.RunSQL(
            "CREATE INDEX now_entry_doubtful_of ON ledger_entry (journal) WHERE refusal IS NOT NULL OR flags <> '{}'",
            "DROP INDEX now_entry_doubtful_of",
        ),
    ]
